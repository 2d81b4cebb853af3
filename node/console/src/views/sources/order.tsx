import { useState } from 'preact/hooks'
import { Refused } from '../../parts/refused.tsx'
import { go } from '../../state/address.ts'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'

/** Orders a scan of a folder or a file; with a name, it becomes a source that is called so. */
export function OrderForm() {
  const [target, setTarget] = useState('')
  const [name, setName] = useState('')
  const { client, say } = useShared()
  const { run, isAsked, problem } = useDoing()
  const scan = (target: string, name: string) =>
    run(async () => {
      const named = { target, profile: { name } }
      const order =
        name === ''
          ? { target }
          : { source: (await client.post('/api/v1/sources', { body: named })).id }
      const ordered = await client.post('/api/v1/scans', { body: order })
      say('The scan is ordered')
      go({ view: 'scan', scan: ordered.id })
    })
  const submit = (event: Event) => {
    event.preventDefault()
    if (target.trim() !== '') scan(target.trim(), name.trim())
  }
  return (
    <>
      <form onSubmit={submit}>
        <label for="target">Folder or file of the node’s machine, by its whole path</label>
        <div class="row">
          <input
            id="target"
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            placeholder="/home/you/Documents"
            value={target}
            onInput={(event) => setTarget(event.currentTarget.value)}
          />
        </div>
        <label for="name">What it is called, if it is to have a name</label>
        <div class="row">
          <input
            id="name"
            type="text"
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <button type="submit" class="first" aria-disabled={isAsked}>
            Scan
          </button>
        </div>
      </form>
      {problem && <Refused problem={problem} />}
    </>
  )
}
