import type { Client } from '../../api/client.ts'
import type { Scan, Source } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { More } from '../../parts/more.tsx'
import { Title } from '../../parts/title.tsx'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { usePages, type Page } from '../../state/pages.ts'
import { OrderForm } from './order.tsx'
import { SourceCard } from './source.tsx'

/** What is there: sources, by their ids, with the last scan of each. */
interface There {
  readonly first: Page<Source>
  readonly scans: ReadonlyMap<string, Scan>
}

/** What is scanned, and what was read of it. */
export function SourcesView() {
  const { client } = useShared()
  const { asking, again } = useAsking('sources', async (signal): Promise<There> => {
    const [sources, scans] = await Promise.all([
      client.get('/api/v1/sources', { signal }),
      lastScans(client, signal),
    ])
    return { first: { items: sources.sources, next: sources.next }, scans }
  })
  return (
    <>
      <Title name="Sources" />
      <OrderForm />
      <Asked asking={asking} again={again}>
        {(there) => <List there={there} />}
      </Asked>
    </>
  )
}

/** The last scan of each source that has looked at it, however it stands. */
async function lastScans(client: Client, signal: AbortSignal): Promise<ReadonlyMap<string, Scan>> {
  const scans = new Map<string, Scan>()
  let cursor: string | null | undefined
  do {
    const query = { limit: 1, ...(cursor ? { scans_cursor: cursor } : {}) }
    const page = await client.get('/api/v1/coverage', { signal, query })
    for (const scan of page.scans) scans.set(scan.source, scan)
    cursor = page.scans_next
  } while (cursor)
  return scans
}

function List({ there }: { there: There }) {
  const { client } = useShared()
  const pages = usePages(there.first, async (cursor, signal) => {
    const page = await client.get('/api/v1/sources', { signal, query: { cursor } })
    return { items: page.sources, next: page.next }
  })
  if (pages.items.length === 0) {
    return (
      <p class="empty">
        Nothing has been scanned yet. Name a folder of the node’s machine above; the scan only
        reads.
      </p>
    )
  }
  return (
    <>
      <ul class="cards" aria-label="Sources">
        {pages.items.map((source) => (
          <SourceCard key={source.id} source={source} scan={there.scans.get(source.id)} />
        ))}
      </ul>
      <More pages={pages} what="sources" />
    </>
  )
}
