// What a node answers when it doesn't carry out a request: a problem document (RFC 9457) with a code
// that never changes its meaning and the way out.

import type { components } from './document.ts'

type Written = components['schemas']['Problem']

/** Where in the query something is wrong, in bytes of UTF-8. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Why a request was not carried out. */
export class Problem extends Error {
  constructor(
    /** What programs go by. */
    readonly code: string,
    /** In words. */
    readonly title: string,
    /** What is wrong with this request. */
    readonly detail: string,
    /** What to do about it. */
    readonly wayOut: string,
    /** Where in the query it is, of a query that can't be read. */
    readonly span: Span | undefined = undefined,
  ) {
    super(detail)
  }

  /** Whether the key is missing, unknown or revoked. */
  get isOfKey(): boolean {
    return this.code === 'no-key' || this.code === 'key-refused'
  }
}

/** The problem of an answer with this status and body. What is between may answer in its own way. */
export function problemOf(status: number, body: unknown): Problem {
  if (!isWritten(body)) {
    return new Problem(
      'no-problem-document',
      'The answer can’t be read',
      `the status is ${status}, and the body is no problem document`,
      'see whether something stands between this page and the node',
    )
  }
  return new Problem(body.code, body.title, body.detail, body.way_out, spanOf(body))
}

/** The problem of a request that nobody answered. */
export function unanswered(): Problem {
  return new Problem(
    'unanswered',
    'The node doesn’t answer',
    'it has stopped, or the way to it is cut',
    'see that `trawl up` is running, then try again',
  )
}

function isWritten(body: unknown): body is Written {
  const known = ['code', 'title', 'detail', 'way_out']
  return isObject(body) && known.every((name) => typeof body[name] === 'string')
}

function spanOf(body: object): Span | undefined {
  const span = (body as Record<string, unknown>)['span']
  if (!isObject(span)) return undefined
  const { start, end } = span
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
