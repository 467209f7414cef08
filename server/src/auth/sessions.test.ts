import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { attributesOf, createAccount, sessionOf, signIn, whoIs } from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { sessionHeaders, signInAs } from '../../test/fixtures/sign-in.ts'
import { createWorkspace, problemOf, request, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import type { Role } from '../vocabulary.ts'
import { Sessions, signedCookie } from './sessions.ts'

let app: TestApp
let workspace: TestWorkspace
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
})
after(() => app.close())

/** A member with sessions on several devices; none has been used yet. */
async function withDevices(count: number, role: Role = 'manager') {
  const { scope } = await signInAs(app, role, workspace.id)
  await app.db.deleteFrom('sessions').where('user_id', '=', scope.userId).execute()
  const devices = []
  for (let device = 0; device < count; device++) devices.push(await sessionHeaders(app, scope))
  return { scope, devices }
}

/** Whether each session still opens the API. */
function alive(sessions: { cookie: string }[]): Promise<boolean[]> {
  return Promise.all(sessions.map(async (session) => (await whoIs(app, session)) !== 401))
}

describe('a cookie that opens nothing', () => {
  const name = 'rapport.session_token'
  const cookies: [what: string, make: (genuine: string) => string][] = [
    ['none', () => ''],
    ['an empty one', () => `${name}=`],
    ['a token without a signature', (genuine) => `${name}=${genuine.split('.')[0]}`],
    ['a token with half of its signature', (genuine) => `${name}=${genuine.slice(0, -20)}`],
    [
      'an unknown token with a right signature',
      () => `${name}=${signedCookie(randomUUID(), app.config.secret)}`,
    ],
    [
      'a token that another installation signed',
      (genuine) => `${name}=${signedCookie(genuine.split('.')[0] ?? '', 'another secret')}`,
    ],
    ['a signature of nothing', () => `${name}=${signedCookie('', app.config.secret)}`],
    ['broken escapes', () => `${name}=%E0%A4%A`],
    ['a very long one', (genuine) => `${name}=${'x'.repeat(4_000)}${genuine}`],
  ]
  for (const [what, make] of cookies) {
    test(what, async () => {
      const { devices } = await withDevices(1)
      const genuine = devices[0]?.cookie.split('=').slice(1).join('=') ?? ''
      assert.equal(await whoIs(app, { cookie: make(genuine) }), 401)
      assert.deepEqual(await alive(devices), [true])
    })
  }

  test('one of an expired session', async () => {
    const { scope, devices } = await withDevices(1)
    await app.db
      .updateTable('sessions')
      .where('user_id', '=', scope.userId)
      .set({ expires_at: sql`now() - interval '1 second'` })
      .execute()
    assert.deepEqual(await alive(devices), [false])
  })

  test('one of someone whose membership is gone', async () => {
    const { scope, devices } = await withDevices(1)
    await app.db.deleteFrom('memberships').where('user_id', '=', scope.userId).execute()
    assert.deepEqual(await alive(devices), [false])
  })

  test('one of a session that never entered a workspace', async () => {
    const { scope, devices } = await withDevices(1)
    await app.db
      .updateTable('sessions')
      .where('user_id', '=', scope.userId)
      .set({ workspace_id: null })
      .execute()
    assert.deepEqual(await alive(devices), [false])
  })
})

describe('a session', () => {
  test('is one workspace’s, whatever else its user may enter', async () => {
    const { scope, devices } = await withDevices(1)
    const other = await createWorkspace(app, 'Other')
    await app.db
      .insertInto('memberships')
      .values({ workspace_id: other.id, user_id: scope.userId, role: 'owner' })
      .execute()
    const me = await whoIs(app, devices[0] ?? { cookie: '' })
    assert.ok(typeof me === 'object')
    assert.deepEqual([me.workspace.id, me.role], [workspace.id, 'manager'])
  })

  test('that is used after an hour lives a month from then, and so does its cookie', async () => {
    const { scope, devices } = await withDevices(1)
    await app.db
      .updateTable('sessions')
      .where('user_id', '=', scope.userId)
      .set({ updated_at: sql`now() - interval '61 minutes'`, expires_at: sql`now() + interval '1 day'` })
      .execute()
    const [session = { cookie: '' }] = devices
    // At the same moment, so that none finds the session remembered.
    const requests = Array.from({ length: 4 }, () => request(app.url, 'GET /api/auth/me', {}, session))
    const cookies = (await Promise.all(requests)).flatMap(({ headers }) => headers.getSetCookie())
    assert.equal(cookies.length, 1)
    assert.deepEqual(attributesOf(cookies[0]).slice(1), [
      'httponly',
      'max-age=2592000',
      'path=/',
      'samesite=lax',
    ])
    assert.equal(decodeURIComponent(cookies[0]?.split(';')[0] ?? ''), decodeURIComponent(session.cookie))
    const { left } = await app.db
      .selectFrom('sessions')
      .where('user_id', '=', scope.userId)
      .select(sql<number>`extract(day FROM expires_at - now())::int`.as('left'))
      .executeTakeFirstOrThrow()
    assert.equal(left, 29)
  })

  test('that was used within the hour is not written', async () => {
    const { devices } = await withDevices(1)
    const answer = await request(app.url, 'GET /api/auth/me', {}, devices[0])
    assert.deepEqual(answer.headers.getSetCookie(), [])
  })

  test('that ends while it is looked up is not remembered', async () => {
    const { scope, devices } = await withDevices(1)
    const sessions = new Sessions(app.db, app.config)
    const cookie = decodeURIComponent(devices[0]?.cookie.split('=').slice(1).join('=') ?? '')
    const inFlight = sessions.find(cookie)
    sessions.forgetAll()
    assert.equal((await inFlight)?.userId, scope.userId)
    await app.db.deleteFrom('sessions').where('user_id', '=', scope.userId).execute()
    assert.equal(await sessions.find(cookie), undefined)
  })
})

