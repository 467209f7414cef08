import type { Api, Body, Params, Query, Response as ResponseOf } from '../../server/src/api.ts'
import type { FieldConflict, FieldError, RecordReferences } from '../../server/src/errors.ts'
import { readableErrors } from './field-errors.ts'

const RETRIES_MAX = 2
const RETRY_DELAY_MS = 400
/** An answer that takes longer is given up: the person is told, and may try again. */
const ANSWER_MS_MAX = 60_000

/** An answer of the API that is not a success, or no answer at all (status 0). Its message is for people. */
export class ApiProblem extends Error {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly errors: FieldError[]
  readonly conflicts: FieldConflict[]
  readonly references: RecordReferences[]
  readonly requestId: string | undefined

  constructor(problem: Partial<ProblemJson> & { status: number }) {
    super(problem.detail ?? 'Rapport could not do this. Try again in a moment.')
    this.type = problem.type?.split('#').at(-1) ?? 'unknown'
    this.title = problem.title ?? 'That did not work'
    this.status = problem.status
    this.errors = readableErrors(problem.errors ?? [])
    this.conflicts = problem.conflicts ?? []
    this.references = problem.references ?? []
    this.requestId = problem.requestId
  }

  /** Whether the same may be tried again as it is: nothing was wrong with what was sent. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }
}

interface ProblemJson {
  type: string
  title: string
  status: number
  detail: string
  errors: FieldError[]
  conflicts: FieldConflict[]
  references: RecordReferences[]
  requestId: string
}

type Part<K extends string, T> = [T] extends [undefined] ? { [P in K]?: undefined } : { [P in K]: T }
type OptionalQuery<T> = [T] extends [undefined]
  ? { query?: undefined }
  : Record<never, unknown> extends T
    ? { query?: T }
    : { query: T }

export type CallOptions<K extends keyof Api> = Part<'params', Params<K>> &
  OptionalQuery<Query<K>> &
  Part<'body', Body<K>> & {
    signal?: AbortSignal
    /** Makes a create safe to send again; keep it for every retry of the same submit. */
    idempotencyKey?: string
  }
type Arguments<K extends keyof Api> =
  Record<never, unknown> extends CallOptions<K> ? [options?: CallOptions<K>] : [options: CallOptions<K>]

let onSignedOut: () => Promise<boolean> = () => Promise.resolve(false)

/**
 * Says what happens when the session has ended: the person signs in again, over the page or on another. True if it is
 * the same person on the same page; then what was refused is sent again.
 */
export function whenSignedOut(handler: () => Promise<boolean>): void {
  onSignedOut = handler
}

let writing = 0

/** Whether something that was sent to be saved has not been answered yet. */
export function isWriting(): boolean {
  return writing > 0
}

/**
 * Asks the API; path, input and answer are typed by the server's own route declarations.
 * Throws ApiProblem for every answer that is not a success and when no answer comes.
 */
export async function call<K extends keyof Api>(
  route: K,
  ...[options]: Arguments<K>
): Promise<ResponseOf<K>> {
  const { params, query, body, signal, idempotencyKey }: AnyOptions = options ?? {}
  const [method = 'GET', template = ''] = route.split(' ')
  const url = withQuery(fillPath(template, params), query)
  const request = () => ({
    method,
    signal: anyOf(signal, AbortSignal.timeout(ANSWER_MS_MAX)),
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const retries = method === 'GET' || idempotencyKey !== undefined ? RETRIES_MAX : 0
  return answered(route, () => send(url, request(), retries))
}

/** Sends files to the API as multipart/form-data. Throws ApiProblem like call(). */
export function upload<K extends keyof Api & `POST ${string}`>(
  route: K,
  form: FormData,
): Promise<ResponseOf<K>> {
  const [method, url = ''] = route.split(' ')
  return answered(route, () => send(url, { method, body: form, headers: { accept: 'application/json' } }, 0))
}

/** Makes the key of a create: the same for every retry of the same body, and another one once that has changed. */
export class IdempotencyKeys {
  #sent = { body: '', key: '' }

  of(body: unknown): string {
    const text = JSON.stringify(body)
    if (this.#sent.body !== text) this.#sent = { body: text, key: crypto.randomUUID() }
    return this.#sent.key
  }
}

const SIGN_IN: keyof Api = 'POST /api/auth/sign-in'

/** The answer to what is sent; sent once more if the person had to sign in first. */
async function answered<K extends keyof Api>(
  route: K,
  request: () => Promise<Response>,
): Promise<ResponseOf<K>> {
  const writes = !route.startsWith('GET ')
  if (writes) writing += 1
  try {
    let response = await request()
    // A wrong password is no ended session.
    if (response.status === 401 && route !== SIGN_IN && (await onSignedOut())) response = await request()
    if (!response.ok) throw await problemOf(response)
    // The server validates what it sends against the same declaration that typed this.
    return (response.status === 204 ? undefined : await read(response)) as ResponseOf<K>
  } finally {
    if (writes) writing -= 1
  }
}

interface AnyOptions {
  params?: object
  query?: object
  body?: unknown
  signal?: AbortSignal
  idempotencyKey?: string
}

function fillPath(template: string, params: object = {}): string {
  return Object.entries(params).reduce(
    (path, [name, value]) => path.replace(`:${name}`, encodeURIComponent(String(value))),
    template,
  )
}

function withQuery(path: string, query: object = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined)
  if (entries.length === 0) return path
  return `${path}?${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`
}

function anyOf(own: AbortSignal | undefined, limit: AbortSignal): AbortSignal {
  return own ? AbortSignal.any([own, limit]) : limit
}

/** Sends again when the network fails or the server is too busy, but only what may safely be done twice. */
async function send(url: string, init: RequestInit, retries: number): Promise<Response> {
  try {
    const response = await fetch(url, init)
    if (response.status !== 503 || retries === 0) return response
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') throw tooSlow()
    if (init.signal?.aborted) throw error
    if (retries === 0) throw unreachable()
  }
  await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * (RETRIES_MAX - retries + 1)))
  return send(url, init, retries - 1)
}

/** The body of an answer; one that breaks off is no answer. */
async function read(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
}

function unreachable(): ApiProblem {
  return new ApiProblem({
    status: 0,
    type: 'unreachable',
    title: 'No connection',
    detail: 'Rapport cannot be reached. What you typed is still here; check the connection and try again.',
  })
}

function tooSlow(): ApiProblem {
  return new ApiProblem({
    status: 0,
    type: 'too-slow',
    title: 'No answer',
    detail:
      'Rapport has not answered for a minute, so this may or may not have been saved. What you typed is still here; try again.',
  })
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const json: Partial<ProblemJson> = await response.json().catch(() => ({}))
  return new ApiProblem({ ...json, status: response.status })
}

/** Why one field was refused, be it for a part of it, or the problem as a whole. */
export function reasonFor(field: string, problem: ApiProblem): string {
  const whole = problem.errors.find(({ path }) => path === `/${field}`)
  const part = problem.errors.find(({ path }) => path.startsWith(`/${field}/`))
  return (whole ?? part)?.message ?? problem.message
}

/** The problem behind anything thrown, for showing to people. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({ status: 0, detail: error instanceof Error ? error.message : undefined })
}
