import type { Scan } from '../../api/records.ts'
import { useOrder } from '../../parts/order.ts'
import { Refused } from '../../parts/refused.tsx'

/** What can be done with a scan as it stands. */
export function Commands({ scan }: { scan: Scan }) {
  const { state } = scan
  return (
    <>
      {state === 'waiting' && <Vanished scan={scan} />}
      {(state === 'finished' || state === 'cancelled' || state === 'failed') && <Again scan={scan} />}
    </>
  )
}

function Vanished({ scan: { source } }: { scan: Scan }) {
  const { order, isAsked, problem } = useOrder()
  return (
    <>
      <p>
        More than half of what was there is gone. If that is so, its findings are closed; if the source
        was only out of reach, they are kept.
      </p>
      <div class="row">
        <button type="button" aria-disabled={isAsked} onClick={() => order({ source, vanished: 'keep' })}>
          Keep what is gone
        </button>
        <button type="button" aria-disabled={isAsked} onClick={() => order({ source, vanished: 'close' })}>
          Close what is gone
        </button>
      </div>
      {problem && <Refused problem={problem} />}
    </>
  )
}

function Again({ scan: { source } }: { scan: Scan }) {
  const { order, isAsked, problem } = useOrder()
  return (
    <>
      <div class="row">
        <button type="button" aria-disabled={isAsked} onClick={() => order({ source })}>
          Scan again
        </button>
      </div>
      {problem && <Refused problem={problem} />}
    </>
  )
}
