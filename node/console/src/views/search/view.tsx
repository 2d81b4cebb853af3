import { useEffect, useRef, useState } from 'preact/hooks'
import { Asked as Answered } from '../../parts/asked.tsx'
import { Title } from '../../parts/title.tsx'
import { go } from '../../state/address.ts'
import { useAsking, valueOf, type Asking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { usePages } from '../../state/pages.ts'
import type { Asked } from '../../state/route.ts'
import { More } from '../../parts/more.tsx'
import { counted } from '../../text/numbers.ts'
import { Facets } from './facets.tsx'
import { Fault } from './fault.tsx'
import { Hit } from './hit.tsx'
import { JudgeAll } from './judge.tsx'
import { useSearch, type Found } from './searched.ts'

const SORTS: readonly (readonly [string, string])[] = [
  ['-first_seen', 'Newest first'],
  ['first_seen', 'Oldest first'],
  ['-sensitivity', 'Worst first'],
  ['-confidence', 'Surest first'],
  ['path', 'By path'],
]

/** A box for queries, what a query finds, and facets to narrow it. */
export function SearchView({ asked }: { asked: Asked }) {
  const search = useSearch()
  const { asking, again } = useAsking(`${asked.sort} ${asked.query}`, (signal) =>
    search(asked, undefined, signal),
  )
  const fault = asking.is === 'refused' && asking.problem.span ? asking.problem : undefined
  return (
    <>
      <Title name="Search" />
      <Box asked={asked} isWrong={fault !== undefined} again={again} />
      {fault ? (
        <Fault query={asked.query} problem={fault} />
      ) : (
        <Shown asking={asking} again={again} asked={asked} />
      )}
    </>
  )
}

/** The matches, also while others are asked for: so the focus stays on the facet that was chosen. */
function Shown(props: { asking: Asking<Found>; again: () => void; asked: Asked }) {
  const { asking, again, asked } = props
  const found = valueOf(asking)
  if (found) {
    return <Results found={found} asked={asked} isBusy={asking.is === 'asked'} again={again} />
  }
  return (
    <Answered asking={asking} again={again}>
      {() => undefined}
    </Answered>
  )
}

function Box(props: { asked: Asked; isWrong: boolean; again: () => void }) {
  const { asked, isWrong, again } = props
  const [typed, setTyped] = useState({ over: asked.query, query: asked.query })
  // What the address says holds: a facet, or the way back, changes the box.
  const query = typed.over === asked.query ? typed.query : asked.query
  const submit = (event: Event) => {
    event.preventDefault()
    // The same query again asks again: there may be more by now.
    if (query.trim() === asked.query) again()
    else go({ view: 'search', asked: { query: query.trim(), sort: asked.sort } })
  }
  return (
    <form role="search" onSubmit={submit}>
      <label for="query">Query</label>
      <div class="row">
        <input
          id="query"
          type="search"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="type:us.* confidence:>0.8"
          aria-invalid={isWrong}
          aria-describedby={isWrong ? 'fault' : 'query-help'}
          value={query}
          onInput={(event) => setTyped({ over: asked.query, query: event.currentTarget.value })}
        />
        <button type="submit" class="first">
          Search
        </button>
      </div>
      <div class="row under">
        <p id="query-help" class="quiet">
          Words of paths, and fields such as <code>type:email</code>, <code>path:invoices</code>,{' '}
          <code>sensitivity:&gt;=high</code>, <code>-verdict:*</code>
        </p>
        <label class="sort">
          Order{' '}
          <select
            value={asked.sort}
            onChange={(event) =>
              go({ view: 'search', asked: { query: asked.query, sort: event.currentTarget.value } })
            }
          >
            {SORTS.map(([sort, name]) => (
              <option value={sort} key={sort}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
    </form>
  )
}

function Results(props: { found: Found; asked: Asked; isBusy: boolean; again: () => void }) {
  const { found, asked, isBusy, again } = props
  const { say } = useShared()
  const search = useSearch()
  const pages = usePages(
    found.first,
    async (cursor, signal) => (await search(asked, cursor, signal)).first,
  )
  const sentence = `${counted(found.count, 'match', 'matches')}`
  useEffect(() => say(sentence), [found])
  const list = useRef<HTMLUListElement>(null)
  useFocusOnNew(list, pages.items.length, found)
  return (
    <div class="results" aria-busy={isBusy}>
      <Facets found={found} asked={asked} />
      <section aria-label="Matches">
        <p>
          <strong>{sentence}</strong>
        </p>
        <JudgeAll asked={asked} findings={findingsOf(found)} again={again} />
        {found.unsearched > 0 && (
          <p class="refused">
            {counted(found.unsearched, 'part')} of the index could not be searched, so there may be
            more matches. <code>trawl doctor</code> says what to do.
          </p>
        )}
        {found.count === 0 ? (
          <p class="empty">
            Nothing matches. Take a clause out of the query, or scan something first.
          </p>
        ) : (
          <ul class="lines hits" ref={list}>
            {pages.items.map((match) => (
              <Hit key={`${match.kind} ${match.id}`} match={match} sources={found.sources} />
            ))}
          </ul>
        )}
        <More pages={pages} what="matches" />
      </section>
    </div>
  )
}

function findingsOf(found: Found): number {
  const kinds = found.facets.find(([field]) => field === 'kind')?.[1] ?? []
  return kinds.find(([kind]) => kind === 'finding')?.[1] ?? 0
}

/** Whoever asks for more by keyboard goes on at the first of what is new. */
function useFocusOnNew(
  list: { readonly current: HTMLUListElement | null },
  length: number,
  found: Found,
): void {
  const before = useRef({ found, length })
  useEffect(() => {
    const { current: was } = before
    if (was.found === found && length > was.length) {
      list.current?.children[was.length]?.querySelector('a')?.focus()
    }
    before.current = { found, length }
  }, [found, length])
}
