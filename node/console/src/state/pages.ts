// A list that comes page by page, each behind the one before.

import { useEffect, useRef, useState } from 'preact/hooks'
import { asProblem } from './asking.ts'
import type { Problem } from '../api/problem.ts'

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null | undefined
}

/** What there is of a list, and the way to more. */
export interface Pages<T> {
  readonly items: readonly T[]
  readonly next: string | null | undefined
  readonly isAsked: boolean
  readonly problem: Problem | undefined
  readonly more: () => void
}

/** The list that begins with this page. */
export function usePages<T>(
  first: Page<T>,
  ask: (cursor: string, signal: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const [list, set] = useState({ of: first, items: first.items, next: first.next })
  const [isAsked, setAsked] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const left = useRef(new AbortController())
  // Another first page is another list.
  const shown = list.of === first ? list : { of: first, items: first.items, next: first.next }
  useEffect(() => {
    left.current = new AbortController()
    setAsked(false)
    setProblem(undefined)
    return () => left.current.abort()
  }, [first])

  const more = () => {
    const { signal } = left.current
    if (isAsked || !shown.next) return
    setAsked(true)
    setProblem(undefined)
    ask(shown.next, signal)
      .then((page) => {
        if (!signal.aborted) {
          set({ of: first, items: [...shown.items, ...page.items], next: page.next })
        }
      })
      .catch((error: unknown) => signal.aborted || setProblem(asProblem(error)))
      .finally(() => signal.aborted || setAsked(false))
  }
  return { items: shown.items, next: shown.next, isAsked, problem, more }
}
