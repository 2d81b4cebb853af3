import type { Problem } from '../api/problem.ts'

/** What went wrong, and the way out. */
export function Refused({ problem, again }: { problem: Problem; again?: () => void }) {
  return (
    <div class="refused" role="alert">
      <p>
        <strong>{problem.title}</strong>
        {problem.detail !== problem.title && <>: {problem.detail}</>}
      </p>
      <p class="quiet">What to do: {problem.wayOut}</p>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}
