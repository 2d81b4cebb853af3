import type { Finding, FoundObject, Match, Source } from '../../api/records.ts'
import { Level } from '../../parts/level.tsx'
import { Way } from '../../parts/way.tsx'
import { writeRoute } from '../../state/route.ts'
import { counted, percent, size } from '../../text/numbers.ts'
import { place } from '../../text/place.ts'
import { VERDICTS } from '../../text/words.ts'

/** A match: a finding, or an object. */
export function Hit(props: { match: Match; sources: ReadonlyMap<string, Source> }) {
  const { match } = props
  return (
    <li>
      {match.kind === 'finding' ? <FindingHit finding={match} /> : <ObjectHit object={match} />}
    </li>
  )
}

function FindingHit({ finding }: { finding: Finding }) {
  const verdict = VERDICTS.find(({ verdict }) => verdict === finding.verdict)
  return (
    <>
      <p class="what">
        <a href={writeRoute({ view: 'finding', finding: finding.id })}>{finding.type}</a>{' '}
        <Level level={finding.sensitivity} /> {percent(finding.confidence)}
        {finding.state === 'closed' && <span class="tag">closed</span>}
        {verdict && <span class="tag">{verdict.name}</span>}
      </p>
      <p>
        <code class="preview">{finding.preview || '•'.repeat(8)}</code>
      </p>
      <p class="quiet">
        <Way object={finding.object} at={finding.place} />, {place(finding.place)}
      </p>
    </>
  )
}

function ObjectHit({ object }: { object: FoundObject }) {
  return (
    <>
      <p class="what">
        <Way object={object.object} />
        {object.state === 'closed' && <span class="tag">closed</span>}
      </p>
      <p class="quiet">
        {object.format ? `${object.format}, ` : ''}
        {size(object.size)}, {counted(object.findings, 'finding')}
        {object.error && `. ${object.error}`}
      </p>
    </>
  )
}
