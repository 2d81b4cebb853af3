import type { Problem } from '../../api/problem.ts'
import { cutAt } from '../../text/query.ts'

/** What is wrong with a query, at its place. */
export function Fault({ query, problem }: { query: string; problem: Problem }) {
  const [before, wrong, behind] = cutAt(query, problem.span ?? { start: 0, end: 0 })
  // The rest is the query and its place again, for those who have no box.
  const [said] = problem.detail.split('\n', 1)
  return (
    <div class="refused" role="alert" id="fault">
      <p class="query">
        <code>
          {before}
          <mark class={wrong === '' ? 'missing' : undefined}>{wrong}</mark>
          {behind}
        </code>
      </p>
      <p>{said}</p>
    </div>
  )
}
