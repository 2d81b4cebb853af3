import { useEffect, useState } from 'preact/hooks'
import type { Verdict } from '../../api/records.ts'
import { Refused } from '../../parts/refused.tsx'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'
import type { Asked } from '../../state/route.ts'
import { count, counted } from '../../text/numbers.ts'
import { VERDICTS } from '../../text/words.ts'
import { judgeAll, MOST_JUDGED, type Judgement } from './judged.ts'

const CHOICES: readonly (readonly [Verdict, string])[] = [
  ...VERDICTS.map(({ verdict, name }) => [verdict, name] as const),
  ['none', 'Take back what was said'],
]

/** A verdict on all findings of a search. It is asked twice, for it is a word on many things. */
export function JudgeAll(props: { asked: Asked; findings: number; again: () => void }) {
  const { asked, findings, again } = props
  const { client, say } = useShared()
  const { run, isAsked, problem } = useDoing()
  const [verdict, setVerdict] = useState<Verdict>('confirmed')
  const [isSure, setSure] = useState(false)
  const [said, setSaid] = useState<Judgement | undefined>(undefined)
  // Another search is another question.
  useEffect(() => (setSure(false), setSaid(undefined)), [asked.query])
  if (findings === 0 && !said) return null

  const submit = (event: Event) => {
    event.preventDefault()
    if (!isSure) {
      setSure(true)
      say(`Press again to say it of ${counted(findings, 'finding')}`)
      return
    }
    run(async () => {
      setSure(false)
      const told = (judged: number, of: number) =>
        say(`${count(judged)} of ${count(of)} are judged`)
      const judgement = await judgeAll(client, asked, verdict, told)
      setSaid(judgement)
      say(sentence(judgement))
      again()
    })
  }
  const name = `say it of ${counted(findings, 'finding')}`
  return (
    <details class="judge">
      <summary>Judge all of them</summary>
      {findings > MOST_JUDGED ? (
        <p class="quiet">
          These are more than {count(MOST_JUDGED)}, which nobody has looked at. Narrow the search
          first.
        </p>
      ) : (
        <form onSubmit={submit} aria-label="A verdict on all">
          <fieldset disabled={isAsked}>
            <legend>What they are</legend>
            {CHOICES.map(([choice, name]) => (
              <label key={choice}>
                <input
                  type="radio"
                  name="verdict"
                  checked={verdict === choice}
                  onChange={() => (setVerdict(choice), setSure(false))}
                />{' '}
                {name}
              </label>
            ))}
          </fieldset>
          <div class="row">
            <button type="submit" class={isSure ? 'first' : ''} aria-disabled={isAsked}>
              {isSure ? `Yes, ${name}` : `S${name.slice(1)}`}
            </button>
            {isSure && (
              <button type="button" onClick={() => setSure(false)}>
                No
              </button>
            )}
          </div>
        </form>
      )}
      {said && <p>{sentence(said)} The list follows within moments.</p>}
      {problem && <Refused problem={problem} />}
    </details>
  )
}

function sentence({ judged, refused, why }: Judgement): string {
  const verb = judged === 1 ? 'is' : 'are'
  const told = `${counted(judged, 'finding')} ${verb} judged.`
  return refused === 0
    ? told
    : `${told} ${count(refused)} could not be: ${why ?? 'it is not known why'}.`
}
