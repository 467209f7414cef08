import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { assertSummariesExact } from '../../test/fixtures/summaries.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import { purgeOld, workspacesWithOldTrash } from './old-trash.ts'

const DAY_H = 24

let app: TestApp
let workspace: TestWorkspace
let owner: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  owner = await workspace.join('owner')
  await passed(100 * DAY_H)
})
after(() => app.close())

const signal = new AbortController().signal
const purge = () => purgeOld(app.db, workspace.id, signal)

/** The setting has held for so long. */
async function passed(hours: number): Promise<void> {
  await sql`
    UPDATE workspaces SET trash_days_since = now() - make_interval(hours => ${hours}) WHERE id = ${workspace.id}`.execute(
    app.db,
  )
}

/** A customer who has been in the trash for so long; the id. */
async function trashed(hours: number): Promise<number> {
  const { id } = await owner.ok('POST /api/customers', { body: { last_name: 'Old' } })
  await owner.ok('POST /api/trash/:kind', { params: { kind: 'customers' }, body: { ids: [id] } })
  await sql`
    UPDATE customers SET deleted_at = now() - make_interval(hours => ${hours})
    WHERE workspace_id = ${workspace.id} AND id = ${id}`.execute(app.db)
  return id
}

async function inTrash(): Promise<number[]> {
  const { items } = await owner.ok('GET /api/trash/:kind', { params: { kind: 'customers' } })
  return items.map(({ id }) => id)
}

test('what has been in the trash for thirty days is deleted for good; what has not, stays', async () => {
  const old = await trashed(30 * DAY_H + 1)
  const young = await trashed(30 * DAY_H - 1)
  assert.deepEqual(await workspacesWithOldTrash(app.db), [workspace.id])
  assert.equal(await purge(), 1)
  assert.deepEqual(await inTrash(), [young])
  assert.deepEqual(await workspacesWithOldTrash(app.db), [])
  const { rows } = await sql`
    SELECT user_id FROM change_events
    WHERE workspace_id = ${workspace.id} AND entity_id = ${old} AND action = 'purged'`.execute(app.db)
  assert.deepEqual(rows, [{ user_id: null }], 'the history says that nobody did it')
  await assertSummariesExact(app.db, owner.scope, 'after the purge')
})

test('what was restored meanwhile lives', async () => {
  const id = await trashed(40 * DAY_H)
  await owner.ok('POST /api/trash/:kind/restore', { params: { kind: 'customers' }, body: { ids: [id] } })
  assert.equal(await purge(), 0)
  await owner.ok('GET /api/customers/:id', { params: { id } })
})

test('a product that was sold stays in the trash, and does not stop the rest', async () => {
  const product = await owner.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '3' } })
  await owner.ok('POST /api/orders', {
    body: { status: 'completed', items: [{ product_id: product.id, quantity: 1 }] },
  })
  const unsold = await owner.ok('POST /api/products', { body: { product_name: 'Desk', unit_price: '3' } })
  await owner.ok('POST /api/trash/:kind', {
    params: { kind: 'products' },
    body: { ids: [product.id, unsold.id] },
  })
  await sql`UPDATE products SET deleted_at = now() - interval '31 days' WHERE workspace_id = ${workspace.id}`.execute(
    app.db,
  )
  assert.equal(await purge(), 1)
  const left = await owner.ok('GET /api/trash/:kind', { params: { kind: 'products' } })
  assert.deepEqual(
    left.items.map(({ id }) => id),
    [product.id],
  )
})

test('the workspace says how long, or that nothing is deleted', async () => {
  const id = await trashed(40 * DAY_H)
  const { version } = await owner.ok('GET /api/workspace')
  const never = await owner.ok('PATCH /api/workspace', { body: { version, trash_days: null } })
  await passed(100 * DAY_H)
  assert.equal(await purge(), 0)
  assert.ok((await inTrash()).includes(id))
  await owner.ok('PATCH /api/workspace', { body: { version: never.version, trash_days: 7 } })
  assert.equal(await purge(), 0, 'after a change its days pass first')
  await passed(7 * DAY_H + 1)
  assert.ok((await purge()) >= 1)
  assert.ok(!(await inTrash()).includes(id))
})
