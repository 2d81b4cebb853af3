import type { Explanation, Finding } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { Level } from '../../parts/level.tsx'
import { Title } from '../../parts/title.tsx'
import { Way } from '../../parts/way.tsx'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { NEWEST_FIRST, writeRoute } from '../../state/route.ts'
import { moment, percent } from '../../text/numbers.ts'
import { place } from '../../text/place.ts'
import { written } from '../../text/query.ts'
import { Verdicts } from './verdicts.tsx'

/** A finding: what it is, where it stands, why it is one, and what was said of it. */
export function FindingView({ id }: { id: string }) {
  const { client } = useShared()
  const { asking, again } = useAsking(id, (signal) =>
    client.get('/api/v1/findings/{finding}/explanation', { parts: { finding: id }, signal }),
  )
  return (
    <>
      {asking.is !== 'there' && <Title name="Finding" />}
      <Asked asking={asking} again={again}>
        {(explained) => <Explained explained={explained} />}
      </Asked>
    </>
  )
}

function Explained({ explained }: { explained: Explanation }) {
  const { finding, why } = explained
  return (
    <>
      <Title name={finding.type}>
        {finding.type} <Level level={finding.sensitivity} />
      </Title>
      <p class="preview">
        <code>{finding.preview || 'nothing of it is shown'}</code>
      </p>
      <dl class="facts">
        <Fact name="Object">
          <Way object={finding.object} at={finding.place} />
        </Fact>
        <Fact name="Place">{place(finding.place)}</Fact>
        <Fact name="Confidence">{percent(finding.confidence)}</Fact>
        <Fact name="State">
          {finding.state === 'open' ? 'open' : 'closed: its object has vanished'}
        </Fact>
        <Fact name="First seen">{moment(finding.first_seen)}</Fact>
        {finding.last_seen && <Fact name="Last seen">{moment(finding.last_seen)}</Fact>}
      </dl>
      <h2>Your verdict</h2>
      <Verdicts finding={finding.id} />
      <h2>Why it is one</h2>
      <ol class="why">
        {why.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {!explained.rule_is_known && (
        <p class="quiet">The rule has changed since; these are the bare steps of its score.</p>
      )}
      <h2>The same elsewhere</h2>
      <p>
        <a href={elsewhere('token', finding.token)}>The same value</a> ·{' '}
        <a href={elsewhere('type', finding.type)}>the same type</a> ·{' '}
        <a href={elsewhere('source', finding.source)}>the same source</a>
      </p>
      <details>
        <summary>All that is known of it</summary>
        <All explained={explained} />
      </details>
    </>
  )
}

function All({ explained }: { explained: Explanation }) {
  return (
    <dl class="facts">
      {explained.facts.map(({ name, text }) => (
        <Fact name={name} key={name}>
          <span class="id">{text}</span>
        </Fact>
      ))}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function elsewhere(field: keyof Finding & string, value: string): string {
  return writeRoute({ view: 'search', asked: { query: written(field, value), sort: NEWEST_FIRST } })
}
