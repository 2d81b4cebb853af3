import type { Scan, Source } from '../../api/records.ts'
import { Coverage } from '../../parts/coverage.tsx'
import { useOrder } from '../../parts/order.ts'
import { Refused } from '../../parts/refused.tsx'
import { Way } from '../../parts/way.tsx'
import { NEWEST_FIRST, writeRoute } from '../../state/route.ts'
import { counted, moment, percent, size } from '../../text/numbers.ts'
import { settled } from '../../text/ledger.ts'
import { written } from '../../text/query.ts'
import { standing } from '../../text/words.ts'

/** A source, what its last scan came to, and what can be done with it. */
export function SourceCard({ source, scan }: { source: Source; scan: Scan | undefined }) {
  const { order, isAsked, problem } = useOrder()
  const query = `kind:finding ${written('source', source.id)}`
  return (
    <li class="card">
      <h2>{source.profile.name ?? <Way object={source.location} />}</h2>
      {source.profile.name && (
        <p class="quiet">
          <Way object={source.location} />
        </p>
      )}
      {scan ? <Last scan={scan} /> : <p class="quiet">No scan has looked at it yet.</p>}
      <div class="row">
        <a
          class="button"
          href={writeRoute({ view: 'search', asked: { query, sort: NEWEST_FIRST } })}
        >
          Show findings
        </a>
        <button type="button" aria-disabled={isAsked} onClick={() => order({ source: source.id })}>
          Scan again
        </button>
        <a class="button" href={writeRoute({ view: 'source', source: source.id })}>
          Look after it
        </a>
        {source.running && (
          <a class="button" href={writeRoute({ view: 'scan', scan: source.running.scan })}>
            Scan {source.running.number} is at work
          </a>
        )}
      </div>
      {problem && <Refused problem={problem} />}
    </li>
  )
}

function Last({ scan }: { scan: Scan }) {
  const listed = { bytes: scan.listed_bytes, objects: scan.listed_objects }
  const share = listed.bytes === 0 ? 1 : settled(scan) / listed.bytes
  return (
    <>
      <p>
        <a href={writeRoute({ view: 'scan', scan: scan.id })}>Scan {scan.number}</a>{' '}
        {standing(scan.state)} ({moment(scan.ended ?? scan.started)}).{' '}
        <strong>{counted(scan.counts.findings, 'finding')}</strong> in{' '}
        {counted(scan.listed_objects, 'object')}, {size(scan.listed_bytes)}.
      </p>
      <details>
        <summary>
          What was read, and what was not{share < 1 && ` (${percent(share)} is settled)`}
        </summary>
        <Coverage ledger={scan} listed={listed} name={`Coverage of ${scan.location}`} />
        <p class="quiet">
          {scan.adds_up
            ? 'Both ledgers sum to what listing saw.'
            : 'The ledgers sum to what listing saw when the scan has ended.'}
        </p>
      </details>
    </>
  )
}
