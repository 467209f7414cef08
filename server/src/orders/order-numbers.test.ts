import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
let product: number
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
  const made = await member.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '3' } })
  product = made.id
  await create()
})
after(() => app.close())

const CREATE = 'POST /api/orders'
const bodyOf = (order_number?: string) => ({
  body: { items: [{ product_id: product, quantity: 1 }], ...(order_number && { order_number }) },
})

async function create(order_number?: string): Promise<{ id: number; order_number: string }> {
  return member.ok(CREATE, bodyOf(order_number))
}

/** The n of the last R-n that was drawn. */
async function lastDrawn(): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT last_value AS n FROM orders_id_seq`.execute(app.db)
  return rows[0]?.n ?? 0
}

test('a number is another order’s in whatever case it is written', async () => {
  const { order_number } = await create('Inv-7')
  assert.equal(order_number, 'Inv-7', 'it is kept as typed')
  const other = await create('INV-8')
  for (const twin of ['inv-7', 'INV-7', ' Inv-7 ']) {
    const problem = await member.refused(409, CREATE, bodyOf(twin))
    assert.equal(problem.errors[0]?.path, '/order_number')
  }
  await member.refused(409, 'PATCH /api/orders/:id', {
    params: { id: other.id },
    body: { version: 1, order_number: 'inv-7' },
  })
  const same = await member.ok('PATCH /api/orders/:id', {
    params: { id: other.id },
    body: { version: 1, order_number: 'inv-8' },
  })
  assert.equal(same.order_number, 'inv-8', 'its own it may spell anew')
})

describe('an order without a number gets the next that is free', () => {
  test('whatever others were given by hand', async () => {
    const last = await lastDrawn()
    // Each of these draws an id too.
    await create(`R-${last + 5}`)
    await create(`r-${last + 6}`)
    await create(`R-${last + 8}`)
    const numbers = []
    for (let n = 0; n < 4; n++) numbers.push((await create()).order_number)
    assert.deepEqual(
      numbers,
      [4, 7, 9, 10].map((step) => `R-${last + step}`),
    )
  })

  test('and keeps away from those in the trash, so that they can come back', async () => {
    const last = await lastDrawn()
    const { id } = await create(`R-${last + 2}`)
    await member.send('DELETE /api/orders/:id', { params: { id } })
    assert.equal((await create()).order_number, `R-${last + 3}`)
    const back = await member.ok('POST /api/orders/:id/restore', { params: { id } })
    assert.equal(back.order_number, `R-${last + 2}`)
  })

  test('also after an import of thousands of numbers ahead', async () => {
    const last = await lastDrawn()
    await sql`
      INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits)
      SELECT ${workspace.id}, 'R-' || ${last}::bigint + 3000 + n, '2026-01-01', 'EUR', 2 FROM generate_series(1, 3000) n`.execute(
      app.db,
    )
    assert.equal((await create()).order_number, `R-${last + 6001}`)
  })

  test('also when many are created at once, some of them with the very numbers', async () => {
    const last = await lastDrawn()
    const requests = Array.from({ length: 40 }, (_, n) =>
      member.send(CREATE, bodyOf(n % 4 === 0 ? `R-${last + n + 10}` : undefined)),
    )
    const answers = await Promise.all(requests)
    const automatic = answers.filter((_, n) => n % 4 !== 0)
    assert.deepEqual(
      automatic.map(({ status }) => status),
      automatic.map(() => 201),
    )
    // Whoever gives a number may be told that it is taken.
    for (const { status, text } of answers)
      assert.ok(status === 201 || text.includes('has this number'), text)
    const { rows } = await sql<{ n: number }>`
      SELECT count(*) - count(DISTINCT lower(order_number)) AS n FROM orders
      WHERE workspace_id = ${workspace.id} AND deleted_at IS NULL`.execute(app.db)
    assert.equal(rows[0]?.n, 0)
  })

  test('also when the number is taken between the look and the insert', async () => {
    const alone = await createWorkspace(app, 'Alone')
    const seller = await alone.join('manager')
    const { id } = await seller.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '3' } })
    const taken = (await lastDrawn()) + 1
    // Has the number without having committed it, which nobody else can see.
    const holder = await app.pool.connect()
    try {
      await holder.query('BEGIN')
      await holder.query(
        `INSERT INTO orders (workspace_id, id, order_number, order_date, currency, currency_digits)
         VALUES ($1, 5000000, $2, '2026-01-01', 'EUR', 2)`,
        [alone.id, `R-${taken}`],
      )
      const asking = seller.ok(CREATE, { body: { items: [{ product_id: id, quantity: 1 }] } })
      await waitingFor()
      await holder.query('COMMIT')
      assert.equal((await asking).order_number, `R-${taken + 1}`)
    } finally {
      await holder.query('ROLLBACK')
      holder.release()
    }
  })
})

/** Until one statement of this database waits for another transaction. */
async function waitingFor(): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*) AS n FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(app.db)
    if ((rows[0]?.n ?? 0) > 0) return
  }
}

describe('a number in the trash', () => {
  test('is free for a living order', async () => {
    const { id } = await create('INV-1')
    await member.send('DELETE /api/orders/:id', { params: { id } })
    const second = await create('INV-1')
    const { items } = await member.ok('GET /api/orders', { query: { order_number: 'INV-1' } })
    assert.deepEqual(
      items.map((order) => order.id),
      [second.id],
    )
  })

  test('that another order has by now: restoring says so, and gives a new one if asked', async () => {
    const { id } = await create('INV-2')
    await member.send('DELETE /api/orders/:id', { params: { id } })
    await create('INV-2')
    const restore = 'POST /api/orders/:id/restore'
    const { errors } = await member.refused(409, restore, { params: { id } })
    assert.deepEqual(errors, [{ path: '/order_number', message: 'Another order has this number.' }])
    const query = { duplicates: 'drop' }
    const back = await member.ok(restore, { params: { id }, query })
    assert.match(back.order_number, /^R-\d+$/)
    assert.equal(back.deleted_at, null)
  })
})
