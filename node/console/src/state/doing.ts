// Something that a person asks to be done: once at a time, and with what went wrong.

import { useRef, useState } from 'preact/hooks'
import { asProblem } from './asking.ts'
import type { Problem } from '../api/problem.ts'

export interface Doing {
  readonly isAsked: boolean
  readonly problem: Problem | undefined
  readonly forget: () => void
  /** Does it, unless something is being done. */
  readonly run: (work: () => Promise<void>) => void
}

export function useDoing(): Doing {
  const [isAsked, setAsked] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  // Two clicks come faster than the page is drawn.
  const under = useRef(false)
  const run = (work: () => Promise<void>) => {
    if (under.current) return
    under.current = true
    setAsked(true)
    setProblem(undefined)
    work()
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => {
        under.current = false
        setAsked(false)
      })
  }
  return { isAsked, problem, forget: () => setProblem(undefined), run }
}
