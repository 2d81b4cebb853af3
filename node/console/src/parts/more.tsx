import type { Pages } from '../state/pages.ts'
import { Refused } from './refused.tsx'

/** The way to the next page of a list. */
export function More({ pages, what }: { pages: Pages<unknown>; what: string }) {
  return (
    <>
      {pages.problem && <Refused problem={pages.problem} />}
      {pages.next && (
        <button type="button" class="more" aria-disabled={pages.isAsked} onClick={pages.more}>
          {pages.isAsked ? 'Loading…' : `More ${what}`}
        </button>
      )}
    </>
  )
}
