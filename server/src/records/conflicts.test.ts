import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { type Answer, createWorkspace, type Member } from '../../test/fixtures/workspace.ts'

let app: TestApp
let ann: Member
let bob: Member
before(async () => {
  app = await startTestApp()
  const workspace = await createWorkspace(app)
  ann = await workspace.join('representative')
  bob = await workspace.join('representative')
})
after(() => app.close())

const key = 'PATCH /api/customers/:id'

async function customer() {
  return ann.ok('POST /api/customers', { body: { first_name: 'Eva', last_name: 'Smith', city: 'Oslo' } })
}

/**
 * The statuses of `count` requests that all found the record locked: none is done before every one has begun. (The
 * test's pool has four connections, of which this takes one.)
 */
async function whileLocked(
  id: number,
  count: number,
  send: (n: number) => Promise<Answer>,
): Promise<number[]> {
  const holder = await app.pool.connect()
  try {
    await holder.query('BEGIN')
    await holder.query('SELECT id FROM customers WHERE id = $1 FOR UPDATE', [id])
    const answers = Array.from({ length: count }, (_, n) => send(n))
    for (let waiting = 0; waiting < count; ) {
      await holder.query('SELECT pg_stat_clear_snapshot()')
      const { rows } = await holder.query(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      waiting = rows[0].waiting
    }
    await holder.query('COMMIT')
    return (await Promise.all(answers)).map(({ status }) => status)
  } finally {
    holder.release()
  }
}

describe('two people edit the same record', () => {
  test('different fields: both edits are kept', async () => {
    const { id, version } = await customer()
    await ann.ok(key, { params: { id }, body: { version, city: 'Lyon' } })
    await bob.ok(key, { params: { id }, body: { version, last_name: 'Smythe' } })
    const merged = await ann.ok('GET /api/customers/:id', { params: { id } })
    assert.deepEqual([merged.city, merged.last_name, merged.version], ['Lyon', 'Smythe', 3])
  })

  test('the same field: the second is told both values and the original, and nothing is saved', async () => {
    const { id, version } = await customer()
    await ann.ok(key, { params: { id }, body: { version, city: 'Lyon' } })
    const body = { version, city: 'Rome', first_name: 'Eve' }
    const problem = await bob.refused(409, key, { params: { id }, body })
    assert.equal(problem.type, '/docs/errors#edit-conflict')
    assert.deepEqual(problem.conflicts, [{ field: 'city', yours: 'Rome', theirs: 'Lyon', original: 'Oslo' }])
    assert.deepEqual(
      problem.errors.map(({ path }) => path),
      ['/city'],
    )
    const kept = await ann.ok('GET /api/customers/:id', { params: { id } })
    assert.deepEqual([kept.city, kept.first_name, kept.version], ['Lyon', 'Eva', 2])
  })

  test('the original is what the second had read, however often it changed since', async () => {
    const { id, version } = await customer()
    for (const [step, city] of ['Lyon', 'Bonn', null].entries()) {
      await ann.ok(key, { params: { id }, body: { version: version + step, city } })
    }
    const problem = await bob.refused(409, key, { params: { id }, body: { version, city: 'Rome' } })
    assert.deepEqual(problem.conflicts, [{ field: 'city', yours: 'Rome', theirs: null, original: 'Oslo' }])
    const later = { version: version + 2, city: 'Rome' }
    const second = await bob.refused(409, key, { params: { id }, body: later })
    assert.deepEqual(second.conflicts, [{ field: 'city', yours: 'Rome', theirs: null, original: 'Bonn' }])
  })

  test('the same field to the same value is no conflict', async () => {
    const { id, version } = await customer()
    await ann.ok(key, { params: { id }, body: { version, city: 'Lyon' } })
    const same = await bob.ok(key, { params: { id }, body: { version, city: 'Lyon', phone: '1' } })
    assert.deepEqual([same.city, same.phone], ['Lyon', '1'])
  })

  test('at the same moment: exactly one wins, the others are told', async () => {
    const { id, version } = await customer()
    const statuses = await whileLocked(id, 3, (n) =>
      (n % 2 ? ann : bob).send(key, { params: { id }, body: { version, city: `City ${n}` } }),
    )
    assert.deepEqual(statuses.toSorted(), [200, 409, 409])
    const { version: after } = await ann.ok('GET /api/customers/:id', { params: { id } })
    assert.equal(after, version + 1)
  })

  test('at the same moment, different fields: all are kept', async () => {
    const { id, version } = await customer()
    const fields = ['first_name', 'last_name', 'phone', 'job_title', 'source', 'address', 'city', 'region']
    await Promise.all(
      fields.map((field) => bob.ok(key, { params: { id }, body: { version, [field]: `new ${field}` } })),
    )
    const { items } = await ann.ok('GET /api/customers', { query: { 'city[in]': 'new city' } })
    assert.deepEqual(
      // Read by the names of its fields.
      fields.map((field) => (items[0] as Record<string, unknown> | undefined)?.[field]),
      fields.map((field) => `new ${field}`),
    )
  })

  test('a version that the record never had is refused', async () => {
    const { id, version } = await customer()
    const body = { version: version + 1, city: 'Lyon' }
    const problem = await ann.refused(400, key, { params: { id }, body })
    assert.equal(problem.errors[0]?.path, '/version')
  })
})

describe('values are compared by what they mean', () => {
  test('a price with other zeros is the same price', async () => {
    const manager = await (await createWorkspace(app)).join('manager')
    const body = { product_name: 'Lamp', unit_price: '2.50', sku: '1.0' }
    const { id } = await manager.ok('POST /api/products', { body })
    const patch = (fields: object) =>
      manager.ok('PATCH /api/products/:id', { params: { id }, body: { version: 1, ...fields } })
    assert.equal((await patch({ unit_price: '2.5' })).version, 1)
    assert.equal((await patch({ unit_price: '02.5000' })).version, 1)
    const renamed = await patch({ sku: '1.00' })
    assert.deepEqual([renamed.version, renamed.sku], [2, '1.00'])
  })

  test('a tax rate, a discount and the charges of an order with other zeros are the same', async () => {
    const manager = await (await createWorkspace(app)).join('manager')
    const lamp = { product_name: 'Lamp', unit_price: '2.50', tax_rate: '0.19' }
    const product = await manager.ok('POST /api/products', { body: lamp })
    const rate = { params: { id: product.id }, body: { version: 1, tax_rate: '0.190' } }
    assert.equal((await manager.ok('PATCH /api/products/:id', rate)).version, 1)
    const amounts = { discount: '0.1', discount_amount: '1', shipping_amount: '5', charges_amount: '2.5' }
    const items = [{ product_id: product.id, quantity: 2 }]
    const { id } = await manager.ok('POST /api/orders', { body: { ...amounts, items } })
    const patch = (body: object) =>
      manager.ok('PATCH /api/orders/:id', { params: { id }, body: { version: 1, ...body } })
    const respelt = {
      discount: '0.10',
      discount_amount: '1.00',
      shipping_amount: '05',
      charges_amount: '2.50',
    }
    assert.equal((await patch(respelt)).version, 1)
    assert.equal((await patch({ shipping_amount: '6' })).version, 2)
    assert.equal((await patch({ shipping_amount: '6.00' })).version, 2)
  })

  test('the lines of an order are the same if their numbers are, so that a change may be sent again', async () => {
    const manager = await (await createWorkspace(app)).join('manager')
    const lamp = { product_name: 'Lamp', unit_price: '2.50' }
    const product = await manager.ok('POST /api/products', { body: lamp })
    const line = {
      product_id: product.id,
      quantity: '2',
      unit_price: '2.5',
      discount: '0.1',
      tax_rate: '0.19',
    }
    const order = await manager.ok('POST /api/orders', { body: { items: [line] } })
    const parts = (...items: object[]) => ({ params: { id: order.id }, body: { version: 1, items } })
    const send = (...items: object[]) => manager.ok('PATCH /api/orders/:id', parts(...items))
    const respelt = { ...line, quantity: 2, unit_price: '2.50', discount: '0.1000', tax_rate: '0.190' }
    assert.deepEqual(await send(respelt), order)
    const changed = await send(line, { ...line, quantity: '-1' })
    assert.equal(changed.version, 2)
    assert.deepEqual(await send(line, { ...line, quantity: -1 }), changed)
    for (const other of [
      [line],
      [line, line],
      [{ ...line, quantity: '-1' }, line],
      [line, { ...line, quantity: '-1', unit_price: '2.51' }],
      // Without a price the product's of this moment is asked for, and that may be another one.
      [line, { product_id: product.id, quantity: '-1', discount: '0.1', tax_rate: '0.19' }],
    ]) {
      const { conflicts } = await manager.refused(409, 'PATCH /api/orders/:id', parts(...other))
      assert.deepEqual(
        conflicts?.map(({ field }) => field),
        ['items'],
      )
    }
  })

  test('a moment in another spelling is the same moment', async () => {
    const { id } = await customer()
    const body = { kind: 'call', customer_id: id, occurred_at: '2026-03-01T10:00:00Z' }
    const call = await ann.ok('POST /api/interactions', { body })
    const patch = (occurred_at: string) =>
      ann.ok('PATCH /api/interactions/:id', { params: { id: call.id }, body: { version: 1, occurred_at } })
    assert.equal((await patch('2026-03-01T11:00:00.000+01:00')).version, 1)
    assert.equal((await patch('2026-03-01T10:00:00.000001Z')).version, 2)
  })
})
