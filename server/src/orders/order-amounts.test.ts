import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'

const CREATE = 'POST /api/orders'
const PATCH = 'PATCH /api/orders/:id'

let app: TestApp
let member: Member
let lamp: number
let book: number
let hours: number

before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('admin')
  lamp = await product({ product_name: 'Lamp', unit_price: '100', tax_rate: '0.19' })
  book = await product({ product_name: 'Book', unit_price: '10', tax_rate: '0.07' })
  hours = await product({ product_name: 'Consulting', unit: 'hour', quantity_digits: 2, unit_price: '89.90' })
})
after(() => app.close())

async function product(body: object): Promise<number> {
  return (await member.ok('POST /api/products', { body: { currency: 'EUR', ...body } })).id
}

const order = (items: object[], rest: object = {}) => member.ok(CREATE, { body: { items, ...rest } })
const read = (id: number) => member.ok('GET /api/orders/:id', { params: { id } })
const patch = (id: number, body: object) => member.ok(PATCH, { params: { id }, body })
const refused = (id: number, body: object) => member.refused(400, PATCH, { params: { id }, body })

describe('an order', () => {
  test('takes the tax of each product, and shares shipping over the rates', async () => {
    const made = await order(
      [
        { product_id: lamp, quantity: 1 },
        { product_id: book, quantity: 10 },
      ],
      { shipping_amount: '10', discount: '0.1' },
    )
    // 200 less 20 plus 10: 5 less on each half.
    assert.deepEqual(made.taxes, [
      { tax_rate: '0.07', basis: '95.00', tax: '6.65' },
      { tax_rate: '0.19', basis: '95.00', tax: '18.05' },
    ])
    assert.deepEqual(
      [made.lines_amount, made.discounts_amount, made.net_amount, made.tax_amount, made.total_amount],
      ['200.00', '20.00', '190.00', '24.70', '214.70'],
    )
    assert.deepEqual(await read(made.id), made)
  })

  test('sells hours by the hundredth, and says what they are', async () => {
    const made = await order([{ product_id: hours, quantity: 1.5 }])
    const [line] = made.items
    assert.deepEqual([line?.quantity, line?.unit, line?.line_total], ['1.5', 'hour', '134.85'])
  })

  test('below zero is a credit note: it gives back lines, discount and shipping', async () => {
    const made = await order([{ product_id: lamp, quantity: -2 }], {
      discount_amount: '-20',
      shipping_amount: '-10',
    })
    // -200 plus 20 less 10.
    assert.deepEqual([made.net_amount, made.tax_amount, made.total_amount], ['-190.00', '-36.10', '-226.10'])
  })

  test('keeps its shipping above zero while its lines are, whatever else is taken off', async () => {
    const items = [{ product_id: lamp, quantity: 1 }]
    const made = await order(items, { charges_amount: '-5', shipping_amount: '5' })
    assert.equal(made.net_amount, '100.00')
    const { version } = made
    for (const body of [
      { version, shipping_amount: '-5' },
      { version, shipping_amount: '-5', discount: '0.5' },
    ]) {
      const refused = await member.send('PATCH /api/orders/:id', { params: { id: made.id }, body })
      assert.equal(refused.status, 400)
    }
    const back = await order([{ product_id: lamp, quantity: -1 }], { shipping_amount: '-5' })
    const sold = { version: back.version, items }
    const refused = await member.send('PATCH /api/orders/:id', { params: { id: back.id }, body: sold })
    assert.equal(refused.status, 400)
  })

  test('takes a return beside a sale', async () => {
    const made = await order([
      { product_id: lamp, quantity: 2 },
      { product_id: lamp, quantity: '-1', unit_price: '90' },
    ])
    assert.deepEqual([made.lines_amount, made.total_amount], ['110.00', '130.90'])
  })

  test('whose terms are changed is totalled anew', async () => {
    const made = await order([{ product_id: lamp, quantity: 1 }])
    const shipped = await patch(made.id, {
      version: made.version,
      shipping_amount: '5',
      charges_amount: '1.50',
    })
    assert.equal(shipped.total_amount, '126.74')
    const cheaper = await patch(made.id, { version: shipped.version, discount: '0.5' })
    assert.deepEqual([cheaper.net_amount, cheaper.total_amount], ['56.50', '67.24'])
    const untaxed = await patch(made.id, {
      version: cheaper.version,
      items: [{ product_id: lamp, quantity: 1, tax_rate: '0' }],
    })
    assert.deepEqual([untaxed.tax_amount, untaxed.total_amount], ['0.00', '56.50'])
  })

  test('may be as large as what goes in, and every answer can show it', async () => {
    const made = await order([{ product_id: lamp, quantity: 1_000_000, unit_price: '9999999999.9999' }], {
      status: 'confirmed',
    })
    assert.equal(made.lines_amount, '9999999999999900.00')
    for (const report of ['average-order', 'revenue-by-month', 'orders-above-average', 'top-products'])
      await member.ok(`GET /api/reports/${report}` as 'GET /api/reports/average-order') // Any of them.
    await member.ok('GET /api/orders')
    await member.send('DELETE /api/orders/:id', { params: { id: made.id } })
  })
})

