import type { Scan } from '../../api/records.ts'
import { Coverage } from '../../parts/coverage.tsx'
import { Refused } from '../../parts/refused.tsx'
import { Title } from '../../parts/title.tsx'
import { Way } from '../../parts/way.tsx'
import { NEWEST_FIRST, writeRoute } from '../../state/route.ts'
import { count, counted, lasted, moment } from '../../text/numbers.ts'
import { done, pace, share } from '../../text/progress.ts'
import { written } from '../../text/query.ts'
import { goesOn, standing } from '../../text/words.ts'
import { Commands } from './commands.tsx'
import { Unread } from './unread.tsx'
import { useWatched } from './watched.ts'

/** A scan, live. */
export function ScanView({ id }: { id: string }) {
  const { scan, problem, again } = useWatched(id)
  return (
    <>
      <Title name={scan ? `Scan ${scan.number}` : 'Scan'} />
      {problem && <Refused problem={problem} again={again} />}
      {!scan && !problem && (
        <p class="quiet" role="status">
          Loading…
        </p>
      )}
      {scan && <Progress scan={scan} again={again} />}
    </>
  )
}

function Progress({ scan, again }: { scan: Scan; again: () => void }) {
  const listed = { bytes: scan.listed_bytes, objects: scan.listed_objects }
  const fast = pace(scan)
  const isOver = !goesOn(scan.state)
  const query = `kind:finding ${written('source', scan.source)}`
  return (
    <>
      <p>
        <Way object={scan.location} />
      </p>
      <p class={`state ${scan.state}`}>
        <strong>The scan {standing(scan.state)}.</strong>{' '}
        {scan.ended
          ? `${moment(scan.started)}, ${lasted(scan.started, scan.ended)} in all`
          : `Begun ${moment(scan.started)}`}
      </p>
      {scan.error && <p class="refused">{scan.error}</p>}
      {scan.waits_for === 'disk' && (
        <p class="refused">
          The disk of the node is full: it waits for room, and goes on by itself when there is some.
        </p>
      )}
      {scan.waits_for === 'hours' && (
        <p class="quiet">
          Its source may not be read at this hour: it goes on by itself when it may
          {scan.waits_until ? `, ${moment(scan.waits_until)}` : ''}.
        </p>
      )}
      <label for="progress">{done(scan)}</label>
      <progress id="progress" max={1} value={share(scan)} />
      {fast && <p class="quiet">{fast}</p>}
      <Commands scan={scan} again={again} />
      <dl class="counts">
        <Count name="Findings" number={scan.counts.findings} />
        <Count name="Objects" number={scan.listed_objects} />
        <Count name="New" number={scan.counts.new} />
        <Count name="Changed" number={scan.counts.changed} />
        <Count name="Unchanged" number={scan.counts.same} />
        <Count name="Vanished" number={scan.counts.vanished} />
      </dl>
      <p>
        <a
          class="button"
          href={writeRoute({ view: 'search', asked: { query, sort: NEWEST_FIRST } })}
        >
          Show {counted(scan.counts.findings, 'finding')}
        </a>
      </p>
      <h2>What was read, and what was not</h2>
      <Coverage ledger={scan} listed={listed} name="Coverage" />
      <p class="quiet">
        {scan.adds_up
          ? 'Both ledgers sum to what listing saw.'
          : 'The ledgers sum to what listing saw when the scan has ended.'}
      </p>
      {isOver && <Unread scan={scan.id} />}
    </>
  )
}

function Count({ name, number }: { name: string; number: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{count(number)}</dd>
    </div>
  )
}
