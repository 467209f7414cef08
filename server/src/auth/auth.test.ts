import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/app.ts'
import { createWorkspace, problemOf, request, type TestWorkspace } from '../../test/workspace.ts'
import { roles } from '../vocabulary.ts'

const password = 'correct horse battery'

/** Signs in and returns the cookie to send along. */
async function signIn(app: TestApp, email: string, secret = password): Promise<Record<string, string>> {
  const answer = await request(app.url, 'POST /api/auth/sign-in', { body: { email, password: secret } })
  assert.equal(answer.status, 200, answer.text)
  return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
}

describe('the first owner', () => {
  let app: TestApp
  before(async () => {
    app = await startTestApp()
  })
  after(() => app.close())
  const body = {
    name: 'Olga',
    email: 'Olga@Example.com',
    password,
    workspace_name: 'Acme',
    time_zone: 'Asia/Tokyo',
  }

  test('an unknown time zone is refused, and nothing is made', async () => {
    const answer = await request(app.url, 'POST /api/setup/owner', {
      body: { ...body, time_zone: 'Mars/Olympus' },
    })
    assert.equal(problemOf(answer, 400, 'setup').errors[0]?.path, '/time_zone')
    const setup = await request(app.url, 'GET /api/setup', {})
    assert.deepEqual(JSON.parse(setup.text), { needs_owner: true })
  })

  test('is made once, however many ask at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => request(app.url, 'POST /api/setup/owner', { body })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409])
    const users = await app.db.selectFrom('users').select('email').execute()
    assert.deepEqual(users, [{ email: 'olga@example.com' }])
  })

  test('signs in with the address in any case, by a cookie that scripts and other sites cannot use', async () => {
    const answer = await request(app.url, 'POST /api/auth/sign-in', {
      body: { email: 'OLGA@example.com', password },
    })
    assert.match(answer.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
    assert.equal(JSON.parse(answer.text).workspace.time_zone, 'Asia/Tokyo')
    const account = await app.db.selectFrom('accounts').select('password').executeTakeFirstOrThrow()
    assert.ok(!account.password?.includes(password))
  })
})