describe('refused, with the place and the reason', () => {
  const mistakes: [what: string, body: () => object, path: string, message: RegExp][] = [
    [
      'a discount above the sum of the lines',
      () => ({ items: [{ product_id: lamp, quantity: 1 }], discount_amount: '100.01' }),
      '/discount_amount',
      /larger than the sum of the lines/,
    ],
    [
      'a discount that is given to a credit note instead of back',
      () => ({ items: [{ product_id: lamp, quantity: -1 }], discount_amount: '5' }),
      '/discount_amount',
      /credit note is below zero/,
    ],
    [
      'shipping that is given back with lines that are sold',
      () => ({ items: [{ product_id: lamp, quantity: 1 }], shipping_amount: '-0.01' }),
      '/shipping_amount',
      /Shipping is not below zero/,
    ],
    [
      'shipping in parts of a yen',
      () => ({
        items: [{ product_id: lamp, quantity: 1, unit_price: '9' }],
        currency: 'JPY',
        shipping_amount: '1.5',
      }),
      '/shipping_amount',
      /An amount in JPY has no decimals/,
    ],
    [
      'a fraction of a piece',
      () => ({ items: [{ product_id: lamp, quantity: 1.5 }] }),
      '/items/0/quantity',
      /“Lamp” is sold by the piece, in quantities with no decimals/,
    ],
    [
      'an hour in thousandths',
      () => ({ items: [{ product_id: hours, quantity: '0.125' }] }),
      '/items/0/quantity',
      /at most 2 decimals/,
    ],
  ]
  for (const [what, body, path, message] of mistakes) {
    test(what, async () => {
      const problem = await member.refused(400, CREATE, { body: body() })
      assert.deepEqual(
        problem.errors.map((error) => error.path),
        [path],
      )
      assert.match(problem.errors[0]?.message ?? '', message)
    })
  }

  test('lines that get smaller than the discount they have', async () => {
    const made = await order([{ product_id: lamp, quantity: 2 }], { discount_amount: '150' })
    const problem = await refused(made.id, {
      version: made.version,
      items: [{ product_id: lamp, quantity: 1 }],
    })
    assert.equal(problem.errors[0]?.path, '/items')
    assert.deepEqual(await read(made.id), made)
  })
})

