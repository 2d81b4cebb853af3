import type { Unread as Row } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { More } from '../../parts/more.tsx'
import { Way } from '../../parts/way.tsx'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { usePages, type Page } from '../../state/pages.ts'
import { counted, size } from '../../text/numbers.ts'
import { outcome, reason } from '../../text/words.ts'

/** What a scan did not read, or not whole, object by object. */
export function Unread({ scan }: { scan: string }) {
  const { client } = useShared()
  const ask = async (cursor: string | undefined, signal: AbortSignal): Promise<Page<Row>> => {
    const query = { scan, limit: 50, ...(cursor === undefined ? {} : { cursor }) }
    const page = await client.get('/api/v1/coverage', { signal, query })
    return { items: page.unread, next: page.next }
  }
  const { asking, again } = useAsking(scan, (signal) => ask(undefined, signal))
  return (
    <>
      <h2>Not read, or not whole</h2>
      <Asked asking={asking} again={again}>
        {(first) => <List first={first} ask={ask} />}
      </Asked>
    </>
  )
}

function List(props: {
  first: Page<Row>
  ask: (cursor: string, signal: AbortSignal) => Promise<Page<Row>>
}) {
  const pages = usePages(props.first, props.ask)
  if (pages.items.length === 0 && !pages.next) {
    return <p class="empty">Everything that was listed was read.</p>
  }
  return (
    <>
      <ul class="lines">
        {pages.items.map((row) => (
          <li key={`${row.source} ${row.object} ${row.class} ${row.reason ?? ''}`}>
            <Way object={row.object} />
            <span class="quiet">
              {outcome(row.class)}
              {row.reason && `: ${reason(row.reason)}`}, {size(row.bytes)}
              {row.members ? `, ${counted(row.members, 'member')}` : ''}
              {row.error && `. ${row.error}`}
            </span>
          </li>
        ))}
      </ul>
      <More pages={pages} what="of what was not read" />
    </>
  )
}
