// What a view asks for: being asked, there, or refused. A view that is left, or asks for something
// else, gives up what it asked for before.

import { useCallback, useEffect, useState } from 'preact/hooks'
import { Problem } from '../api/problem.ts'

/** While something is asked, what was there before can still be shown. */
export type Asking<T> =
  | { readonly is: 'asked'; readonly before: T | undefined }
  | { readonly is: 'there'; readonly value: T }
  | { readonly is: 'refused'; readonly problem: Problem }

/** Asks, and asks again when `about` is another or `again` is called. */
export function useAsking<T>(
  about: string,
  ask: (signal: AbortSignal) => Promise<T>,
): { readonly asking: Asking<T>; readonly again: () => void; readonly put: (value: T) => void } {
  const [asking, set] = useState<Asking<T>>({ is: 'asked', before: undefined })
  const [times, setTimes] = useState(0)
  useEffect(() => {
    const left = new AbortController()
    set((was) => ({ is: 'asked', before: valueOf(was) }))
    ask(left.signal).then(
      (value) => left.signal.aborted || set({ is: 'there', value }),
      (error: unknown) => left.signal.aborted || set({ is: 'refused', problem: asProblem(error) }),
    )
    return () => left.abort()
  }, [about, times])
  const again = useCallback(() => setTimes((times) => times + 1), [])
  const put = useCallback((value: T) => set({ is: 'there', value }), [])
  return { asking, again, put }
}

/** What is there, or was there before what is asked for now. */
export function valueOf<T>(asking: Asking<T>): T | undefined {
  switch (asking.is) {
    case 'there':
      return asking.value
    case 'asked':
      return asking.before
    case 'refused':
      return undefined
  }
}

/** What went wrong, also where it is a fault of this page. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new Problem('fault', 'A fault in this page', detail, 'report it with what you did before')
}
