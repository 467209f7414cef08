import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
})
after(() => app.close())

const create = (body: object) => member.ok('POST /api/sales-representatives', { body })

test('a representative has a manager, who is named', async () => {
  const boss = await create({ first_name: 'Bea', last_name: 'Boss' })
  const { id, manager_name } = await create({ last_name: 'Seller', manager_id: boss.id })
  assert.equal(manager_name, 'Bea Boss')
  const { items } = await member.ok('GET /api/sales-representatives', { query: { manager_id: boss.id } })
  assert.deepEqual(
    items.map((item) => item.id),
    [id],
  )
})

test('nobody is their own manager', async () => {
  const { id } = await create({ last_name: 'Alone' })
  const problem = await member.refused(400, 'PATCH /api/sales-representatives/:id', {
    params: { id },
    body: { version: 1, manager_id: id },
  })
  assert.equal(problem.errors[0]?.path, '/manager_id')
  assert.match(problem.detail, /their own manager/)
})

test('nobody manages someone who manages them, by however many others', async () => {
  const top = await create({ last_name: 'Top' })
  const middle = await create({ last_name: 'Middle', manager_id: top.id })
  const low = await create({ last_name: 'Low', manager_id: middle.id })
  for (const below of [middle, low]) {
    const problem = await member.refused(400, 'PATCH /api/sales-representatives/:id', {
      params: { id: top.id },
      body: { version: 1, manager_id: below.id },
    })
    assert.equal(problem.errors[0]?.path, '/manager_id')
    assert.match(problem.detail, new RegExp(`^${below.last_name} reports to this representative`))
  }
  const body = { version: 1, manager_id: top.id }
  await member.ok('PATCH /api/sales-representatives/:id', { params: { id: low.id }, body })
})

test('of two who make each other their manager at the same moment one is told', async () => {
  const [one, other] = [await create({ last_name: 'One' }), await create({ last_name: 'Other' })]
  const answers = await Promise.all(
    [
      [one, other],
      [other, one],
    ].map(([below, above]) =>
      member.send('PATCH /api/sales-representatives/:id', {
        params: { id: below?.id ?? 0 },
        body: { version: 1, manager_id: above?.id ?? 0 },
      }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400])
})

test('only a member of the workspace can sign in as a representative', async () => {
  const stranger = await (await createWorkspace(app, 'Other')).join('representative')
  const problem = await member.refused(400, 'POST /api/sales-representatives', {
    body: { last_name: 'Stranger', user_id: stranger.scope.userId },
  })
  assert.deepEqual(problem.errors, [
    { path: '/user_id', message: 'There is no such member in this workspace.' },
  ])
})

test('a member is one representative at a time', async () => {
  const seller = await workspace.join('representative')
  const first = await create({ last_name: 'First', user_id: seller.scope.userId })
  const body = { last_name: 'Second', user_id: seller.scope.userId }
  const problem = await member.refused(409, 'POST /api/sales-representatives', { body })
  assert.equal(problem.errors[0]?.path, '/user_id')
  await member.send('DELETE /api/sales-representatives/:id', { params: { id: first.id } })
  await create(body)
})

test('a member who leaves keeps their representative, without the link', async () => {
  const leaver = await workspace.join('representative')
  const { id } = await create({ last_name: 'Leaver', user_id: leaver.scope.userId })
  await app.db
    .deleteFrom('memberships')
    .where('workspace_id', '=', workspace.id)
    .where('user_id', '=', leaver.scope.userId)
    .execute()
  const { rows } = await app.pool.query('SELECT user_id FROM sales_representatives WHERE id = $1', [id])
  assert.deepEqual(rows, [{ user_id: null }])
})
