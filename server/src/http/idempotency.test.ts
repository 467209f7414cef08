import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import { purgeIdempotencyKeys } from './idempotency.ts'

const key = 'POST /api/customers'

let app: TestApp
let workspace: TestWorkspace
let member: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('representative')
})
after(() => app.close())

async function countNamed(lastName: string, who = member): Promise<number> {
  const { total } = await who.ok('GET /api/customers', { query: { last_name: lastName, count: 'exact' } })
  return total?.count ?? -1
}

test('a retry gets the first answer, byte for byte, and creates nothing', async () => {
  const body = { last_name: randomUUID() }
  const headers = { 'idempotency-key': randomUUID() }
  const first = await member.send(key, { body, headers })
  const retry = await member.send(key, { body, headers })
  assert.deepEqual([first.status, retry.status], [201, 201])
  assert.equal(retry.text, first.text)
  assert.equal(await countNamed(body.last_name), 1)
})

test('the first answer is given even when the record has changed since', async () => {
  const body = { last_name: randomUUID() }
  const headers = { 'idempotency-key': randomUUID() }
  const made = await member.ok(key, { body, headers })
  await member.ok('PATCH /api/customers/:id', { params: { id: made.id }, body: { version: 1, city: 'Oslo' } })
  assert.deepEqual(await member.ok(key, { body, headers }), made)
})

test('ten retries at the same moment make one row and get one answer', async () => {
  const body = { last_name: randomUUID() }
  const headers = { 'idempotency-key': randomUUID() }
  const answers = await Promise.all(Array.from({ length: 10 }, () => member.ok(key, { body, headers })))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(await countNamed(body.last_name), 1)
})

test('without a key every request creates', async () => {
  const body = { last_name: randomUUID() }
  await member.ok(key, { body })
  await member.ok(key, { body })
  assert.equal(await countNamed(body.last_name), 2)
})

test('a key used for another body or another route is 422', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  await member.ok(key, { body: { last_name: 'Smith' }, headers })
  const problem = await member.refused(422, key, { body: { last_name: 'Smythe' }, headers })
  assert.equal(problem.type, '/docs/errors#idempotency-key-reused')
  await member.refused(422, 'POST /api/companies', { body: { name: 'Acme' }, headers })
})

test('a key of one person is free for another', async () => {
  const body = { last_name: randomUUID() }
  const headers = { 'idempotency-key': randomUUID() }
  const colleague = await workspace.join('representative')
  const stranger = await (await createWorkspace(app, 'Other')).join('representative')
  for (const who of [member, colleague, stranger]) await who.ok(key, { body, headers })
  assert.equal(await countNamed(body.last_name), 2)
  assert.equal(await countNamed(body.last_name, stranger), 1)
})

test('a request that failed leaves its key free', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  const lastName = randomUUID()
  await member.refused(400, key, { body: { last_name: lastName, company_id: 999_999 }, headers })
  await member.ok(key, { body: { last_name: lastName }, headers })
  assert.equal(await countNamed(lastName), 1)
})

test('a key is 1 to 255 characters', async () => {
  const body = { last_name: randomUUID() }
  await member.ok(key, { body, headers: { 'idempotency-key': 'k'.repeat(255) } })
  const problem = await member.refused(400, key, { body, headers: { 'idempotency-key': 'k'.repeat(256) } })
  assert.equal(problem.errors[0]?.path, 'header/idempotency-key')
  await member.refused(400, key, { body, headers: { 'idempotency-key': '' } })
  assert.equal(await countNamed(body.last_name), 1)
})

test('every create takes a key', async () => {
  const { id: productId } = await (await workspace.join('manager')).ok('POST /api/products', {
    body: { product_name: 'Lamp', unit_price: '1' },
  })
  const manager = await workspace.join('manager')
  const creates: [key: Parameters<Member['ok']>[0], body: object][] = [
    ['POST /api/companies', { name: 'Acme' }],
    ['POST /api/products', { product_name: 'Desk', unit_price: '1' }],
    ['POST /api/sales-representatives', { last_name: 'Miller' }],
    ['POST /api/orders', { items: [{ product_id: productId, quantity: 1 }] }],
  ]
  for (const [route, body] of creates) {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await manager.ok(route, { body, headers })
    assert.deepEqual(await manager.ok(route, { body, headers }), first, route)
  }
})

test('a key is forgotten after a day: then it is a new one, and old ones are removed', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  const kept = { 'idempotency-key': randomUUID() }
  const body = { last_name: randomUUID() }
  const first = await member.ok(key, { body, headers })
  const other = await member.ok(key, { body: { last_name: randomUUID() }, headers: kept })
  const age = (hours: number) =>
    app.pool.query(
      'UPDATE idempotency_keys SET created_at = now() - make_interval(hours => $2) WHERE key = $1',
      [headers['idempotency-key'], hours],
    )
  await age(23)
  assert.equal((await member.ok(key, { body, headers })).id, first.id)
  await age(25)
  const again = await member.ok(key, { body, headers })
  assert.notEqual(again.id, first.id)
  assert.equal((await member.ok(key, { body, headers })).id, again.id, 'and that one holds for a day')
  await age(25)
  assert.ok((await purgeIdempotencyKeys(app.db)) >= 1)
  const { rows } = await app.pool.query('SELECT key FROM idempotency_keys WHERE key = ANY ($1)', [
    [headers['idempotency-key'], kept['idempotency-key']],
  ])
  assert.deepEqual(rows, [{ key: kept['idempotency-key'] }])
  assert.ok(other.id)
})
