import { useEffect, useState } from 'preact/hooks'
import { writeRoute, type Asked } from '../../state/route.ts'
import { count } from '../../text/numbers.ts'
import { isNarrowed, narrowed, widened } from '../../text/query.ts'
import type { Found } from './searched.ts'

/** Values of a facet that are shown before the person asks for all. */
const SHOWN = 6

const NAMES: Readonly<Record<string, string>> = {
  type: 'Type',
  sensitivity: 'Sensitivity',
  verdict: 'Verdict',
  state: 'State',
  source: 'Source',
  format: 'Format',
  jurisdiction: 'Country',
  kind: 'What',
}

/** What the matches have, counted; each value leads to those that have it. */
export function Facets({ found, asked }: { found: Found; asked: Asked }) {
  const told = found.facets.filter(([, values]) => values.length > 0)
  // On a phone the matches come first: facets are folded, and open at a touch.
  const isWide = useWide()
  return (
    <details class="facets" open={isWide}>
      <summary>Narrow it</summary>
      <nav aria-label="Facets">
        {told.map(([field, values]) => (
          <Facet key={field} field={field} values={values} found={found} asked={asked} />
        ))}
      </nav>
    </details>
  )
}

/** Whether there is room for facets beside the matches, as long as it is so. */
function useWide(): boolean {
  const [room] = useState(() => matchMedia('(min-width: 46rem)'))
  const [isWide, set] = useState(room.matches)
  useEffect(() => {
    const changed = () => set(room.matches)
    room.addEventListener('change', changed)
    return () => room.removeEventListener('change', changed)
  }, [room])
  return isWide
}

function Facet(props: {
  field: string
  values: readonly (readonly [string, number])[]
  found: Found
  asked: Asked
}) {
  const { field, values, found, asked } = props
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? values : values.slice(0, SHOWN)
  const name = NAMES[field] ?? field
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      <ul>
        {shown.map(([value, number]) => {
          const isOn = isNarrowed(asked.query, field, value)
          const change = isOn ? widened : narrowed
          const query = change(asked.query, field, value)
          return (
            <li key={value}>
              <a
                href={writeRoute({ view: 'search', asked: { query, sort: asked.sort } })}
                aria-current={isOn ? 'true' : undefined}
                title={isOn ? 'Take it out of the query' : undefined}
              >
                <span>{labelled(field, value, found)}</span>{' '}
                <span class="number">{count(number)}</span>
              </a>
            </li>
          )
        })}
      </ul>
      {values.length > SHOWN && (
        <button
          type="button"
          class="plain"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? 'Fewer' : `All ${count(values.length)}`}
        </button>
      )}
    </section>
  )
}

function labelled(field: string, value: string, found: Found): string {
  return field === 'source' ? (found.sources.get(value)?.location ?? value) : value
}
