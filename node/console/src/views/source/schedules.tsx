import { useState } from 'preact/hooks'
import type { Schedule } from '../../api/records.ts'
import { Asked } from '../../parts/asked.tsx'
import { Refused } from '../../parts/refused.tsx'
import { useAsking } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'
import { moment } from '../../text/numbers.ts'

const ONE = '/api/v1/sources/{source}/schedules/{schedule}'

/** When a source is scanned without anybody asking. A source has few schedules: they fit on a page. */
export function Schedules({ source }: { source: string }) {
  const { client } = useShared()
  const { asking, again } = useAsking(source, async (signal) => {
    const page = await client.get('/api/v1/schedules', { signal, query: { source } })
    return page.schedules
  })
  return (
    <section aria-labelledby="schedules">
      <h2 id="schedules">Schedules</h2>
      <Asked asking={asking} again={again}>
        {(schedules) => <List schedules={schedules} again={again} />}
      </Asked>
      <ScheduleForm source={source} again={again} />
    </section>
  )
}

function List({ schedules, again }: { schedules: readonly Schedule[]; again: () => void }) {
  const { client, say } = useShared()
  const { run, isAsked, problem } = useDoing()
  const remove = ({ source, name }: Schedule) =>
    run(async () => {
      await client.remove(ONE, { parts: { source, schedule: name } })
      say(`The schedule ${name} is removed`)
      again()
    })
  if (schedules.length === 0) {
    return <p class="empty">It is scanned only when somebody orders it.</p>
  }
  return (
    <>
      <ul class="lines" aria-label="Schedules">
        {schedules.map((schedule) => (
          <li key={schedule.name}>
            <strong>{schedule.name}</strong>: <code>{schedule.cron}</code>, {schedule.zone}
            {schedule.full && ', everything again'}
            <span class="quiet">
              {schedule.next ? `Next: ${moment(schedule.next)}` : 'No more times come.'}
            </span>
            <button
              type="button"
              class="plain"
              aria-disabled={isAsked}
              aria-label={`Remove ${schedule.name}`}
              onClick={() => remove(schedule)}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      {problem && <Refused problem={problem} again={again} />}
    </>
  )
}

function ScheduleForm({ source, again }: { source: string; again: () => void }) {
  const { client, say } = useShared()
  const { run, isAsked, problem } = useDoing()
  const [name, setName] = useState('')
  const [cron, setCron] = useState('')
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone)
  const submit = (event: Event) => {
    event.preventDefault()
    if (name.trim() === '') return
    run(async () => {
      const parts = { source, schedule: name.trim() }
      const body = { cron: cron.trim(), zone: zone.trim() }
      await client.put(ONE, { parts, body, ifMatch: undefined })
      say(`The schedule ${name.trim()} is kept`)
      setName('')
      setCron('')
      again()
    })
  }
  return (
    <>
      <form onSubmit={submit} aria-label="A schedule">
        <div class="row fields">
          <Field id="schedule" name="Name" value={name} set={setName} like="nightly" />
          <Field id="cron" name="Times" value={cron} set={setCron} like="30 2 * * mon-fri" />
          <Field id="zone" name="Time zone" value={zone} set={setZone} like="Europe/Berlin" />
        </div>
        <p class="quiet" id="cron-help">
          Minute, hour, day of the month, month and day of the week. A schedule of the same name is
          replaced.
        </p>
        <button type="submit" aria-disabled={isAsked}>
          Keep the schedule
        </button>
      </form>
      {problem && <Refused problem={problem} />}
    </>
  )
}

function Field(props: {
  id: string
  name: string
  value: string
  set: (value: string) => void
  like: string
}) {
  const { id, name, value, set, like } = props
  return (
    <div>
      <label for={id}>{name}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        aria-describedby="cron-help"
        placeholder={like}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </div>
  )
}
