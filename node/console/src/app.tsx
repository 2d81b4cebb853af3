// The page: its head, the view that the address names, and a voice for what happens unseen. Without a
// key there is nothing to show, and it is asked for.

import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Client } from './api/client.ts'
import type { Problem } from './api/problem.ts'
import { useRoute } from './state/address.ts'
import { SharedContext } from './state/context.ts'
import { forgetKey, keepKey, keptKey } from './state/key.ts'
import { NEWEST_FIRST, writeRoute, type Route } from './state/route.ts'
import { FindingView } from './views/finding/view.tsx'
import { KeyView } from './views/key/view.tsx'
import { ScanView } from './views/scan/view.tsx'
import { SearchView } from './views/search/view.tsx'
import { SourceView } from './views/source/view.tsx'
import { SourcesView } from './views/sources/view.tsx'

export function App() {
  const [key, setKey] = useState(keptKey())
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const [said, say] = useState('')
  const route = useRoute()

  const forget = useCallback((problem: Problem | undefined) => {
    forgetKey()
    setKey(undefined)
    setProblem(problem)
  }, [])
  const use = (key: string) => {
    keepKey(key)
    setProblem(undefined)
    setKey(key)
    // The box that had the focus goes with the question.
    document.getElementById('main')?.focus()
  }
  const shared = useMemo(
    () => (key === undefined ? undefined : { client: new Client(key, forget), say }),
    [key, forget],
  )

  return (
    <>
      <Head route={route} forget={shared && (() => forget(undefined))} />
      <main id="main" tabIndex={-1}>
        {shared ? (
          <SharedContext.Provider value={shared}>
            <View route={route} />
          </SharedContext.Provider>
        ) : (
          <KeyView problem={problem} use={use} />
        )}
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {said}
      </p>
    </>
  )
}

function View({ route }: { route: Route }) {
  useFocusOn(nameOf(route))
  switch (route.view) {
    case 'sources':
      return <SourcesView />
    case 'source':
      return <SourceView id={route.source} key={route.source} />
    case 'scan':
      return <ScanView id={route.scan} key={route.scan} />
    case 'search':
      return <SearchView asked={route.asked} />
    case 'finding':
      return <FindingView id={route.finding} key={route.finding} />
  }
}

function Head({ route, forget }: { route: Route; forget: (() => void) | undefined }) {
  const links: readonly (readonly [string, Route])[] = [
    ['Sources', { view: 'sources' }],
    ['Search', { view: 'search', asked: { query: '', sort: NEWEST_FIRST } }],
  ]
  const skip = (event: Event) => {
    // The address says which view is shown, and is not to change.
    event.preventDefault()
    document.getElementById('main')?.focus()
  }
  return (
    <header>
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <span class="name">Trawl</span>
      {forget && (
        <>
          <nav aria-label="Views">
            {links.map(([name, to]) => (
              <a
                key={name}
                href={writeRoute(to)}
                aria-current={to.view === route.view ? 'page' : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
          <button type="button" class="plain" onClick={forget}>
            Forget the key
          </button>
        </>
      )}
    </header>
  )
}

/** Whoever goes to another view by keyboard, or hears the page, begins at its head. */
function useFocusOn(view: string): void {
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current) document.getElementById('main')?.focus()
    isFirst.current = false
    scrollTo(0, 0)
  }, [view])
}

/** A search stays the same view, whatever is searched: the focus stays in the box. */
function nameOf(route: Route): string {
  return route.view === 'search' ? 'search' : writeRoute(route)
}
