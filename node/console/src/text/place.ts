// Where a value stands, in the words of its format.

import type { Place } from '../api/records.ts'

/** Such as `line 5, column 17` or `sheet Staff, row 3, field phone`. */
export function place(at: Place): string {
  if (at.name) return 'in the name'
  const words: string[] = []
  const tell = (word: string, value: string | number | null | undefined) => {
    if (value !== undefined && value !== null) words.push(`${word} ${value}`)
  }
  tell('page', at.page)
  tell('paragraph', at.paragraph)
  tell('sheet', at.sheet)
  tell('table', at.table)
  tell('row', at.row)
  tell('line', at.line)
  tell('column', at.column)
  tell('field', at.field)
  if (words.length === 0) tell('byte', at.start)
  return words.join(', ')
}

/** The object, and the way in to its innermost member. */
export function way(object: string, at: Place): readonly string[] {
  return [object, ...(at.member ?? [])]
}
