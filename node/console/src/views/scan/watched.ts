// A scan as it goes on: what it is now, and then whatever the node tells of it. A stream that breaks
// off is begun again; the first thing that it tells is how the scan stands.

import { useEffect, useState } from 'preact/hooks'
import type { Client } from '../../api/client.ts'
import { address } from '../../api/client.ts'
import type { Problem } from '../../api/problem.ts'
import type { Scan } from '../../api/records.ts'
import { asProblem } from '../../state/asking.ts'
import { useShared } from '../../state/context.ts'
import { percent } from '../../text/numbers.ts'
import { share } from '../../text/progress.ts'
import { standing } from '../../text/words.ts'

/** Who hears the page is told of progress at every tenth of the way, and of each new state. */
const TENTHS = 10

/** Streams that end before the scan does, one behind the other, before the person is asked. */
const TRIES = 5

/** The wait before a stream is begun again. */
const PAUSE_MILLIS = 1000

export interface Watched {
  readonly scan: Scan | undefined
  readonly problem: Problem | undefined
  readonly again: () => void
}

export function useWatched(id: string): Watched {
  const { client, say } = useShared()
  const [scan, setScan] = useState<Scan | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  const [times, setTimes] = useState(0)
  useEffect(() => {
    const left = new AbortController()
    setProblem(undefined)
    let told = ''
    const show = (scan: Scan) => {
      setScan(scan)
      const sentence = spoken(scan)
      if (sentence !== told) say(sentence)
      told = sentence
    }
    watch(client, id, left.signal, show).catch((error: unknown) => {
      if (!left.signal.aborted) setProblem(asProblem(error))
    })
    return () => left.abort()
  }, [client, id, times])
  return { scan, problem, again: () => setTimes((times) => times + 1) }
}

async function watch(
  client: Client,
  id: string,
  signal: AbortSignal,
  show: (scan: Scan) => void,
): Promise<void> {
  show(await client.get('/api/v1/scans/{scan}', { parts: { scan: id }, signal }))
  const path = address('/api/v1/scans/{scan}/events', { scan: id })
  for (let tries = 0; ; tries += 1) {
    try {
      for await (const event of client.events(path, signal)) {
        if (event.name === 'progress' || event.name === 'end') {
          show(JSON.parse(event.data) as Scan)
          tries = 0
        }
        if (event.name === 'end') return
      }
    } catch (error) {
      if (signal.aborted || tries >= TRIES) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS))
    if (signal.aborted) return
  }
}

function spoken(scan: Scan): string {
  const known = share(scan)
  const name = `Scan ${scan.number} ${standing(scan.state)}`
  if (scan.state !== 'running' || known === undefined) return name
  return `${name}: ${percent(Math.floor(known * TENTHS) / TENTHS)}`
}
