import type { Unread as Row } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { More } from '../../parts/more.tsx'
import { Way } from '../../parts/way.tsx'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { usePages, type Page } from '../../state/pages.ts'
import { counted, size } from '../../text/numbers.ts'
import { outcome, reason } from '../../text/words.ts'

/** The first of what a scan did not read, as far as there is a list of it. */
interface Told {
  readonly first: Page<Row>
  readonly isListed: boolean
}

/** What a scan did not read, or not whole, object by object. */
export function Unread({ scan }: { scan: string }) {
  const { client } = useShared()
  const more = async (cursor: string, signal: AbortSignal): Promise<Page<Row>> => {
    const page = await client.get('/api/v1/coverage', {
      signal,
      query: { scan, limit: 50, cursor },
    })
    return { items: page.unread, next: page.next }
  }
  const { asking, again } = useAsking(scan, async (signal): Promise<Told> => {
    const page = await client.get('/api/v1/coverage', { signal, query: { scan, limit: 50 } })
    return {
      first: { items: page.unread, next: page.next },
      isListed: page.scans.every((of) => of.unread_is_listed),
    }
  })
  return (
    <>
      <h2>Not read, or not whole</h2>
      <Asked asking={asking} again={again}>
        {({ first, isListed }) =>
          isListed ? (
            <List first={first} ask={more} />
          ) : (
            <p class="empty">
              There is no list of it: what is kept of objects is of another scan. The sums above say
              how much it was.
            </p>
          )
        }
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
