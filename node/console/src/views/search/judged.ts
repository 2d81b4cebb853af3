// Verdicts on all that a search finds: what is meant is gathered first, for a verdict may change what the
// search finds, and then said, some at a time.

import type { Client } from '../../api/client.ts'
import type { Verdict } from '../../api/records.ts'
import type { Asked } from '../../state/route.ts'
import { narrowed } from '../../text/query.ts'

/** Nobody has looked at more than so many. */
export const MOST_JUDGED = 10_000

const MATCHES_A_PAGE = 500
/** A request may have 200, unless the node is set otherwise. */
const VERDICTS_A_REQUEST = 100

/** What came of it. */
export interface Judgement {
  readonly judged: number
  readonly refused: number
  /** Why, of the first that was refused. */
  readonly why: string | undefined
}

/** Says a verdict of all findings of a search; tells how far it is. */
export async function judgeAll(
  client: Client,
  asked: Asked,
  verdict: Verdict,
  told: (judged: number, of: number) => void,
): Promise<Judgement> {
  const findings = await all(client, asked)
  let sum: Judgement = { judged: 0, refused: 0, why: undefined }
  for (let from = 0; from < findings.length; from += VERDICTS_A_REQUEST) {
    const some = findings.slice(from, from + VERDICTS_A_REQUEST)
    const verdicts = some.map((finding) => ({ finding, verdict }))
    const { outcomes } = await client.post('/api/v1/verdicts', { body: { verdicts } })
    const refused = outcomes.flatMap(({ problem }) => (problem ? [problem] : []))
    sum = {
      judged: sum.judged + outcomes.length - refused.length,
      refused: sum.refused + refused.length,
      why: sum.why ?? refused[0]?.detail,
    }
    told(from + some.length, findings.length)
  }
  return sum
}

async function all(client: Client, asked: Asked): Promise<string[]> {
  const findings = new Set<string>()
  let cursor: string | null | undefined
  do {
    const page = await client.get('/api/v1/search', {
      query: {
        q: narrowed(asked.query, 'kind', 'finding'),
        limit: MATCHES_A_PAGE,
        ...(cursor ? { cursor } : {}),
      },
    })
    page.matches.forEach(({ id }) => findings.add(id))
    cursor = page.next
  } while (cursor && findings.size < MOST_JUDGED)
  return [...findings].slice(0, MOST_JUDGED)
}
