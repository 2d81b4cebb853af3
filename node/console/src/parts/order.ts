import { useRef, useState } from 'preact/hooks'
import type { Body } from '../api/client.ts'
import type { Problem } from '../api/problem.ts'
import { asProblem } from '../state/asking.ts'
import { useShared } from '../state/context.ts'
import { go } from '../state/address.ts'

/** A way to order a scan, and what became of the order. Who has ordered is led to the scan. */
export function useOrder() {
  const { client, say } = useShared()
  const [isAsked, setAsked] = useState(false)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  // Two clicks come faster than the page is drawn.
  const under = useRef(false)
  const order = async (body: Body<'/api/v1/scans', 'post'>) => {
    if (under.current) return
    under.current = true
    setAsked(true)
    setProblem(undefined)
    try {
      const ordered = await client.post('/api/v1/scans', { body })
      say('The scan is ordered')
      go({ view: 'scan', scan: ordered.id })
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      under.current = false
      setAsked(false)
    }
  }
  return { order, isAsked, problem }
}