describe('sign-in', () => {
  let app: TestApp
  let workspace: TestWorkspace
  before(async () => {
    app = await startTestApp()
    workspace = await createWorkspace(app)
  })
  after(() => app.close())

  /** Someone who joined by invitation. */
  const join = async (email: string, role = 'representative') => {
    const owner = await workspace.join('owner')
    const { token } = await owner.ok('POST /api/invitations', { body: { email, role } })
    const answer = await request(app.url, 'POST /api/invitations/by-token/:token/accept', {
      params: { token },
      body: { name: 'New Person', password },
    })
    assert.equal(answer.status, 201, answer.text)
    return { token, owner, cookie: { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '' } }
  }
  const me = (session: Record<string, string>) => request(app.url, 'GET /api/auth/me', {}, session)

  test('an unknown address and a wrong password get the same answer', async () => {
    await join('same@example.com')
    const bodies = [
      { email: 'same@example.com', password: 'wrong password' },
      { email: 'nobody@example.com', password: 'wrong password' },
    ]
    const [known, unknown] = await Promise.all(
      bodies.map(async (body) =>
        problemOf(await request(app.url, 'POST /api/auth/sign-in', { body }), 401, 'sign-in'),
      ),
    )
    assert.equal(known?.detail, unknown?.detail)
  })

  test('too many failures are stopped with the time to wait, also for the right password', async () => {
    await join('often@example.com')
    const attempt = (secret: string) =>
      request(app.url, 'POST /api/auth/sign-in', { body: { email: 'often@example.com', password: secret } })
    const statuses: number[] = []
    for (let i = 0; i < 9; i++) statuses.push((await attempt('wrong password')).status)
    assert.equal(statuses[0], 401)
    assert.equal(statuses.at(-1), 429)
    const refused = await attempt(password)
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
  })

  test('a forged, an altered and an expired cookie open nothing', async () => {
    const { cookie } = await join('cookie@example.com')
    assert.equal((await me(cookie)).status, 200)
    const [name, value = ''] = (cookie.cookie ?? '').split('=')
    const token = decodeURIComponent(value).split('.')[0] ?? ''
    for (const forged of [token, `${token}.`, `${token}.AAAA`, `x${value}`, '']) {
      assert.equal((await me({ cookie: `${name}=${forged}` })).status, 401)
    }
    await app.db
      .updateTable('sessions')
      .where('token', '=', token)
      .set({ expires_at: '2020-01-01T00:00:00Z' })
      .execute()
    const again = await signIn(app, 'cookie@example.com')
    await request(app.url, 'POST /api/auth/sign-out', {}, again)
    assert.equal((await me(cookie)).status, 401)
    assert.equal((await me(again)).status, 401)
  })

  test('a write from a page of another site is refused before anything happens', async () => {
    const member = await workspace.join('representative')
    const headers: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]
    for (const header of headers) {
      await member.refused(403, 'POST /api/customers', { body: { last_name: 'Forged' }, headers: header })
    }
    const { items } = await member.ok('GET /api/customers', { query: { last_name: 'Forged' } })
    assert.equal(items.length, 0)
    await member.ok('POST /api/customers', { body: { last_name: 'Own' }, headers: { origin: app.url } })
  })

  test('sessions are listed, and can be ended one by one or all at once', async () => {
    const { cookie: first } = await join('sessions@example.com')
    const second = await signIn(app, 'sessions@example.com')
    const list = JSON.parse((await request(app.url, 'GET /api/auth/sessions', {}, first)).text)
    assert.equal(list.items.length, 2)
    const other = list.items.find((session: { current: boolean }) => !session.current)
    const ended = await request(
      app.url,
      'DELETE /api/auth/sessions/:session_id',
      { params: { session_id: other.id } },
      first,
    )
    assert.equal(ended.status, 204)
    assert.equal((await me(second)).status, 401)
    const third = await signIn(app, 'sessions@example.com')
    assert.equal((await request(app.url, 'POST /api/auth/sign-out-everywhere', {}, third)).status, 204)
    assert.equal((await me(first)).status, 401)
    assert.equal((await me(third)).status, 401)
  })

  test("another person's session cannot be ended", async () => {
    const { cookie: mine } = await join('mine@example.com')
    const { cookie: theirs } = await join('theirs@example.com')
    const list = JSON.parse((await request(app.url, 'GET /api/auth/sessions', {}, theirs)).text)
    const params = { session_id: list.items[0].id }
    assert.equal(
      (await request(app.url, 'DELETE /api/auth/sessions/:session_id', { params }, mine)).status,
      404,
    )
    assert.equal((await me(theirs)).status, 200)
  })

  test('a new password ends the other sessions and needs the old one', async () => {
    const { cookie: here } = await join('change@example.com')
    const there = await signIn(app, 'change@example.com')
    const change = (current: string) =>
      request(
        app.url,
        'POST /api/auth/password',
        { body: { current_password: current, new_password: 'another good one' } },
        here,
      )
    assert.equal(problemOf(await change('not it'), 403, 'password').errors[0]?.path, '/current_password')
    assert.equal((await change(password)).status, 204)
    assert.equal((await me(here)).status, 200)
    assert.equal((await me(there)).status, 401)
    await signIn(app, 'change@example.com', 'another good one')
  })

  test('an invitation works once, and can be withdrawn', async () => {
    const { token, owner } = await join('once@example.com', 'manager')
    const again = await request(app.url, 'POST /api/invitations/by-token/:token/accept', {
      params: { token },
      body: { password },
    })
    problemOf(again, 404, 'accept')
    const open = await owner.ok('POST /api/invitations', {
      body: { email: 'later@example.com', role: 'read_only' },
    })
    assert.match(open.url, /\/join\/[\w-]{43}$/)
    await owner.ok('DELETE /api/invitations/:id', { params: { id: open.id } })
    problemOf(
      await request(app.url, 'GET /api/invitations/by-token/:token', { params: { token: open.token } }),
      404,
      'offer',
    )
    const stored = await app.db.selectFrom('invitations').select('token_hash').execute()
    assert.ok(stored.every(({ token_hash }) => token_hash !== token))
  })

  test('someone with an account joins a second workspace by proving the password', async () => {
    await join('both@example.com')
    const other = await (await createWorkspace(app)).join('owner')
    const { token } = await other.ok('POST /api/invitations', {
      body: { email: 'both@example.com', role: 'manager' },
    })
    const accept = (secret: string) =>
      request(app.url, 'POST /api/invitations/by-token/:token/accept', {
        params: { token },
        body: { password: secret },
      })
    problemOf(await accept('not the password'), 403, 'accept')
    const joined = await accept(password)
    assert.equal(JSON.parse(joined.text).workspace.id, other.scope.workspaceId)
  })
})

