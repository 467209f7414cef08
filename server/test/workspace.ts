import assert from 'node:assert/strict'
import type { Api, Response } from '../src/api.ts'
import type { Scope } from '../src/auth/scope.ts'
import type { FieldConflict, FieldError, RecordReferences } from '../src/errors.ts'
import type { Role } from '../src/vocabulary.ts'
import type { TestApp } from './app.ts'
import { assertDocumented } from './document.ts'
import { signInAs } from './sign-in.ts'

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors: FieldError[]
  conflicts?: FieldConflict[]
  references?: RecordReferences[]
  requestId: string
}

export interface RequestParts {
  params?: Record<string, string | number>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
}

/** A person with a session in one workspace, calling the real server over HTTP. */
export interface Member {
  scope: Scope
  /** Headers of its requests: the session. */
  session: Record<string, string>
  /** Any request, any answer. */
  send: (key: string, parts?: RequestParts) => Promise<Answer>
  /** A request that must succeed; returns the body. */
  ok: <K extends keyof Api>(key: K, parts?: RequestParts) => Promise<Response<K>>
  /** A request that must be refused with `status` and a complete problem+json; returns the problem. */
  refused: (status: number, key: string, parts?: RequestParts) => Promise<Problem>
}

export interface TestWorkspace {
  id: number
  /** A new user with this role, signed in. */
  join: (role: Role) => Promise<Member>
}

/** A new, empty workspace in the database of the test. */
export async function createWorkspace(app: TestApp, name = 'Test'): Promise<TestWorkspace> {
  const { id } = await app.db
    .insertInto('workspaces')
    .values({ name })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id, join: (role) => join(app, id, role) }
}

async function join(app: TestApp, workspaceId: number, role: Role): Promise<Member> {
  const { scope, cookie } = await signInAs(app, role, workspaceId)
  const session = { cookie }
  const send = (key: string, parts: RequestParts = {}) => request(app.url, key, parts, session)
  return {
    scope,
    session,
    send,
    ok: async <K extends keyof Api>(key: K, parts?: RequestParts) => {
      const { status, text } = await send(key, parts)
      assert.ok(status < 300, `${key} answered ${status}: ${text}`)
      // The server serialises what the route declares; that it does is what the other tests look at.
      return (text === '' ? undefined : JSON.parse(text)) as Response<K>
    },
    refused: async (status, key, parts) => problemOf(await send(key, parts), status, key),
  }
}

/** Sends `key` ("PATCH /api/customers/:id") with its parts filled in. A string as body is sent as it is. */
export async function request(
  url: string,
  key: string,
  { params = {}, query = {}, body, headers = {} }: RequestParts,
  session: Record<string, string> = {},
): Promise<Answer> {
  const [method = '', pattern = ''] = key.split(' ')
  const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  const response = await fetch(`${url}${path}${search.size ? `?${search}` : ''}`, {
    method,
    headers: {
      ...session,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  assertDocumented(key, response.status, response.headers.get('content-type'), text)
  return { status: response.status, headers: response.headers, text }
}

/** The answer as problem+json; every field must be there and say something. */
export function problemOf(answer: Answer, status: number, key: string): Problem {
  assert.equal(answer.status, status, `${key} answered ${answer.status}: ${answer.text}`)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
  const problem = JSON.parse(answer.text) as Problem // Its fields are checked next.
  assert.match(problem.type, /^\/docs\/errors#[a-z-]+$/)
  assert.equal(problem.status, status)
  assert.ok(problem.title.length > 0)
  assert.ok(problem.detail.length > 0)
  assert.match(problem.requestId, /^[0-9a-f-]{36}$/)
  assert.ok(Array.isArray(problem.errors))
  for (const error of problem.errors) {
    assert.equal(typeof error.path, 'string')
    assert.ok(error.message.length > 0)
  }
  return problem
}