describe('a line keeps its product, whatever became of it', () => {
  for (const [what, lose] of [
    ['in the trash', (id: number) => member.send('DELETE /api/products/:id', { params: { id } })],
    [
      'no longer sold',
      (id: number) =>
        member.send('PATCH /api/products/:id', { params: { id }, body: { version: 1, active: false } }),
    ],
  ] as const) {
    test(`when it is ${what}`, async () => {
      const gone = await product({ product_name: 'Old lamp', unit_price: '7' })
      const items = [
        { product_id: lamp, quantity: 1, unit_price: '1', tax_rate: '0' },
        { product_id: gone, quantity: 2, unit_price: '7' },
      ]
      const made = await order(items)
      await lose(gone)
      const [first, second] = items
      const changed = await patch(made.id, {
        version: made.version,
        items: [{ ...first, quantity: 5 }, second],
      })
      assert.deepEqual([changed.total_amount, changed.items[1]?.product_name], ['19.00', 'Old lamp'])
      const fresh = await member.refused(400, CREATE, { body: { items } })
      assert.deepEqual(
        fresh.errors.map(({ path }) => path),
        ['/items/1/product_id'],
      )
      assert.match(fresh.errors[0]?.message ?? '', new RegExp(`“Old lamp” is ${what}`))
      const other = await order([{ product_id: lamp, quantity: 1 }])
      await refused(other.id, { version: other.version, items: [{ product_id: gone, quantity: 1 }] })
    })
  }

  test('and its quantity, when the unit has become coarser', async () => {
    const cloth = await product({ product_name: 'Cloth', unit: 'm', quantity_digits: 1, unit_price: '4' })
    const made = await order([{ product_id: cloth, quantity: 2.5 }])
    await member.ok('PATCH /api/products/:id', {
      params: { id: cloth },
      body: { version: 1, quantity_digits: 0 },
    })
    const same = { product_id: cloth, quantity: '2.5', unit_price: '3' }
    const cheaper = await patch(made.id, { version: made.version, items: [same] })
    assert.equal(cheaper.total_amount, '7.50')
    await refused(made.id, { version: cheaper.version, items: [{ ...same, quantity: '1.5' }] })
  })
})

describe('figures of one currency are never taken for another', () => {
  test('a new currency alone is refused, and with prices in it taken', async () => {
    const made = await order([{ product_id: lamp, quantity: 3, unit_price: '10.555', tax_rate: '0' }])
    assert.equal(made.total_amount, '31.67')
    const problem = await refused(made.id, { version: made.version, currency: 'JPY' })
    assert.deepEqual(problem.errors, [
      { path: '/currency', message: 'The prices are in EUR. Send the items too, with their prices in JPY.' },
    ])
    assert.deepEqual(await read(made.id), made)
    const priceless = await refused(made.id, {
      version: made.version,
      currency: 'JPY',
      items: [{ product_id: lamp, quantity: 3 }],
    })
    assert.equal(priceless.errors[0]?.path, '/items/0/unit_price')
    const inYen = await patch(made.id, {
      version: made.version,
      currency: 'JPY',
      items: [{ product_id: lamp, quantity: 3, unit_price: '10.555', tax_rate: '0' }],
    })
    assert.deepEqual([inYen.total_amount, inYen.items[0]?.line_total], ['32', '32'])
  })

  test('shipping goes along with the prices', async () => {
    const items = [{ product_id: lamp, quantity: 1, unit_price: '9', tax_rate: '0' }]
    const made = await order(items, { shipping_amount: '5' })
    const problem = await refused(made.id, { version: made.version, currency: 'USD', items })
    assert.deepEqual(problem.errors, [
      { path: '/shipping_amount', message: 'The shipping is in EUR. Send it too, in USD.' },
    ])
    const inDollars = await patch(made.id, {
      version: made.version,
      currency: 'USD',
      items,
      shipping_amount: '6',
    })
    assert.equal(inDollars.total_amount, '15.00')
  })
})

test('a customer without a name is named by the email address', async () => {
  const { id } = await member.ok('POST /api/customers', { body: { email: 'ann@example.com' } })
  const made = await order([{ product_id: lamp, quantity: 1 }], { customer_id: id })
  assert.equal(made.customer_name, 'ann@example.com')
  const { items } = await member.ok('GET /api/orders', { query: { customer_id: id } })
  assert.equal(items[0]?.customer_name, 'ann@example.com')
  const body = { kind: 'call', customer_id: id }
  const call = await member.ok('POST /api/interactions', { body })
  assert.equal(call.customer_name, 'ann@example.com')
  const timeline = await member.ok('GET /api/customers/:id/timeline', { params: { id } })
  const names = timeline.items.flatMap(({ interaction }) => interaction?.customer_name ?? [])
  assert.deepEqual(names, ['ann@example.com'])
})
