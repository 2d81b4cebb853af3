import type { Body } from '../api/client.ts'
import type { Problem } from '../api/problem.ts'
import { go } from '../state/address.ts'
import { useShared } from '../state/context.ts'
import { useDoing } from '../state/doing.ts'

export interface Ordering {
  readonly order: (body: Body<'/api/v1/scans', 'post'>) => void
  readonly isAsked: boolean
  readonly problem: Problem | undefined
}

/** A way to order a scan, and what became of the order. Who has ordered is led to the scan. */
export function useOrder(): Ordering {
  const { client, say } = useShared()
  const { run, isAsked, problem } = useDoing()
  const order: Ordering['order'] = (body) =>
    run(async () => {
      const ordered = await client.post('/api/v1/scans', { body })
      say('The scan is ordered')
      go({ view: 'scan', scan: ordered.id })
    })
  return { order, isAsked, problem }
}
