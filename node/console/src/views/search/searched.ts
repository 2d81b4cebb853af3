// What a search gives: matches, counts by facet, and the names of sources, of which the index has the
// ids alone.

import { useCallback } from 'preact/hooks'
import type { Match, Source } from '../../api/records.ts'
import { useShared } from '../../state/context.ts'
import type { Page } from '../../state/pages.ts'
import type { Asked } from '../../state/route.ts'

/** The facets, in the order in which they are shown. */
const FACETS = [
  'type',
  'sensitivity',
  'verdict',
  'state',
  'source',
  'format',
  'jurisdiction',
  'kind',
]

/** What is searched where nothing is asked. */
const EVERYTHING = 'kind:finding'

const MATCHES_A_PAGE = 25

export interface Found {
  readonly first: Page<Match>
  readonly count: number
  readonly facets: readonly (readonly [string, readonly (readonly [string, number])[]])[]
  readonly sources: ReadonlyMap<string, Source>
  readonly unsearched: number
}

export type Search = (
  asked: Asked,
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<Found>

/** Searches, and asks once a search for what sources are called. */
export function useSearch(): Search {
  const { client } = useShared()
  return useCallback<Search>(
    async (asked, cursor, signal) => {
      const isFirst = cursor === undefined
      const [page, sources] = await Promise.all([
        client.get('/api/v1/search', {
          signal,
          query: {
            q: asked.query === '' ? EVERYTHING : asked.query,
            sort: asked.sort,
            limit: MATCHES_A_PAGE,
            ...(isFirst ? { facet: FACETS } : { cursor }),
          },
        }),
        isFirst ? client.get('/api/v1/sources', { signal }) : undefined,
      ])
      return {
        first: { items: page.matches, next: page.next },
        count: page.count,
        facets: FACETS.map((field) => [field, mostFirst(page.facets[field] ?? {})] as const),
        sources: new Map(sources?.sources.map((source) => [source.id, source])),
        unsearched: page.unsearched.length,
      }
    },
    [client],
  )
}

function mostFirst(counts: Readonly<Record<string, number>>): (readonly [string, number])[] {
  return Object.entries(counts).sort(([a, many], [b, more]) => more - many || a.localeCompare(b))
}
