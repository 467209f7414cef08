import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../../test/fixtures/importing.ts'
import { lines, ordersOf, products, salesIn, shopMapping } from '../../../test/fixtures/shop-files.ts'
import { readImport } from '../queries.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const orders = ordersOf('confirmed')

const shop = shopMapping({ 'p.csv': [products], 'o.csv': [orders], 'l.csv': [lines] })
const flat = shopMapping({
  'p.csv': [products],
  'o.csv': [
    { ...orders, shared: true, fields: { ...orders.fields, status: { constant: 'completed' } } },
    lines,
  ],
})
const P = 'sku\ntea\nmilk\n'

interface Sale {
  number: string
  status: string
  total: string
}

const salesOf = (workspaceId: number) => salesIn(bench, workspaceId)

/** At every committed moment: what counts as a sale has the total that its file says. */
function watchSales(workspaceId: number, totals: Record<string, number>): () => Promise<void> {
  return async () => {
    const sales = await bench.rows<Sale>(
      'SELECT order_number AS number, status, total_amount AS total FROM orders WHERE workspace_id = $1 AND is_sale',
      [workspaceId],
    )
    for (const { number, total } of sales) assert.equal(Number(total), totals[number], number)
    assert.deepEqual(await bench.rows('SELECT kind FROM summary_drift($1)', [workspaceId]), [])
  }
}

