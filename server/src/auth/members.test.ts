import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createAccount, signIn } from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import {
  type Answer,
  createWorkspace,
  type Member,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'
import { type Role, roles } from '../vocabulary.ts'

let app: TestApp
before(async () => {
  app = await startTestApp()
})
after(() => app.close())

function params({ scope }: Member) {
  return { params: { user_id: scope.userId } }
}

function setRole(by: Member, of: Member, role: Role): Promise<Answer> {
  return by.send('PATCH /api/members/:user_id', { ...params(of), body: { role } })
}

function remove(by: Member, who: Member): Promise<Answer> {
  return by.send('DELETE /api/members/:user_id', params(who))
}

async function rolesIn({ id }: TestWorkspace): Promise<string[]> {
  const members = await app.db
    .selectFrom('memberships')
    .where('workspace_id', '=', id)
    .select('role')
    .execute()
  return members.map(({ role }) => role).sort()
}

describe('the role of a member', () => {
  const outcomes: [by: Role, from: Role, to: Role, status: number][] = [
    ['owner', 'manager', 'owner', 200],
    ['owner', 'owner', 'read_only', 200],
    ['owner', 'read_only', 'admin', 200],
    ['admin', 'manager', 'admin', 200],
    ['admin', 'admin', 'representative', 200],
    ['admin', 'manager', 'owner', 403],
    ['admin', 'owner', 'manager', 403],
    ['manager', 'representative', 'read_only', 403],
  ]
  for (const [by, from, to, status] of outcomes) {
    test(`${from} becomes ${to} by ${by}: ${status}`, async () => {
      const workspace = await createWorkspace(app)
      const [asker, member] = [await workspace.join(by), await workspace.join(from)]
      const answer = await setRole(asker, member, to)
      assert.equal(answer.status, status, answer.text)
      if (status === 200) assert.equal(JSON.parse(answer.text).role, to)
      assert.deepEqual(await rolesIn(workspace), [by, status === 200 ? to : from].sort())
    })
  }

  test('holds from the next request on', async () => {
    const workspace = await createWorkspace(app)
    const [owner, member] = [await workspace.join('owner'), await workspace.join('representative')]
    await member.ok('POST /api/customers', { body: { last_name: 'One' } })
    assert.equal((await setRole(owner, member, 'read_only')).status, 200)
    await member.refused(403, 'POST /api/customers', { body: { last_name: 'Two' } })
    assert.equal((await setRole(owner, member, 'manager')).status, 200)
    await member.ok('POST /api/customers', { body: { last_name: 'Three' } })
  })

  test('must be one of the five', async () => {
    const workspace = await createWorkspace(app)
    const [owner, member] = [await workspace.join('owner'), await workspace.join('manager')]
    await owner.refused(400, 'PATCH /api/members/:user_id', {
      ...params(member),
      body: { role: 'superuser' },
    })
  })
})

describe('an owner', () => {
  test('always stays: the last one keeps the role and cannot leave', async () => {
    const workspace = await createWorkspace(app)
    const owner = await workspace.join('owner')
    for (const answer of [await setRole(owner, owner, 'admin'), await remove(owner, owner)]) {
      assert.equal(answer.status, 409, answer.text)
      assert.match(answer.text, /#last-owner"/)
    }
    assert.deepEqual(await rolesIn(workspace), ['owner'])
  })

  // Whoever is second has lost the right to do it: 403, or 409 as the last owner, or 401 as nobody.
  const quarrels: [what: string, act: (by: Member, other: Member) => Promise<Answer>][] = [
    ['demote each other', (by, other) => setRole(by, other, 'manager')],
    ['remove each other', (by, other) => remove(by, other)],
    ['give up', (by) => setRole(by, by, 'manager')],
    ['leave', (by) => remove(by, by)],
  ]
  for (const [what, act] of quarrels) {
    test(`always stays: two who ${what} at the same moment`, async () => {
      const workspace = await createWorkspace(app)
      const [ann, bob] = [await workspace.join('owner'), await workspace.join('owner')]
      const answers = await Promise.all([act(ann, bob), act(bob, ann)])
      const statuses = answers.map(({ status }) => status)
      assert.equal(statuses.filter((status) => status < 300).length, 1, statuses.join())
      assert.equal((await rolesIn(workspace)).filter((role) => role === 'owner').length, 1)
    })
  }

  test('who was demoted a moment ago has no more say', async () => {
    const workspace = await createWorkspace(app)
    const [ann, bob, eve] = [
      await workspace.join('owner'),
      await workspace.join('owner'),
      await workspace.join('manager'),
    ]
    await bob.ok('GET /api/members')
    // By another process, which cannot tell this one.
    await app.db
      .updateTable('memberships')
      .where('user_id', '=', bob.scope.userId)
      .set({ role: 'representative' })
      .execute()
    for (const role of ['owner', 'read_only'] as const) {
      assert.equal((await setRole(bob, eve, role)).status, 403)
      const body = { email: 'x@example.com', role }
      await bob.refused(403, 'POST /api/invitations', { body })
    }
    assert.equal((await remove(bob, ann)).status, 403)
  })

  test('is removed only by an owner', async () => {
    const workspace = await createWorkspace(app)
    const [ann, bob, admin] = [
      await workspace.join('owner'),
      await workspace.join('owner'),
      await workspace.join('admin'),
    ]
    assert.equal((await remove(admin, bob)).status, 403)
    assert.equal((await remove(ann, bob)).status, 204)
  })
})

describe('a member who is removed', () => {
  test('is out at once, and stays what they are elsewhere', async () => {
    const [workspace, other] = [await createWorkspace(app), await createWorkspace(app)]
    const [owner, member] = [await workspace.join('owner'), await workspace.join('manager')]
    const account = await createAccount(app, other.id)
    await app.db
      .insertInto('memberships')
      .values({ workspace_id: workspace.id, user_id: account.userId, role: 'manager' })
      .execute()
    await member.ok('GET /api/customers')
    assert.equal((await remove(owner, member)).status, 204)
    await member.refused(401, 'GET /api/customers')
    const params = { user_id: account.userId }
    await owner.ok('DELETE /api/members/:user_id', { params })
    const { status, text } = await signIn(app, account)
    assert.equal(status, 200, text)
    assert.equal(JSON.parse(text).workspace.id, other.id)
  })

  test('leaves their records, and a representative without a user', async () => {
    const workspace = await createWorkspace(app)
    const [owner, member] = [await workspace.join('owner'), await workspace.join('manager')]
    const user_id = member.scope.userId
    const { id } = await owner.ok('POST /api/sales-representatives', { body: { last_name: 'Rep', user_id } })
    await member.ok('POST /api/customers', { body: { last_name: 'Kept' } })
    const read = () => owner.ok('GET /api/sales-representatives/:id', { params: { id } })
    assert.equal((await read()).user_id, user_id)
    assert.equal((await remove(owner, member)).status, 204)
    assert.equal((await read()).user_id, null)
    assert.equal((await owner.ok('GET /api/customers')).items.length, 1)
  })

  test('is gone for whoever removes them again', async () => {
    const workspace = await createWorkspace(app)
    const [owner, member] = [await workspace.join('owner'), await workspace.join('manager')]
    const answers = await Promise.all([remove(owner, member), remove(owner, member)])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 404])
  })

  test('may be oneself', async () => {
    const workspace = await createWorkspace(app)
    await workspace.join('owner')
    const admin = await workspace.join('admin')
    assert.equal((await remove(admin, admin)).status, 204)
    await admin.refused(401, 'GET /api/auth/me')
  })
})

test('a change of members does not wait for someone who is writing records', async () => {
  const workspace = await createWorkspace(app)
  const [owner, member] = [await workspace.join('owner'), await workspace.join('manager')]
  await app.db.transaction().execute(async (tx) => {
    await tx.insertInto('companies').values({ workspace_id: workspace.id, name: 'Half written' }).execute()
    assert.equal((await setRole(owner, member, 'admin')).status, 200)
  })
})

test('every member sees who is in the workspace, with their roles', async () => {
  const workspace = await createWorkspace(app)
  const members = []
  for (const role of roles) members.push(await workspace.join(role))
  for (const member of members) {
    const { items } = await member.ok('GET /api/members')
    assert.deepEqual(items.map(({ role }) => role).sort(), [...roles].sort())
  }
})
