// The address bar: where one is, and the way to elsewhere.

import { useEffect, useState } from 'preact/hooks'
import { readRoute, writeRoute, type Route } from './route.ts'

/** The route of the address, as it changes. */
export function useRoute(): Route {
  const [hash, set] = useState(location.hash)
  useEffect(() => {
    const changed = () => set(location.hash)
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return readRoute(hash)
}

/** Goes there; the way back leads here. */
export function go(route: Route): void {
  location.hash = writeRoute(route)
}
