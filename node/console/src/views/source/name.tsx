import { useState } from 'preact/hooks'
import type { Tagged } from '../../api/client.ts'
import type { Source } from '../../api/records.ts'
import { Refused } from '../../parts/refused.tsx'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'

/** What a source is called. All else that is said of it stays as it is. */
export function NameForm(props: {
  now: Tagged<Source>
  put: (now: Tagged<Source>) => void
  again: () => void
}) {
  const { now, put, again } = props
  const { id, profile } = now.value
  const { client, say } = useShared()
  const { run, isAsked, problem, forget } = useDoing()
  const [name, setName] = useState(profile.name ?? '')
  const submit = (event: Event) => {
    event.preventDefault()
    run(async () => {
      const { name: _, ...rest } = profile
      const body = name.trim() === '' ? rest : { ...rest, name: name.trim() }
      // Whoever has said something else meanwhile is not overruled unseen.
      const ifMatch = now.etag
      put(await client.put('/api/v1/sources/{source}', { parts: { source: id }, body, ifMatch }))
      say('The name is kept')
    })
  }
  return (
    <>
      <form onSubmit={submit}>
        <label for="name">What it is called</label>
        <div class="row">
          <input
            id="name"
            type="text"
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" aria-disabled={isAsked}>
            Keep the name
          </button>
        </div>
      </form>
      {problem && <Refused problem={problem} again={() => (forget(), again())} />}
    </>
  )
}
