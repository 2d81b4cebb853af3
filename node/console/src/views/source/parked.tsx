import type { Parked } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { More } from '../../parts/more.tsx'
import { Refused } from '../../parts/refused.tsx'
import { Way } from '../../parts/way.tsx'
import { go } from '../../state/address.ts'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'
import { usePages, type Page } from '../../state/pages.ts'
import { counted } from '../../text/numbers.ts'
import { reason } from '../../text/words.ts'

const PARKED = '/api/v1/sources/{source}/parked'

/** What scans of a source gave up: listings that failed again and again, objects that were set aside. */
export function GivenUp({ source }: { source: string }) {
  const { client } = useShared()
  const parts = { source }
  const ask = async (cursor: string | undefined, signal: AbortSignal): Promise<Page<Parked>> => {
    const query = { limit: 50, ...(cursor === undefined ? {} : { cursor }) }
    const page = await client.get(PARKED, { parts, signal, query })
    return { items: page.parked, next: page.next }
  }
  const { asking, again } = useAsking(source, (signal) => ask(undefined, signal))
  return (
    <section aria-labelledby="parked">
      <h2 id="parked">Given up</h2>
      <Asked asking={asking} again={again}>
        {(first) => <List source={source} first={first} ask={ask} again={again} />}
      </Asked>
    </section>
  )
}

function List(props: {
  source: string
  first: Page<Parked>
  ask: (cursor: string, signal: AbortSignal) => Promise<Page<Parked>>
  again: () => void
}) {
  const { source, first, ask, again } = props
  const pages = usePages(first, ask)
  if (pages.items.length === 0 && !pages.next) {
    return <p class="empty">Nothing was given up.</p>
  }
  return (
    <>
      <ul class="lines" aria-label="Given up">
        {pages.items.map((parked) => (
          <li key={`${parked.range} ${parked.object ?? ''}`}>
            {parked.object ? (
              <Way object={parked.object} />
            ) : (
              'A listing; what lies behind is not known'
            )}
            <span class="quiet">
              {parked.reason && `${reason(parked.reason)}: `}
              {parked.error}
            </span>
          </li>
        ))}
      </ul>
      <More pages={pages} what="of what was given up" />
      <Release source={source} again={again} />
    </>
  )
}

function Release({ source, again }: { source: string; again: () => void }) {
  const { client, say } = useShared()
  const { run, isAsked, problem } = useDoing()
  const release = () =>
    run(async () => {
      const released = await client.post(`${PARKED}/release`, {
        parts: { source },
        body: undefined,
      })
      const { listings, scan } = released
      say(
        scan
          ? 'A scan is ordered that tries it again'
          : `${counted(listings, 'listing')} tried again`,
      )
      if (scan) go({ view: 'scan', scan: scan.id })
      else again()
    })
  return (
    <>
      <button type="button" aria-disabled={isAsked} onClick={release}>
        Try all of it again
      </button>
      {problem && <Refused problem={problem} again={again} />}
    </>
  )
}
