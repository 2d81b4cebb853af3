import type { Scan } from '../../api/records.ts'
import { useOrder } from '../../parts/order.ts'
import { Refused } from '../../parts/refused.tsx'
import { useShared } from '../../state/context.ts'
import { useDoing } from '../../state/doing.ts'

interface Command {
  readonly path: `/api/v1/scans/{scan}/${'pause' | 'resume' | 'cancel'}`
  readonly name: string
  /** The states in which it can be told. */
  readonly of: readonly Scan['state'][]
}

/** What can be told to a scan. */
const COMMANDS: readonly Command[] = [
  { path: '/api/v1/scans/{scan}/pause', name: 'Pause', of: ['queued', 'running'] },
  { path: '/api/v1/scans/{scan}/resume', name: 'Resume', of: ['paused'] },
  {
    path: '/api/v1/scans/{scan}/cancel',
    name: 'Cancel',
    of: ['queued', 'running', 'paused', 'waiting'],
  },
]

/** What can be done with a scan as it stands. */
export function Commands({ scan, again }: { scan: Scan; again: () => void }) {
  const { state } = scan
  return (
    <>
      {state === 'waiting' && <Vanished scan={scan} />}
      <Steering scan={scan} again={again} />
      {(state === 'finished' || state === 'cancelled' || state === 'failed') && (
        <Again scan={scan} />
      )}
    </>
  )
}

function Steering({ scan, again }: { scan: Scan; again: () => void }) {
  const { client } = useShared()
  const { run, isAsked, problem } = useDoing()
  const may = COMMANDS.filter(({ of }) => of.includes(scan.state))
  const tell = ({ path }: Command) =>
    run(async () => {
      await client.post(path, { parts: { scan: scan.id }, body: undefined })
      // A stream of a scan that was held has ended.
      again()
    })
  return (
    <>
      {may.length > 0 && (
        <div class="row">
          {may.map((command) => (
            <button
              key={command.name}
              type="button"
              aria-disabled={isAsked}
              onClick={() => tell(command)}
            >
              {command.name}
            </button>
          ))}
        </div>
      )}
      {problem && <Refused problem={problem} />}
    </>
  )
}

function Vanished({ scan: { source } }: { scan: Scan }) {
  const { order, isAsked, problem } = useOrder()
  return (
    <>
      <p>
        More than half of what was there is gone. If that is so, its findings are closed; if the
        source was only out of reach, they are kept.
      </p>
      <div class="row">
        <button
          type="button"
          aria-disabled={isAsked}
          onClick={() => order({ source, vanished: 'keep' })}
        >
          Keep what is gone
        </button>
        <button
          type="button"
          aria-disabled={isAsked}
          onClick={() => order({ source, vanished: 'close' })}
        >
          Close what is gone
        </button>
      </div>
      {problem && <Refused problem={problem} />}
    </>
  )
}

function Again({ scan: { source } }: { scan: Scan }) {
  const { order, isAsked, problem } = useOrder()
  return (
    <>
      <div class="row">
        <button type="button" aria-disabled={isAsked} onClick={() => order({ source })}>
          Scan again
        </button>
      </div>
      {problem && <Refused problem={problem} />}
    </>
  )
}
