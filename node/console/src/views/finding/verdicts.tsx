import type { Tagged } from '../../api/client.ts'
import type { Judged, Verdict } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { Refused } from '../../parts/refused.tsx'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'
import { moment } from '../../text/numbers.ts'
import { VERDICTS } from '../../text/words.ts'

/** What was said of a finding, and buttons to say something else. */
export function Verdicts({ finding }: { finding: string }) {
  const { client, say } = useShared()
  const parts = { finding }
  const { asking, again, put } = useAsking(finding, (signal) =>
    client.tagged('/api/v1/findings/{finding}/verdict', { parts, signal }),
  )
  const { run, isAsked, problem, forget } = useDoing()

  const judge = (verdict: Verdict, now: Tagged<Judged>) =>
    run(async () => {
      // Whoever has said something else meanwhile is not overruled unseen.
      const ifMatch = now.etag
      const path = '/api/v1/findings/{finding}/verdict'
      put(await client.put(path, { parts, body: { verdict }, ifMatch }))
      say(verdict === 'none' ? 'The verdict is taken back' : 'The verdict is kept')
    })

  return (
    <>
      <Asked asking={asking} again={again}>
        {(now) => (
          <Said now={now.value} isAsked={isAsked} judge={(verdict) => judge(verdict, now)} />
        )}
      </Asked>
      {problem && <Refused problem={problem} again={() => (forget(), again())} />}
    </>
  )
}

function Said(props: { now: Judged; isAsked: boolean; judge: (verdict: Verdict) => void }) {
  const { now, isAsked, judge } = props
  return (
    <>
      <div class="row" role="group" aria-label="Verdict">
        {VERDICTS.map(({ verdict, name, means }) => {
          const isSaid = now.verdict === verdict
          return (
            <button
              key={verdict}
              type="button"
              class="choice"
              aria-pressed={isSaid}
              aria-disabled={isAsked}
              title={isSaid ? 'Take it back' : means}
              onClick={() => judge(isSaid ? 'none' : verdict)}
            >
              {name}
            </button>
          )
        })}
      </div>
      <p class="quiet" id="said">
        {now.verdict
          ? `Said by ${now.by ?? 'nobody known'}${now.at ? `, ${moment(now.at)}` : ''}. Press it again to take it back.`
          : 'Nothing is said yet. What you say holds for this value in this object, and no scan resets it.'}
      </p>
    </>
  )
}
