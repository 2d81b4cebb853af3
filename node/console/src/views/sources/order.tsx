import { useState } from 'preact/hooks'
import { useOrder } from '../../parts/order.ts'
import { Refused } from '../../parts/refused.tsx'

/** Orders a scan of a folder or a file. */
export function OrderForm() {
  const [target, setTarget] = useState('')
  const { order, isAsked, problem } = useOrder()
  const submit = (event: Event) => {
    event.preventDefault()
    if (target.trim() !== '') order({ target: target.trim() })
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
          <button type="submit" class="first" aria-disabled={isAsked}>
            Scan
          </button>
        </div>
      </form>
      {problem && <Refused problem={problem} />}
    </>
  )
}
