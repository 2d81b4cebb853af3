// Queries as text: the box is the one place that says what is searched, so facets add clauses to it
// and take them out again.

/** The query, held to documents with this value of a field. */
export function narrowed(query: string, field: string, value: string): string {
  const clause = written(field, value)
  const terms = termsOf(query)
  if (isNarrowed(query, field, value)) return query
  const before = terms.filter((term) => term !== '*').join(' ')
  if (before === '') return clause
  // AND binds tighter than OR.
  return terms.includes('OR') ? `(${before}) ${clause}` : `${before} ${clause}`
}

/** The query without the clause that holds it to this value. */
export function widened(query: string, field: string, value: string): string {
  const clause = written(field, value)
  const terms = termsOf(query)
  let at = clauseIn(terms, clause)
  while (at !== -1) {
    // An AND goes with it: it joins two.
    if (terms[at - 1] === 'AND') terms.splice(at - 1, 2)
    else terms.splice(at, terms[at + 1] === 'AND' ? 2 : 1)
    at = clauseIn(terms, clause)
  }
  return terms.join(' ')
}

/** Whether a clause of its own holds the query to this value. */
export function isNarrowed(query: string, field: string, value: string): boolean {
  const terms = termsOf(query)
  return !terms.includes('OR') && clauseIn(terms, written(field, value)) !== -1
}

/** Where a clause stands that nothing negates; -1 where none does. */
function clauseIn(terms: readonly string[], clause: string): number {
  return terms.findIndex((term, at) => term === clause && terms[at - 1] !== 'NOT')
}

/** A clause. What is no plain word stands in quotes. */
export function written(field: string, value: string): string {
  const isPlain = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(value)
  return `${field}:${isPlain ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`
}

/** The parts of a query that stand between blanks, outside of quotes and brackets. */
export function termsOf(query: string): string[] {
  const terms: string[] = []
  let [term, depth, inQuotes, isEscaped] = ['', 0, false, false]
  for (const char of query) {
    if (/\s/u.test(char) && depth === 0 && !inQuotes) {
      if (term !== '') terms.push(term)
      term = ''
      continue
    }
    term += char
    if (inQuotes) {
      if (char === '"' && !isEscaped) inQuotes = false
      isEscaped = char === '\\' && !isEscaped
    } else if (char === '"') inQuotes = true
    else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth = Math.max(0, depth - 1)
  }
  return term === '' ? terms : [...terms, term]
}

/** A text in three: before a place, in it, and behind it. The place is in bytes of UTF-8. */
export function cutAt(
  text: string,
  span: { readonly start: number; readonly end: number },
): readonly [string, string, string] {
  const bytes = new TextEncoder().encode(text)
  const start = Math.min(span.start, bytes.length)
  const end = Math.min(Math.max(span.end, start), bytes.length)
  const read = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to))
  return [read(0, start), read(start, end), read(end, bytes.length)]
}
