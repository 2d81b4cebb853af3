// The way of the page to its node: one function a method, typed by the document of the API, so that
// a path, a parameter or a body that the node doesn't know is no program.

import type { paths } from './document.ts'
import { events, type Event } from './events.ts'
import { problemOf, unanswered, Problem } from './problem.ts'

type Method = 'get' | 'post' | 'put' | 'delete'

/** The paths that have this method. */
export type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never
}[keyof paths]

type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never

/** What is answered when all is well. */
export type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R }
    ? { [Status in keyof R]: Status extends 200 | 201 | 202 ? Json<R[Status]> : never }[keyof R]
    : never

/** The body that a request takes; undefined where it takes none. */
export type Body<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody: infer R } ? Json<R> : undefined

/** The parameters behind the question mark. */
export type Query<P extends keyof paths> =
  Operation<P, 'get'> extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never

/** The parts of a path in braces, by name. */
export type Parts = Readonly<Record<string, string>>

/** An answer with the tag of what it shows. */
export interface Tagged<T> {
  readonly value: T
  readonly etag: string | undefined
}

/** Asks a node. */
export class Client {
  constructor(
    private readonly key: string,
    /** Is told when the key is no longer good. */
    private readonly refused: (problem: Problem) => void,
  ) {}

  async get<P extends PathsOf<'get'>>(
    path: P,
    asked: { parts?: Parts; query?: Query<P>; signal?: AbortSignal } = {},
  ): Promise<Answer<P, 'get'>> {
    return (await this.tagged(path, asked)).value
  }

  /** The same, with the tag that a later change names. */
  async tagged<P extends PathsOf<'get'>>(
    path: P,
    asked: { parts?: Parts; query?: Query<P>; signal?: AbortSignal } = {},
  ): Promise<Tagged<Answer<P, 'get'>>> {
    const response = await this.send(address(path, asked.parts, asked.query), {
      signal: asked.signal ?? null,
    })
    return taggedOf(response)
  }

  async post<P extends PathsOf<'post'>>(
    path: P,
    asked: { parts?: Parts; body: Body<P, 'post'> },
  ): Promise<Answer<P, 'post'>> {
    return (await this.change(path, 'post', asked)).value
  }

  async put<P extends PathsOf<'put'>>(
    path: P,
    asked: { parts?: Parts; body: Body<P, 'put'>; ifMatch: string | undefined },
  ): Promise<Tagged<Answer<P, 'put'>>> {
    return this.change(path, 'put', asked)
  }

  async remove<P extends PathsOf<'delete'>>(
    path: P,
    asked: { parts?: Parts } = {},
  ): Promise<Answer<P, 'delete'>> {
    return (await this.change(path, 'delete', { ...asked, body: undefined })).value
  }

  /** What the node tells of something, until it has no more to tell. */
  async *events(path: string, signal: AbortSignal): AsyncGenerator<Event> {
    const response = await this.send(path, { signal, headers: { accept: 'text/event-stream' } })
    if (response.body) yield* events(response.body)
  }

  private async change<P extends keyof paths, M extends Method>(
    path: P,
    method: M,
    asked: { parts?: Parts; body: unknown; ifMatch?: string | undefined },
  ): Promise<Tagged<Answer<P, M>>> {
    const headers: Record<string, string> = {}
    if (asked.body !== undefined) headers['content-type'] = 'application/json'
    if (asked.ifMatch !== undefined) headers['if-match'] = asked.ifMatch
    const response = await this.send(address(path, asked.parts), {
      method: method.toUpperCase(),
      headers,
      body: asked.body === undefined ? null : JSON.stringify(asked.body),
    })
    return taggedOf(response)
  }

  private async send(address: string, init: RequestInit): Promise<Response> {
    const headers = { ...(init.headers as object), authorization: `Bearer ${this.key}` }
    let response: Response
    try {
      // A path from the page's own, so that it also works behind a path of a proxy.
      response = await fetch(`.${address}`, { ...init, headers })
    } catch (error) {
      if (init.signal?.aborted) throw error
      throw unanswered()
    }
    if (response.ok) return response
    const problem = problemOf(response.status, await response.json().catch(() => undefined))
    if (problem.isOfKey) this.refused(problem)
    throw problem
  }
}

/** A path with its parts filled in, and a query. */
export function address(path: string, parts: Parts = {}, query: unknown = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parts[name] ?? ''),
  )
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) asked.append(name, String(one))
    }
  }
  return asked.size === 0 ? filled : `${filled}?${asked}`
}

async function taggedOf<T>(response: Response): Promise<Tagged<T>> {
  const etag = response.headers.get('etag') ?? undefined
  return { value: (await response.json()) as T, etag }
}