describe('members', () => {
  let app: TestApp
  before(async () => {
    app = await startTestApp()
  })
  after(() => app.close())

  test('only owners make owners, and one always stays, also when two give up at once', async () => {
    const workspace = await createWorkspace(app)
    const [first, second] = [await workspace.join('owner'), await workspace.join('owner')]
    const admin = await workspace.join('admin')
    const change = (who: typeof first, user: typeof first, role: string) =>
      who.send('PATCH /api/members/:user_id', { params: { user_id: user.scope.userId }, body: { role } })
    assert.equal((await change(admin, admin, 'owner')).status, 403)
    assert.equal((await change(admin, first, 'manager')).status, 403)
    const answers = await Promise.all([change(first, second, 'manager'), change(second, first, 'manager')])
    const owners = await app.db
      .selectFrom('memberships')
      .where('workspace_id', '=', workspace.id)
      .where('role', '=', 'owner')
      .select('user_id')
      .execute()
    assert.equal(owners.length, 1, answers.map(({ status }) => status).join())
    const last = owners[0]?.user_id === first.scope.userId ? first : second
    assert.equal((await change(last, last, 'manager')).status, 409)
  })

  test('a removed member is out at once', async () => {
    const workspace = await createWorkspace(app)
    const owner = await workspace.join('owner')
    const member = await workspace.join('representative')
    await member.ok('GET /api/customers')
    await owner.ok('DELETE /api/members/:user_id', { params: { user_id: member.scope.userId } })
    await member.refused(401, 'GET /api/customers')
  })

  const writers = { owner: true, admin: true, manager: true, representative: true, read_only: false }
  for (const role of roles) {
    test(`a ${role} ${writers[role] ? 'may' : 'may not'} create customers, and ${role === 'owner' || role === 'admin' ? 'may' : 'may not'} invite`, async () => {
      const member = await (await createWorkspace(app)).join(role)
      const created = await member.send('POST /api/customers', { body: { last_name: 'New' } })
      assert.equal(created.status, writers[role] ? 201 : 403)
      const invited = await member.send('POST /api/invitations', {
        body: { email: `${role}@x.example`, role: 'read_only' },
      })
      assert.equal(invited.status, role === 'owner' || role === 'admin' ? 201 : 403)
    })
  }
})

describe('the workspace', () => {
  let app: TestApp
  before(async () => {
    app = await startTestApp()
  })
  after(() => app.close())

  test('keeps emails unique when it wants to, and says why it cannot', async () => {
    const owner = await (await createWorkspace(app)).join('owner')
    const email = 'twin@example.com'
    const first = await owner.ok('POST /api/customers', { body: { last_name: 'One', email } })
    await owner.ok('POST /api/customers', { body: { last_name: 'Two', email: email.toUpperCase() } })
    const { version } = await owner.ok('GET /api/workspace')
    const refused = await owner.refused(409, 'PATCH /api/workspace', {
      body: { version, unique_customer_emails: true },
    })
    assert.match(refused.detail, /share an email/)
    await owner.ok('DELETE /api/customers/:id', { params: { id: first.id } })
    await owner.ok('PATCH /api/workspace', { body: { version, unique_customer_emails: true } })
    const duplicate = await owner.refused(409, 'POST /api/customers', { body: { last_name: 'Three', email } })
    assert.equal(duplicate.errors[0]?.path, '/email')
    await owner.refused(409, 'POST /api/customers/:id/restore', { params: { id: first.id } })
  })

  test('refuses an unknown time zone and settings that someone else changed meanwhile', async () => {
    const owner = await (await createWorkspace(app)).join('owner')
    const { version } = await owner.ok('GET /api/workspace')
    await owner.refused(400, 'PATCH /api/workspace', { body: { version, time_zone: 'Nowhere/Town' } })
    await owner.ok('PATCH /api/workspace', { body: { version, name: 'Renamed' } })
    await owner.refused(409, 'PATCH /api/workspace', { body: { version, name: 'Renamed again' } })
  })
})