describe('an order and its lines go in as a whole', () => {
  for (const [what, refused] of [
    ['of all', 'A,1,tea,x,10\nA,2,milk,0,10\n'],
    ['after one that is right', 'A,1,tea,1,10\nA,2,tea,x,10\n'],
    ['before one that is right', 'A,1,tea,x,10\nA,2,tea,1,10\n'],
    ['of an unknown product', 'A,1,tea,1,10\nA,2,rum,1,10\n'],
    ['that repeats the id of another', 'A,1,tea,1,10\nA,1,milk,1,10\n'],
    ['whose own id is empty', 'A,1,tea,1,10\nA,,milk,1,10\n'],
  ] as const) {
    test(`a refused line ${what} leaves it a draft, which is told`, async () => {
      const workspaceId = await bench.workspace()
      const onProgress = watchSales(workspaceId, { B: 20 })
      const files = {
        'p.csv': P,
        'o.csv': 'no,date\nA,2026-11-02\nB,2026-11-02\n',
        'l.csv': `no,line,sku,qty,price\n${refused}B,1,tea,2,10\n`,
      }
      const result = await bench.run(workspaceId, shop, files, { onProgress, batchRows: 1 })
      assert.equal(result.failure, null)
      assert.equal(result.ordersIncomplete, 1)
      const [a, b] = await salesOf(workspaceId)
      assert.match(a ?? '', /^A draft/)
      assert.equal(b, 'B confirmed 20')
      const told = await readImport(bench.db, workspaceId, result.importId)
      assert.deepEqual(
        told?.incomplete_orders.map(({ order_number, status, missing_lines }) => [
          order_number,
          status,
          missing_lines,
        ]),
        [['A', 'confirmed', result.rowsFailed]],
      )
    })
  }

  test('lines in one file with their order, whose further rows leave its fields empty', async () => {
    const workspaceId = await bench.workspace()
    const header = 'no,date,line,sku,qty,price\n'
    const rows = 'A,2026-05-01,1,tea,1,62.95\nA,,2,milk,1,37.95\nB,2026-05-02,1,tea,x,1\nB,,2,milk,1,1\n'
    const onProgress = watchSales(workspaceId, { A: 100.9 })
    for (const batchRows of [1, 2, 100]) {
      const files = { 'p.csv': P, 'o.csv': header + rows }
      await bench.run(workspaceId, flat, files, { onProgress, batchRows })
      assert.deepEqual(await salesOf(workspaceId), ['A completed 100.9'])
    }
    const errors = await bench.rows(
      'SELECT DISTINCT line, reason FROM import_errors WHERE workspace_id = $1 ORDER BY 1',
      [workspaceId],
    )
    assert.equal(errors.length, 2)
    assert.deepEqual(errors[1], {
      line: 5,
      reason: 'No row of the order "B" that went in has its order_date.',
    })
    const mended = `${header}B,2026-05-02,1,tea,3,1\nB,,2,milk,1,1\n`
    await bench.run(
      workspaceId,
      flat,
      { 'p.csv': P, 'o.csv': mended },
      { onProgress: watchSales(workspaceId, { A: 100.9, B: 4 }) },
    )
    assert.deepEqual(await salesOf(workspaceId), ['A completed 100.9', 'B completed 4'])
  })

  test('the mended lines complete it, once', async () => {
    const workspaceId = await bench.workspace()
    const onProgress = watchSales(workspaceId, { A: 30 })
    const O = 'no,date\nA,2026-11-02\n'
    const header = 'no,line,sku,qty,price\n'
    await bench.run(workspaceId, shop, {
      'p.csv': P,
      'o.csv': O,
      'l.csv': `${header}A,1,tea,1,10\nA,2,tea,x,10\nA,3,tea,y,10\n`,
    })
    const linesOnly = shopMapping({ 'l.csv': [lines] })
    const half = await bench.run(
      workspaceId,
      linesOnly,
      { 'l.csv': `${header}A,2,tea,1,10\n` },
      { onProgress },
    )
    assert.equal(half.ordersIncomplete, 1)
    for (const inserted of [1, 0]) {
      const whole = await bench.run(
        workspaceId,
        linesOnly,
        { 'l.csv': `${header}A,3,tea,1,10\n` },
        { onProgress },
      )
      assert.deepEqual([whole.ordersIncomplete, whole.files[0]?.rows_inserted], [0, inserted])
      assert.deepEqual(await salesOf(workspaceId), ['A confirmed 30'])
    }
    const again = await bench.run(workspaceId, shop, {
      'p.csv': P,
      'o.csv': O,
      'l.csv': `${header}A,1,tea,1,10\nA,2,tea,x,10\nA,3,tea,y,10\n`,
    })
    assert.deepEqual([again.rowsFailed, again.ordersIncomplete], [2, 0])
    assert.deepEqual(await salesOf(workspaceId), ['A confirmed 30'])
  })

  test('what a stopped import has left is completed by the next one', async () => {
    const workspaceId = await bench.workspace()
    const files = {
      'p.csv': P,
      'o.csv': 'no,date\nA,2026-11-02\nB,2026-11-02\n',
      'l.csv': 'no,line,sku,qty,price\nA,1,tea,1,10\nB,1,tea,1,10\nA,2,tea,1,10\n',
    }
    const watch = watchSales(workspaceId, { A: 20, B: 10 })
    for (let stopAfter = 1; stopAfter < 9; stopAfter++) {
      let batches = 0
      const stopped = await bench.run(workspaceId, shop, files, {
        batchRows: 1,
        onProgress: async () => {
          await watch()
          if (++batches === stopAfter) throw new Error('the power went')
        },
      })
      if (stopAfter < 8) assert.match(stopped.failure ?? '', /the power went/)
    }
    const resumed = await bench.run(workspaceId, shop, files, { batchRows: 1, onProgress: watch })
    assert.deepEqual([resumed.failure, resumed.ordersIncomplete], [null, 0])
    assert.deepEqual(await salesOf(workspaceId), ['A confirmed 20', 'B confirmed 10'])
  })

  test('further lines of a later export join it; if one is refused it is held back again, and its history says so', async () => {
    const workspaceId = await bench.workspace()
    const header = 'no,line,sku,qty,price\n'
    const O = 'no,date\nA,2026-11-02\n'
    await bench.run(workspaceId, shop, { 'p.csv': P, 'o.csv': O, 'l.csv': `${header}A,1,tea,1,10\n` })
    const more = (quantity: string) => ({
      'p.csv': P,
      'o.csv': O,
      'l.csv': `${header}A,1,tea,1,10\nA,2,tea,${quantity},10\n`,
    })
    await bench.run(workspaceId, shop, more('x'))
    assert.deepEqual(await salesOf(workspaceId), ['A draft 10'])
    await bench.run(workspaceId, shop, more('2'), { onProgress: watchSales(workspaceId, { A: 30 }) })
    assert.deepEqual(await salesOf(workspaceId), ['A confirmed 30'])
    const history = await bench.rows(
      `SELECT changes -> 'status' AS status FROM change_events WHERE workspace_id = $1 ORDER BY id`,
      [workspaceId],
    )
    assert.deepEqual(history, [{ status: ['confirmed', 'draft'] }, { status: ['draft', 'confirmed'] }])
  })

  test('an order without any line is told, and counts for nothing', async () => {
    const workspaceId = await bench.workspace()
    const result = await bench.run(workspaceId, shop, {
      'p.csv': P,
      'o.csv': 'no,date\nA,2026-11-02\n',
      'l.csv': 'no,line,sku,qty,price\n',
    })
    assert.equal(result.ordersIncomplete, 1)
    assert.deepEqual(await salesOf(workspaceId), ['A draft 0'])
  })

  test('the status that a person gives it holds', async () => {
    const workspaceId = await bench.workspace()
    const files = (quantity: string) => ({
      'p.csv': P,
      'o.csv': 'no,date\nA,2026-11-02\n',
      'l.csv': `no,line,sku,qty,price\nA,1,tea,1,10\nA,2,tea,${quantity},10\n`,
    })
    await bench.run(workspaceId, shop, files('x'))
    await bench.rows(`UPDATE orders SET status = 'cancelled' WHERE workspace_id = $1`, [workspaceId])
    await bench.rows(
      `INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version)
       SELECT workspace_id, 'order', id, 'updated', '{"status": ["draft", "cancelled"]}', 3 FROM orders WHERE workspace_id = $1`,
      [workspaceId],
    )
    await bench.run(workspaceId, shop, files('x'))
    await bench.run(workspaceId, shop, files('1'))
    assert.deepEqual(await salesOf(workspaceId), ['A cancelled 20'])
  })

  test('an order takes as many lines as from people, and no more', async () => {
    const workspaceId = await bench.workspace()
    const many = Array.from({ length: 201 }, (_, line) => `A,${line},tea,1,1\n`).join('')
    const result = await bench.run(
      workspaceId,
      shop,
      { 'p.csv': P, 'o.csv': 'no,date\nA,2026-11-02\n', 'l.csv': `no,line,sku,qty,price\n${many}` },
      { batchRows: 150 },
    )
    assert.deepEqual([result.rowsFailed, result.ordersIncomplete], [1, 1])
  })
})

