import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Me } from '../src/auth/schema.ts'
import { createUser } from '../src/auth/users.ts'
import type { Role } from '../src/vocabulary.ts'
import type { TestApp } from './app.ts'
import { type Answer, request } from './workspace.ts'

/** A person who can really sign in. */
export interface Account {
  userId: string
  email: string
  password: string
}

/** A new user with a password, and a membership if a workspace is given. */
export async function createAccount(
  app: TestApp,
  workspaceId?: number,
  role: Role = 'manager',
): Promise<Account> {
  const account = { name: 'Ann', email: `${randomUUID()}@example.com`, password: randomUUID() }
  return app.db.transaction().execute(async (tx) => {
    const userId = await createUser(tx, account)
    if (workspaceId !== undefined) {
      await tx
        .insertInto('memberships')
        .values({ workspace_id: workspaceId, user_id: userId, role })
        .execute()
    }
    return { ...account, userId }
  })
}

/** Tries to sign in. */
export function signIn(
  app: TestApp,
  { email, password }: Pick<Account, 'email' | 'password'>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return request(app.url, 'POST /api/auth/sign-in', { body: { email, password }, headers })
}

/** Signs in as a browser does. Returns the headers of its next requests. */
export async function cookieOf(app: TestApp, account: Account): Promise<{ cookie: string }> {
  return sessionOf(await signIn(app, account))
}

/** The session that an answer sets, as headers of the next requests. */
export function sessionOf(answer: Answer): { cookie: string } {
  const [cookie, ...others] = answer.headers.getSetCookie().filter((each) => each.includes('session_token='))
  assert.ok(cookie, answer.text)
  assert.deepEqual(others, [])
  return { cookie: cookie.split(';')[0] ?? '' }
}

/** Who the session belongs to; the status if it is refused. */
export async function whoIs(app: TestApp, session: { cookie: string }): Promise<Me | number> {
  const { status, text } = await request(app.url, 'GET /api/auth/me', {}, session)
  return status === 200 ? JSON.parse(text) : status
}

/** Name and attributes of a Set-Cookie header, lower-cased and sorted; its value is left out. */
export function attributesOf(setCookie: string | undefined): string[] {
  const [first = '', ...attributes] = (setCookie ?? '').split(';').map((part) => part.trim())
  return [first.split('=')[0] ?? '', ...attributes.map((part) => part.toLowerCase()).sort()]
}
