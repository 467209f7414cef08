import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { ORDER_ITEMS_MAX } from './schema.ts'

const CREATE = 'POST /api/orders'
const PATCH = 'PATCH /api/orders/:id'

let app: TestApp
let member: Member
let product: number
let dollarProduct: number
let foreignProduct: number
/** Sold by the hour, in hundredths. */
let hours: number

before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('admin')
  const stranger = await (await createWorkspace(app)).join('admin')
  const create = async (who: Member, currency: string, unit_price: string) =>
    (await who.ok('POST /api/products', { body: { product_name: 'Lamp', currency, unit_price } })).id
  product = await create(member, 'EUR', '19.99')
  dollarProduct = await create(member, 'USD', '5')
  foreignProduct = await create(stranger, 'EUR', '1')
  hours = (
    await member.ok('POST /api/products', {
      body: {
        product_name: 'Consulting',
        unit: 'hour',
        quantity_digits: 2,
        unit_price: '89.90',
        tax_rate: '0.19',
      },
    })
  ).id
})
after(() => app.close())

function newOrder(changes: object = {}) {
  return { body: { items: [{ product_id: product, quantity: 3 }], ...changes } }
}

async function orders(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM orders WHERE workspace_id = ${member.scope.workspaceId}`.execute(app.db)
  return rows[0]?.n ?? 0
}

describe('an order', () => {
  test('takes prices, number, date, status and currency from what is known', async () => {
    const order = await member.ok(CREATE, newOrder())
    assert.equal(order.order_number, `R-${order.id}`)
    assert.equal(order.status, 'draft')
    assert.equal(order.currency, 'EUR')
    assert.equal(order.total_amount, '59.97')
    assert.deepEqual(
      order.items.map(({ position, unit_price, discount, line_total }) => [
        position,
        unit_price,
        discount,
        line_total,
      ]),
      [[1, '19.99', '0', '59.97']],
    )
    assert.deepEqual(await member.ok('GET /api/orders/:id', { params: { id: order.id } }), order)
  })

  test('keeps its lines in the order in which they were sent, and sums them rounded', async () => {
    const items = [
      { product_id: product, quantity: 1, unit_price: '0.005' },
      { product_id: dollarProduct, quantity: 1, unit_price: '0.005' },
      { product_id: product, quantity: 2, unit_price: '10', discount: '0.125' },
    ]
    const order = await member.ok(CREATE, newOrder({ items }))
    assert.deepEqual(
      order.items.map((item) => [item.position, item.product_id, item.line_total]),
      [
        [1, product, '0.01'],
        [2, dollarProduct, '0.01'],
        [3, product, '17.50'],
      ],
    )
    assert.equal(order.total_amount, '17.52')
  })

  test('keeps its prices when the product becomes dearer', async () => {
    const { id } = await member.ok('POST /api/products', {
      body: { product_name: 'Chair', currency: 'EUR', unit_price: '10' },
    })
    const order = await member.ok(CREATE, newOrder({ items: [{ product_id: id, quantity: 1 }] }))
    await member.ok('PATCH /api/products/:id', { params: { id }, body: { version: 1, unit_price: '12' } })
    const read = await member.ok('GET /api/orders/:id', { params: { id: order.id } })
    assert.equal(read.total_amount, '10.00')
  })

  test('is changed: new items replace the old ones, and the total follows', async () => {
    const order = await member.ok(CREATE, newOrder({ status: 'confirmed' }))
    const changed = await member.ok(PATCH, {
      params: { id: order.id },
      body: { version: order.version, items: [{ product_id: product, quantity: 1, discount: '0.5' }] },
    })
    assert.equal(changed.total_amount, '10.00')
    assert.equal(changed.items.length, 1)
    assert.equal(changed.version, order.version + 1)
    const note = await member.ok(PATCH, {
      params: { id: order.id },
      body: { version: changed.version, notes: 'ok' },
    })
    assert.deepEqual([note.total_amount, note.items], ['10.00', changed.items])
  })

  test(`has at most ${ORDER_ITEMS_MAX} lines`, async () => {
    const lines = (n: number) => Array.from({ length: n }, () => ({ product_id: product, quantity: 1 }))
    const order = await member.ok(CREATE, newOrder({ items: lines(ORDER_ITEMS_MAX) }))
    assert.equal(order.items.length, ORDER_ITEMS_MAX)
    const problem = await member.refused(400, CREATE, newOrder({ items: lines(ORDER_ITEMS_MAX + 1) }))
    assert.deepEqual(
      problem.errors.map(({ path }) => path),
      ['/items'],
    )
  })

  test('whose number is taken is refused, also when it is changed to it', async () => {
    const first = await member.ok(CREATE, newOrder({ order_number: 'A-1' }))
    const second = await member.ok(CREATE, newOrder({ order_number: 'A-2' }))
    const clash = { errors: [{ path: '/order_number', message: 'Another order has this number.' }] }
    const before = await orders()
    assert.deepEqual(
      (await member.refused(409, CREATE, newOrder({ order_number: 'A-1' }))).errors,
      clash.errors,
    )
    assert.equal(await orders(), before)
    const problem = await member.refused(409, PATCH, {
      params: { id: second.id },
      body: { version: second.version, order_number: first.order_number },
    })
    assert.deepEqual(problem.errors, clash.errors)
  })
})

test('a report writes each currency with its own decimals, whatever currency an order had before', async () => {
  const seller = await (await createWorkspace(app)).join('admin')
  const lamp = { product_name: 'Lamp', unit_price: '1.234', currency: 'KWD' }
  const { id: product_id } = await seller.ok('POST /api/products', { body: lamp })
  const body = { currency: 'KWD', status: 'completed', items: [{ product_id, quantity: 3 }] }
  const { id } = await seller.ok(CREATE, { body })
  const items = [{ product_id, quantity: 3, unit_price: '100' }]
  await seller.ok(PATCH, { params: { id }, body: { version: 1, currency: 'JPY', items } })
  const months = await seller.ok('GET /api/reports/revenue-by-month', { query: { months: 1 } })
  assert.equal(months.items.find(({ currency }) => currency === 'JPY')?.months[0]?.revenue, '300')
  const sold = await seller.ok('GET /api/reports/top-products')
  assert.deepEqual(sold.items[0]?.revenue, [{ currency: 'JPY', amount: '300' }])
})

test('an order can be found by its total, however large', async () => {
  const items = Array.from({ length: 2 }, () => ({
    product_id: product,
    quantity: '1000000',
    unit_price: '9999999999.99',
    tax_rate: '1',
  }))
  const returned = items.map((item) => ({ ...item, quantity: '-1000000' }))
  for (const lines of [items, returned]) {
    const { id, total_amount } = await member.ok(CREATE, newOrder({ items: lines, currency: 'KWD' }))
    const query = { total_amount, sort: 'total_amount' } as const
    assert.deepEqual(
      (await member.ok('GET /api/orders', { query })).items.map((each) => each.id),
      [id],
    )
    const within = { 'total_amount[gte]': total_amount, 'total_amount[lte]': total_amount }
    assert.deepEqual(
      (await member.ok('GET /api/orders', { query: within })).items.map((each) => each.id),
      [id],
    )
  }
})

describe('refused with the place of the mistake, and nothing saved', () => {
  const mistakes: [what: string, path: string, body: () => object][] = [
    ['no items', '/items', () => ({ items: [] })],
    ['items missing', '/items', () => ({ items: undefined })],
    ['quantity 0', '/items/0/quantity', () => ({ items: [{ product_id: product, quantity: 0 }] })],
    [
      'a fraction of what is sold by the piece',
      '/items/0/quantity',
      () => ({ items: [{ product_id: product, quantity: 1.5 }] }),
    ],
    ['quantity 0.0001', '/items/0/quantity', () => ({ items: [{ product_id: hours, quantity: '0.0001' }] })],
    [
      'three decimals of two',
      '/items/0/quantity',
      () => ({ items: [{ product_id: hours, quantity: 0.125 }] }),
    ],
    [
      'quantity over a million',
      '/items/0/quantity',
      () => ({ items: [{ product_id: product, quantity: 1_000_001 }] }),
    ],
    [
      'a negative price',
      '/items/0/unit_price',
      () => ({ items: [{ product_id: product, quantity: 1, unit_price: '-1' }] }),
    ],
    [
      'a price of five decimals',
      '/items/0/unit_price',
      () => ({ items: [{ product_id: product, quantity: 1, unit_price: '1.00001' }] }),
    ],
    [
      'a price of fifteen digits',
      '/items/0/unit_price',
      () => ({ items: [{ product_id: product, quantity: 1, unit_price: '100000000000000' }] }),
    ],
    [
      'a price as a number',
      '/items/0/unit_price',
      () => ({ items: [{ product_id: product, quantity: 1, unit_price: 5 }] }),
    ],
    [
      'a discount above one',
      '/items/0/discount',
      () => ({ items: [{ product_id: product, quantity: 1, discount: '1.1' }] }),
    ],
    [
      'an unknown product',
      '/items/0/product_id',
      () => ({ items: [{ product_id: 999_999_999, quantity: 1 }] }),
    ],
    [
      'a product of another workspace, in the second line',
      '/items/1/product_id',
      () => ({
        items: [
          { product_id: product, quantity: 1 },
          { product_id: foreignProduct, quantity: 1 },
        ],
      }),
    ],
    [
      'a product in another currency without a price',
      '/items/0/unit_price',
      () => ({ items: [{ product_id: dollarProduct, quantity: 1 }] }),
    ],
    ['an unknown currency', '/currency', () => ({ currency: 'XXX' })],
    ['an unknown status', '/status', () => ({ status: 'lost' })],
    ['an unknown customer', '/customer_id', () => ({ customer_id: 999_999_999 })],
    ['an unknown company', '/company_id', () => ({ company_id: 999_999_999 })],
    ['an unknown representative', '/sales_rep_id', () => ({ sales_rep_id: 999_999_999 })],
    ['a day that does not exist', '/order_date', () => ({ order_date: '2026-02-30' })],
    ['an empty number', '/order_number', () => ({ order_number: '' })],
    ['a total of its own', '/total_amount', () => ({ total_amount: '1' })],
  ]
  for (const [what, path, body] of mistakes) {
    test(what, async () => {
      const before = await orders()
      const problem = await member.refused(400, CREATE, newOrder(body()))
      assert.ok(
        problem.errors.some((error) => error.path === path),
        JSON.stringify(problem.errors),
      )
      assert.equal(await orders(), before)
    })
  }

  test('every wrong line at once', async () => {
    const problem = await member.refused(
      400,
      CREATE,
      newOrder({
        items: [
          { product_id: foreignProduct, quantity: 1 },
          { product_id: product, quantity: 1 },
          { product_id: dollarProduct, quantity: 1 },
        ],
      }),
    )
    assert.deepEqual(
      problem.errors.map(({ path }) => path),
      ['/items/0/product_id', '/items/2/unit_price'],
    )
  })

  test('wrong items of a change leave the order as it was', async () => {
    const order = await member.ok(CREATE, newOrder())
    await member.refused(400, PATCH, {
      params: { id: order.id },
      body: { version: order.version, items: [{ product_id: foreignProduct, quantity: 1 }] },
    })
    assert.deepEqual(await member.ok('GET /api/orders/:id', { params: { id: order.id } }), order)
  })
})
