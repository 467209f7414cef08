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

const create = (body: object, who = member) => who.ok('POST /api/products', { body })

test("a product is priced in the workspace's currency unless another is named", async () => {
  const swiss = await createWorkspace(app, 'Swiss')
  await app.db.updateTable('workspaces').where('id', '=', swiss.id).set({ currency: 'CHF' }).execute()
  const manager = await swiss.join('manager')
  const lamp = await create({ product_name: 'Lamp', unit_price: '10' }, manager)
  assert.deepEqual([lamp.currency, lamp.unit_price, lamp.active], ['CHF', '10', true])
  const desk = await create({ product_name: 'Desk', unit_price: '10.0050', currency: 'JPY' }, manager)
  assert.deepEqual([desk.currency, desk.unit_price], ['JPY', '10.0050'])
})

test('an SKU is unique in any case, but free again when its product is in the trash', async () => {
  const first = await create({ product_name: 'Lamp', unit_price: '1', sku: 'Lamp-1' })
  const body = { product_name: 'Other lamp', unit_price: '1', sku: 'LAMP-1' }
  const problem = await member.refused(409, 'POST /api/products', { body })
  assert.deepEqual([problem.type, problem.errors[0]?.path], ['/docs/errors#duplicate', '/sku'])
  const stranger = await (await createWorkspace(app, 'Other')).join('manager')
  await create(body, stranger)
  await member.send('DELETE /api/products/:id', { params: { id: first.id } })
  const second = await create(body)
  await member.refused(409, 'POST /api/products/:id/restore', { params: { id: first.id } })
  assert.equal(second.sku, 'LAMP-1')
})

test('any number of products have no SKU', async () => {
  for (const n of [1, 2]) await create({ product_name: `Plain ${n}`, unit_price: '1' })
})

test('a new price leaves the orders that were made as they were', async () => {
  const { id } = await create({ product_name: 'Chair', unit_price: '20' })
  const order = await member.ok('POST /api/orders', { body: { items: [{ product_id: id, quantity: 3 }] } })
  await member.ok('PATCH /api/products/:id', { params: { id }, body: { version: 1, unit_price: '25' } })
  const kept = await member.ok('GET /api/orders/:id', { params: { id: order.id } })
  assert.deepEqual([kept.total_amount, kept.items[0]?.unit_price], ['60.00', '20'])
})

test('representatives sell but do not change the catalogue', async () => {
  const seller = await workspace.join('representative')
  const { id } = await create({ product_name: 'Shelf', unit_price: '5' })
  await seller.ok('GET /api/products/:id', { params: { id } })
  await seller.refused(403, 'POST /api/products', { body: { product_name: 'Mine', unit_price: '1' } })
  await seller.refused(403, 'PATCH /api/products/:id', { params: { id }, body: { version: 1, sku: 'X' } })
  await seller.refused(403, 'DELETE /api/products/:id', { params: { id } })
})
