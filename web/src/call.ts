import type { Api, Body, Params, Query, Response as ResponseOf } from '../../server/src/api.ts'
import type { FieldConflict, FieldError } from '../../server/src/errors.ts'
import { readableErrors } from './field-errors.ts'

const RETRIES_MAX = 2
const RETRY_DELAY_MS = 400

/** An answer of the API that is not a success, or no answer at all (status 0). Its message is for people. */
export class ApiProblem extends Error {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly errors: FieldError[]
  readonly conflicts: FieldConflict[]
  readonly requestId: string | undefined

  constructor(problem: Partial<ProblemJson> & { status: number }) {
    super(problem.detail ?? 'Rapport could not do this. Try again in a moment.')
    this.type = problem.type?.split('#').at(-1) ?? 'unknown'
    this.title = problem.title ?? 'That did not work'
    this.status = problem.status
    this.errors = readableErrors(problem.errors ?? [])
    this.conflicts = problem.conflicts ?? []
    this.requestId = problem.requestId
  }
}

interface ProblemJson {
  type: string
  title: string
  status: number
  detail: string
  errors: FieldError[]
  conflicts: FieldConflict[]
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

let onSignedOut: () => unknown = () => {}

/** Says what happens when the session has ended: the router goes to sign-in and remembers the place. */
export function whenSignedOut(handler: () => unknown): void {
  onSignedOut = handler
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
  const response = await send(
    url,
    {
      method,
      signal,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    },
    method === 'GET' || idempotencyKey !== undefined ? RETRIES_MAX : 0,
  )
  if (!response.ok) throw await problemOf(response, route)
  // The server validates what it sends against the same declaration that typed this.
  return (response.status === 204 ? undefined : await response.json()) as ResponseOf<K>
}

/** Sends files to the API as multipart/form-data. Throws ApiProblem like call(). */
export async function upload<K extends keyof Api & `POST ${string}`>(
  route: K,
  form: FormData,
): Promise<ResponseOf<K>> {
  const [method, url = ''] = route.split(' ')
  const response = await send(url, { method, body: form, headers: { accept: 'application/json' } }, 0)
  if (!response.ok) throw await problemOf(response, route)
  // The server serialises what the route declares.
  return (await response.json()) as ResponseOf<K>
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

/** Sends again when the network fails or the server is too busy, but only what may safely be done twice. */
async function send(url: string, init: RequestInit, retries: number): Promise<Response> {
  try {
    const response = await fetch(url, init)
    if (response.status !== 503 || retries === 0) return response
  } catch (error) {
    if (init.signal?.aborted) throw error
    if (retries === 0) throw unreachable()
  }
  await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * (RETRIES_MAX - retries + 1)))
  return send(url, init, retries - 1)
}

function unreachable(): ApiProblem {
  return new ApiProblem({
    status: 0,
    type: 'unreachable',
    title: 'No connection',
    detail: 'Rapport cannot be reached. What you typed is still here; check the connection and try again.',
  })
}

const SIGN_IN: keyof Api = 'POST /api/auth/sign-in'

async function problemOf(response: Response, route: keyof Api): Promise<ApiProblem> {
  const json: Partial<ProblemJson> = await response.json().catch(() => ({}))
  // A wrong password is no ended session.
  if (response.status === 401 && route !== SIGN_IN) onSignedOut()
  return new ApiProblem({ ...json, status: response.status })
}

/** Why one field was refused, or the problem as a whole. */
export function reasonFor(field: string, problem: ApiProblem): string {
  return problem.errors.find(({ path }) => path === `/${field}`)?.message ?? problem.message
}

/** The problem behind anything thrown, for showing to people. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return new ApiProblem({ status: 0, detail: error instanceof Error ? error.message : undefined })
}