describe('of their own sessions, everybody', () => {
  interface Listed {
    id: string
    current: boolean
    ip_address: string | null
    user_agent: string | null
  }
  async function list(session: { cookie: string } | undefined): Promise<Listed[]> {
    const { text } = await request(app.url, 'GET /api/auth/sessions', {}, session)
    return JSON.parse(text).items
  }

  test('sees each, and which one this is', async () => {
    const { devices } = await withDevices(2)
    const [here, there] = [await list(devices[0]), await list(devices[1])]
    assert.deepEqual(here.map(({ current }) => current).sort(), [false, true])
    const current = (items: Listed[]) => items.find((item) => item.current)?.id
    assert.notEqual(current(here), current(there))
  })

  test('does not see expired ones', async () => {
    const { scope, devices } = await withDevices(2)
    const [own] = (await list(devices[0])).filter(({ current }) => current)
    await app.db
      .updateTable('sessions')
      .where('user_id', '=', scope.userId)
      .where('id', '<>', own?.id ?? '')
      .set({ expires_at: sql`now() - interval '1 second'` })
      .execute()
    assert.deepEqual(
      (await list(devices[0])).map(({ id }) => id),
      [own?.id],
    )
  })

  test('ends one, at once, even if it was used just now', async () => {
    const { devices } = await withDevices(2)
    assert.deepEqual(await alive(devices), [true, true])
    const other = (await list(devices[0])).find(({ current }) => !current)
    const key = 'DELETE /api/auth/sessions/:session_id'
    const params = { session_id: other?.id ?? '' }
    assert.equal((await request(app.url, key, { params }, devices[0])).status, 204)
    assert.deepEqual(await alive(devices), [true, false])
    problemOf(await request(app.url, key, { params }, devices[0]), 404, key)
  })

  test('cannot end anybody else’s', async () => {
    const [ann, bob] = [await withDevices(1), await withDevices(1, 'owner')]
    const [session] = await list(ann.devices[0])
    const key = 'DELETE /api/auth/sessions/:session_id'
    const params = { session_id: session?.id ?? '' }
    problemOf(await request(app.url, key, { params }, bob.devices[0]), 404, key)
    assert.deepEqual(await alive(ann.devices), [true])
  })

  test('signs out here', async () => {
    const { devices } = await withDevices(2)
    assert.deepEqual(await alive(devices), [true, true])
    const answer = await request(app.url, 'POST /api/auth/sign-out', {}, devices[0])
    assert.equal(answer.status, 204)
    assert.match(
      answer.headers.getSetCookie()[0] ?? '',
      /^rapport\.session_token=;.*Expires=Thu, 01 Jan 1970/i,
    )
    assert.deepEqual(await alive(devices), [false, true])
  })

  test('signs out everywhere, and nobody else does', async () => {
    const [ann, bob] = [await withDevices(3), await withDevices(1)]
    assert.deepEqual(await alive(ann.devices), [true, true, true])
    const answer = await request(app.url, 'POST /api/auth/sign-out-everywhere', {}, ann.devices[0])
    assert.equal(answer.status, 204)
    assert.deepEqual(await alive([...ann.devices, ...bob.devices]), [false, false, false, true])
  })
})

test('a browser’s name and address are kept with its session', async () => {
  const account = await createAccount(app, workspace.id)
  const answer = await signIn(app, account, { 'user-agent': `Browser/1 ${'x'.repeat(2_000)}` })
  const { text } = await request(app.url, 'GET /api/auth/sessions', {}, sessionOf(answer))
  const [session] = JSON.parse(text).items
  assert.equal(session.ip_address, '127.0.0.1')
  assert.match(session.user_agent, /^Browser\/1 x{290}$/)
})
