import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { createAccount, sessionOf, signIn, whoIs } from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import {
  type Answer,
  createWorkspace,
  type Member,
  problemOf,
  request,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'
import type { Role } from '../vocabulary.ts'

let app: TestApp
let workspace: TestWorkspace
let owner: Member
before(async () => {
  app = await startTestApp({ PUBLIC_URL: 'http://crm.example.com:8080/' })
  workspace = await createWorkspace(app, 'Acme')
  owner = await workspace.join('owner')
})
after(() => app.close())

const look = 'GET /api/invitations/by-token/:token'
const accept = 'POST /api/invitations/by-token/:token/accept'
const newcomer = { name: 'Nora New', password: 'correct horse battery' }

let invited = 0
function newAddress(): string {
  return `new-${++invited}@example.com`
}

function invite(email: string, role: Role = 'manager', by = owner) {
  return by.ok('POST /api/invitations', { body: { email, role } })
}

function join(token: string, body: object = newcomer): Promise<Answer> {
  return request(app.url, accept, { params: { token }, body })
}

async function expectEnded(token: string): Promise<void> {
  const seen = problemOf(await request(app.url, look, { params: { token } }), 404, look)
  const joined = problemOf(await join(token), 404, accept)
  for (const { type } of [seen, joined]) assert.equal(type, '/docs/errors#invitation-ended')
}

describe('an invitation', () => {
  test('is a link with a token that is kept nowhere', async () => {
    const { id, token, url, role } = await invite(newAddress(), 'representative')
    assert.equal(url, `http://crm.example.com:8080/join/${token}`)
    assert.ok(token.length >= 40)
    assert.equal(role, 'representative')
    const { kept } = await app.db
      .selectFrom('invitations as i')
      .where('id', '=', id)
      .select(sql<string>`i::text`.as('kept'))
      .executeTakeFirstOrThrow()
    assert.ok(!kept.includes(token), kept)
    const { items } = await owner.ok('GET /api/invitations')
    assert.ok(!JSON.stringify(items).includes(token))
  })

  test('says what it offers', async () => {
    const email = newAddress()
    const { token } = await invite(email.toUpperCase(), 'read_only')
    const { text } = await request(app.url, look, { params: { token } })
    assert.deepEqual(JSON.parse(text), {
      workspace_name: 'Acme',
      email,
      role: 'read_only',
      has_account: false,
    })
  })

  test('lets someone new in, with a name and a password of their own', async () => {
    const email = newAddress()
    const answer = await join((await invite(email)).token)
    assert.equal(answer.status, 201, answer.text)
    const me = JSON.parse(answer.text)
    assert.deepEqual(
      [me.user.name, me.user.email, me.role, me.workspace.id],
      ['Nora New', email, 'manager', workspace.id],
    )
    assert.deepEqual(await whoIs(app, sessionOf(answer)), me)
    assert.equal((await signIn(app, { email, password: newcomer.password })).status, 200)
  })

  test('asks someone new for a name', async () => {
    const { token } = await invite(newAddress())
    const { errors } = problemOf(await join(token, { password: newcomer.password }), 400, accept)
    assert.equal(errors[0]?.path, '/name')
    assert.equal((await join(token)).status, 201)
  })

  test('lets someone in who has an account, once they prove its password', async () => {
    const home = await createWorkspace(app)
    const bob = await createAccount(app, home.id, 'owner')
    const { token } = await invite(bob.email, 'representative')
    const { text } = await request(app.url, look, { params: { token } })
    assert.equal(JSON.parse(text).has_account, true)
    const { errors } = problemOf(await join(token, { password: 'not the password' }), 403, accept)
    assert.equal(errors[0]?.path, '/password')
    const answer = await join(token, { name: 'Eve', password: bob.password })
    assert.equal(answer.status, 201, answer.text)
    const me = JSON.parse(answer.text)
    assert.deepEqual([me.user.id, me.user.name, me.role], [bob.userId, 'Ann', 'representative'])
    assert.equal(me.workspace.id, workspace.id)
  })

  test('works once', async () => {
    const { token } = await invite(newAddress())
    assert.equal((await join(token)).status, 201)
    await expectEnded(token)
  })

  test('works once, also for two at the same moment', async () => {
    const { token } = await invite(newAddress())
    const answers = await Promise.all([join(token), join(token), join(token)])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 404, 404])
  })

  test('ends after seven days', async () => {
    const { id, token, expires_at, created_at } = await invite(newAddress())
    assert.equal(Date.parse(expires_at) - Date.parse(created_at), 7 * 24 * 3_600_000)
    await app.db
      .updateTable('invitations')
      .where('id', '=', id)
      .set({ expires_at: sql`now() - interval '1 second'` })
      .execute()
    await expectEnded(token)
  })

  test('can be withdrawn', async () => {
    const { id, token } = await invite(newAddress())
    await owner.ok('DELETE /api/invitations/:id', { params: { id } })
    await expectEnded(token)
    await owner.refused(404, 'DELETE /api/invitations/:id', { params: { id } })
  })

  test('is replaced by the next one to the same address', async () => {
    const email = newAddress()
    const first = await invite(email, 'admin')
    const second = await invite(email.toUpperCase(), 'read_only')
    await expectEnded(first.token)
    assert.equal(JSON.parse((await join(second.token)).text).role, 'read_only')
  })

  test('remains one when an address is invited twice at the same moment', async () => {
    const email = newAddress()
    await Promise.all([invite(email), invite(email)])
    const { items } = await owner.ok('GET /api/invitations')
    assert.equal(items.filter((item) => item.email === email).length, 1)
  })

  test('is listed while it is open', async () => {
    const [open, used, expired] = [newAddress(), newAddress(), newAddress()]
    await invite(open)
    await join((await invite(used)).token)
    const { id } = await invite(expired)
    await app.db.updateTable('invitations').where('id', '=', id).set({ expires_at: sql`now()` }).execute()
    const listed = (await owner.ok('GET /api/invitations')).items.map(({ email }) => email)
    assert.deepEqual(
      [open, used, expired].map((email) => listed.includes(email)),
      [true, false, false],
    )
  })

  test('is not for members', async () => {
    const bob = await createAccount(app, workspace.id)
    const { type } = await owner.refused(409, 'POST /api/invitations', {
      body: { email: bob.email.toUpperCase(), role: 'manager' },
    })
    assert.equal(type, '/docs/errors#already-member')
  })

  test('to an owner needs an owner', async () => {
    const admin = await workspace.join('admin')
    const body = { email: newAddress(), role: 'owner' }
    await admin.refused(403, 'POST /api/invitations', { body })
    assert.equal((await invite(body.email, 'owner')).role, 'owner')
  })

  test('that was still open ends when its member is removed', async () => {
    const member = await createAccount(app, workspace.id)
    await app.db
      .insertInto('invitations')
      .values({
        workspace_id: workspace.id,
        email: member.email,
        role: 'admin',
        token_hash: 'made in the moment in which they joined',
        expires_at: sql`now() + interval '1 day'`,
      })
      .execute()
    await owner.ok('DELETE /api/members/:user_id', { params: { user_id: member.userId } })
    const { items } = await owner.ok('GET /api/invitations')
    assert.ok(items.every(({ email }) => email !== member.email))
  })
})

describe('an odd address is refused, or it can sign in', () => {
  const addresses = [
    "o'neil@example.com",
    'a.b+c_d-e@mail.example.co.uk',
    'r&d@example.com',
    'a@b.c',
    'a@1.2.3.4',
    '-@example.com',
    "a'@example.com",
    'a!b@example.com',
    'a@xn--bcher-kva.example',
    'a@example-.com',
    'A@EXAMPLE.MUSEUM',
    'a{b}@example.com',
  ]
  for (const email of addresses) {
    test(email, async () => {
      const answer = await owner.send('POST /api/invitations', { body: { email, role: 'read_only' } })
      if (answer.status === 400) return assert.equal(problemOf(answer, 400, email).errors[0]?.path, '/email')
      assert.equal((await join(JSON.parse(answer.text).token)).status, 201)
      assert.equal((await signIn(app, { email, password: newcomer.password })).status, 200)
    })
  }
})
