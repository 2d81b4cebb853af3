// Where in the page one is: kept behind the # of the address, which is never sent to anyone.

/** A view, and what it shows. */
export type Route =
  | { readonly view: 'sources' }
  | { readonly view: 'source'; readonly source: string }
  | { readonly view: 'scan'; readonly scan: string }
  | { readonly view: 'search'; readonly asked: Asked }
  | { readonly view: 'finding'; readonly finding: string }

/** A search. */
export interface Asked {
  readonly query: string
  readonly sort: string
}

/** The order where none is said. */
export const NEWEST_FIRST = '-first_seen'

/** The route that an address names. What is no route leads to the sources. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const [view, id] = path.split('/')
  if (view === 'search') {
    const asked = new URLSearchParams(query)
    return { view, asked: { query: asked.get('q') ?? '', sort: asked.get('sort') ?? NEWEST_FIRST } }
  }
  if (view === 'source' && id) return { view, source: decoded(id) }
  if (view === 'scan' && id) return { view, scan: decoded(id) }
  if (view === 'finding' && id) return { view, finding: decoded(id) }
  return { view: 'sources' }
}

/** The address of a route. */
export function writeRoute(route: Route): string {
  switch (route.view) {
    case 'sources':
      return '#/'
    case 'source':
      return `#/source/${encodeURIComponent(route.source)}`
    case 'scan':
      return `#/scan/${encodeURIComponent(route.scan)}`
    case 'finding':
      return `#/finding/${encodeURIComponent(route.finding)}`
    case 'search': {
      const asked = new URLSearchParams({ q: route.asked.query })
      if (route.asked.sort !== NEWEST_FIRST) asked.set('sort', route.asked.sort)
      return `#/search?${asked}`
    }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A person may type anything; what is no id is not found.
    return text
  }
}
