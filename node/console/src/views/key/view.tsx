import { useState } from 'preact/hooks'
import { Client } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import { Refused } from '../../parts/refused.tsx'
import { Title } from '../../parts/title.tsx'
import { asProblem } from '../../state/asking.ts'

/** Asks for a key, and takes one that the node takes. */
export function KeyView(props: { problem: Problem | undefined; use: (key: string) => void }) {
  const { use } = props
  const [key, setKey] = useState('')
  const [isAsked, setAsked] = useState(false)
  const [problem, setProblem] = useState(props.problem)

  const submit = async (event: Event) => {
    event.preventDefault()
    const given = key.trim()
    if (isAsked || given === '') return
    setAsked(true)
    setProblem(undefined)
    try {
      // What no header can hold is no key, and the node need not be asked.
      const sendable = /^[\x21-\x7e]+$/.test(given) ? given : '-'
      await new Client(sendable, () => undefined).get('/api/v1/sources', { query: { limit: 1 } })
      use(given)
    } catch (error) {
      setProblem(asProblem(error))
      setAsked(false)
    }
  }

  return (
    <>
      <Title name="Key">Your key</Title>
      <p>
        A node answers only to those who have a key. One that may look, scan and judge is made on
        the node’s machine by
      </p>
      <pre>
        <code>trawl key new --name console --can admin</code>
      </pre>
      <form onSubmit={submit}>
        <label for="key">Key</label>
        <div class="row">
          <input
            id="key"
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={key}
            aria-describedby="key-kept"
            onInput={(event) => setKey(event.currentTarget.value)}
          />
          <button type="submit" class="first" aria-disabled={isAsked}>
            {isAsked ? 'Asking…' : 'Use it'}
          </button>
        </div>
        <p id="key-kept" class="quiet">
          It is kept in this tab until you close it, and sent to this node alone.
        </p>
      </form>
      {problem && <Refused problem={problem} />}
    </>
  )
}