describe('an order comes in as the API would take it', () => {
  const priced = shopMapping({
    'p.csv': [{ ...products, fields: { ...products.fields, quantity_digits: 'digits' } }],
    'o.csv': [
      {
        ...orders,
        fields: {
          ...orders.fields,
          discount: 'discount',
          shipping_amount: 'shipping',
          charges_amount: 'fee',
        },
      },
    ],
    'l.csv': [{ ...lines, fields: { ...lines.fields, tax_rate: 'tax' } }],
  })
  const P = 'sku,digits\ntea,2\nmilk,0\n'
  const O = 'no,date,discount,shipping,fee\nA,2026-11-02,0.1,10,1.50\nB,2026-11-02,0,-4,\n'
  const header = 'no,line,sku,qty,price,tax\n'

  test('with discount, shipping, charges and the tax of its lines, and returns', async () => {
    const workspace = await bench.workspace()
    const L = `${header}A,1,tea,1.25,40,0.07\nA,2,milk,1,50,0.19\nB,1,milk,-2,50,\n`
    await bench.run(workspace, priced, { 'p.csv': P, 'o.csv': O, 'l.csv': L })
    const rows = await bench.rows<{ net: string; tax: string; total: string }>(
      'SELECT net_amount AS net, tax_amount AS tax, total_amount AS total FROM orders WHERE workspace_id = $1 ORDER BY order_number',
      [workspace],
    )
    // A: 100 less 10 plus 11.50, half of it at each rate.
    assert.deepEqual(rows, [
      { net: '101.50', tax: '13.19', total: '114.69' },
      { net: '-104.00', tax: '0.00', total: '-104.00' },
    ])
    assert.deepEqual(await bench.rows('SELECT kind FROM summary_drift($1)', [workspace]), [])
  })

  test('and a discount takes off no more than there is', async () => {
    const workspace = await bench.workspace()
    const discounted = shopMapping({
      'p.csv': [products],
      'o.csv': [{ ...orders, fields: { ...orders.fields, discount_amount: 'off' } }],
      'l.csv': [lines],
    })
    const files = (off: string) => ({
      'p.csv': 'sku\ntea\n',
      'o.csv': `no,date,off\nA,2026-11-02,${off}\nB,2026-11-02,-1\nC,2026-11-02,0.005\n`,
      'l.csv': 'no,line,sku,qty,price\nA,1,tea,1,10\nB,1,tea,-1,10\nC,1,tea,1,10\n',
    })
    const { importId } = await bench.run(workspace, discounted, files('11'))
    assert.deepEqual(await salesOf(workspace), ['A draft -1', 'B confirmed -9'])
    const told = await readImport(bench.db, workspace, importId)
    assert.deepEqual(
      told?.incomplete_orders.map(({ order_number, reason }) => [order_number, reason]),
      [['A', 'The discount is larger than the sum of the lines, or below zero.']],
    )
    assert.equal(told?.errors[0]?.reason, 'An amount in EUR has at most 2 decimals.')
  })

  test('and with no shipping below zero beside lines above it, at once, later and where no line comes', async () => {
    const files = (shipping: string, quantity: string) => ({
      'p.csv': 'sku,digits\nmilk,0\n',
      'o.csv': `no,date,discount,shipping,fee\nA,2026-11-02,0,${shipping},\n`,
      'l.csv': `${header}A,1,milk,-1,50,\nA,2,milk,${quantity},50,\n`,
    })
    for (const batchRows of [1, 100]) {
      const workspace = await bench.workspace()
      const { importId } = await bench.run(workspace, priced, files('-4', '3'), { batchRows })
      const told = await readImport(bench.db, workspace, importId)
      assert.match(told?.incomplete_orders[0]?.reason ?? '', /^Its shipping is below zero/)
      assert.deepEqual(await salesOf(workspace), ['A draft 96'])
      const whole = await bench.workspace()
      await bench.run(whole, priced, files('4', '3'), { batchRows })
      const headers = shopMapping({
        'o.csv': [
          {
            ...orders,
            existing: 'update',
            fields: { ...orders.fields, discount: 'discount', shipping_amount: 'shipping' },
          },
        ],
      })
      const said = (discount: string, shipping: string) => ({
        'o.csv': `no,date,discount,shipping\nA,2026-11-02,${discount},${shipping}\n`,
      })
      for (const files of [said('0', '-4'), said('-0.5', '4')])
        assert.equal((await bench.run(whole, headers, files)).rowsFailed, 1)
      assert.equal((await bench.run(whole, headers, said('0.5', '3'))).rowsFailed, 0)
      assert.deepEqual(await salesOf(whole), ['A confirmed 53'])
    }
  })

  test('and what is sold by the piece in no fractions', async () => {
    const workspace = await bench.workspace()
    const L = `${header}A,1,tea,1.25,40,\nA,2,milk,0.5,50,\n`
    const { importId } = await bench.run(workspace, priced, { 'p.csv': P, 'o.csv': O, 'l.csv': L })
    const reasons = await bench.rows<{ reason: string }>(
      'SELECT reason FROM import_errors WHERE import_id = $1',
      [importId],
    )
    assert.match(reasons[0]?.reason ?? '', /"0.5" has more decimals than quantities of its product/)
  })
})
