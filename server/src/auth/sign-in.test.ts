import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import {
  type Account,
  attributesOf,
  cookieOf,
  createAccount,
  sessionOf,
  signIn,
  whoIs,
} from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, problemOf, request, type TestWorkspace } from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let ann: Account
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  ann = await createAccount(app, workspace.id)
})
after(() => app.close())

const route = 'POST /api/auth/sign-in'

describe('signing in', () => {
  test('answers who one is, and opens the API', async () => {
    const answer = await signIn(app, ann)
    assert.equal(answer.status, 200, answer.text)
    const me = JSON.parse(answer.text)
    assert.equal(me.user.id, ann.userId)
    assert.deepEqual(await whoIs(app, sessionOf(answer)), me)
  })

  test('does not mind the case of the address', async () => {
    const answer = await signIn(app, { ...ann, email: ann.email.toUpperCase() })
    assert.equal(answer.status, 200, answer.text)
  })

  test('minds the case of the password', async () => {
    problemOf(await signIn(app, { ...ann, password: ann.password.toUpperCase() }), 401, route)
  })

  test('does not tell an unknown address from a wrong password', async () => {
    const addresses = [ann.email, 'nobody@example.com', 'no&body@example.com']
    const problems = addresses.map(async (email) => {
      const answer = await signIn(app, { email, password: 'a wrong password' })
      assert.deepEqual(answer.headers.getSetCookie(), [])
      return { ...problemOf(answer, 401, route), requestId: '' }
    })
    const [first, ...others] = await Promise.all(problems)
    for (const other of others) assert.deepEqual(other, first)
  })

  test('enters the workspace that one joined first', async () => {
    const bob = await createAccount(app)
    const [early, late] = [await createWorkspace(app), await createWorkspace(app)]
    for (const [{ id }, day] of [
      [late, '2026-02-02'],
      [early, '2026-01-01'],
    ] as const) {
      await app.db
        .insertInto('memberships')
        .values({ workspace_id: id, user_id: bob.userId, role: 'manager', created_at: day })
        .execute()
    }
    const { text } = await signIn(app, bob)
    assert.equal(JSON.parse(text).workspace.id, early.id)
  })

  test('is refused to someone who is a member of nothing, and leaves no session', async () => {
    const stranger = await createAccount(app)
    const answer = await signIn(app, stranger)
    problemOf(answer, 403, route)
    assert.deepEqual(answer.headers.getSetCookie(), [])
    assert.equal(await sessionsOf(stranger), 0)
  })

  test('clears away what has expired', async () => {
    const bob = await createAccount(app, workspace.id)
    await cookieOf(app, bob)
    await app.db
      .updateTable('sessions')
      .where('user_id', '=', bob.userId)
      .set({ expires_at: sql`now() - interval '1 second'` })
      .execute()
    await cookieOf(app, bob)
    assert.equal(await sessionsOf(bob), 1)
  })
})

async function sessionsOf({ userId }: Account): Promise<number> {
  const rows = await app.db.selectFrom('sessions').where('user_id', '=', userId).select('id').execute()
  return rows.length
}

describe('the cookie', () => {
  const attributes = ['httponly', 'max-age=2592000', 'path=/', 'samesite=lax']

  test('is out of reach of scripts and of other sites', async () => {
    const [cookie] = (await signIn(app, ann)).headers.getSetCookie()
    assert.deepEqual(attributesOf(cookie), ['rapport.session_token', ...attributes])
  })

  test('over https is sent over https only, and is cleared as it was set', async () => {
    const secure = await startTestApp({ PUBLIC_URL: 'HTTPS://crm.example.com' })
    try {
      const { id } = await createWorkspace(secure)
      const account = await createAccount(secure, id)
      const answer = await signIn(secure, account)
      const expected = ['__Secure-rapport.session_token', ...attributes, 'secure']
      assert.deepEqual(attributesOf(answer.headers.getSetCookie()[0]), expected)
      const out = await request(secure.url, 'POST /api/auth/sign-out', {}, sessionOf(answer))
      const cleared = attributesOf(out.headers.getSetCookie()[0])
      for (const attribute of ['__Secure-rapport.session_token', 'secure', 'path=/']) {
        assert.ok(cleared.includes(attribute), cleared.join('; '))
      }
    } finally {
      await secure.close()
    }
  })

  test('holds nothing that the database alone would give away', async () => {
    const { cookie } = await cookieOf(app, ann)
    const { token } = await app.db
      .selectFrom('sessions')
      .where('user_id', '=', ann.userId)
      .orderBy('created_at', 'desc')
      .select('token')
      .executeTakeFirstOrThrow()
    const [name, value = ''] = cookie.split('=')
    assert.ok(value.startsWith(token) && value.length > token.length + 40, 'the token is signed')
    assert.equal(await whoIs(app, { cookie: `${name}=${token}` }), 401)
  })
})

describe('changing the password', () => {
  const change = 'POST /api/auth/password'
  const newPassword = 'another horse battery'

  test('ends every other session, and the old password', async () => {
    const bob = await createAccount(app, workspace.id)
    const [here, elsewhere] = [await cookieOf(app, bob), await cookieOf(app, bob)]
    for (const session of [here, elsewhere]) assert.notEqual(await whoIs(app, session), 401)
    const body = { current_password: bob.password, new_password: newPassword }
    assert.equal((await request(app.url, change, { body }, here)).status, 204)
    assert.notEqual(await whoIs(app, here), 401)
    assert.equal(await whoIs(app, elsewhere), 401)
    assert.equal((await signIn(app, bob)).status, 401)
    assert.equal((await signIn(app, { ...bob, password: newPassword })).status, 200)
  })

  test('needs the current one', async () => {
    const bob = await createAccount(app, workspace.id)
    const [here, elsewhere] = [await cookieOf(app, bob), await cookieOf(app, bob)]
    const body = { current_password: 'not the password', new_password: newPassword }
    const { errors } = problemOf(await request(app.url, change, { body }, here), 403, change)
    assert.equal(errors[0]?.path, '/current_password')
    assert.notEqual(await whoIs(app, elsewhere), 401)
    assert.equal((await signIn(app, bob)).status, 200)
  })

  test('succeeds for one of two who change it at the same moment', async () => {
    const bob = await createAccount(app, workspace.id)
    const session = await cookieOf(app, bob)
    const answers = await Promise.all(
      ['first new password', 'second new password'].map((new_password) =>
        request(app.url, change, { body: { current_password: bob.password, new_password } }, session),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 403])
  })
})
