import type { ComponentChildren } from 'preact'
import type { Asking } from '../state/asking.ts'
import { Refused } from './refused.tsx'

/** What was asked for: a word while it is on its way, itself, or why there is none. */
export function Asked<T>(props: {
  asking: Asking<T>
  again: () => void
  children: (value: T) => ComponentChildren
}) {
  const { asking, again, children } = props
  switch (asking.is) {
    case 'asked':
      return (
        <p class="quiet" role="status">
          Loading…
        </p>
      )
    case 'refused':
      return <Refused problem={asking.problem} again={again} />
    case 'there':
      return <>{children(asking.value)}</>
  }
}
