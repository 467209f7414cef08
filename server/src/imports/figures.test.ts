import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import type { RecordMapping } from './mapping/mapping.ts'
import { parseMapping } from './mapping/read-mapping.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const orders: RecordMapping = {
  object: 'orders',
  external_id: 'no',
  existing: 'update',
  fields: { order_number: 'no', order_date: 'date', currency: 'currency', shipping_amount: 'shipping' },
}
const products: RecordMapping = {
  object: 'products',
  external_id: 'sku',
  fields: { product_name: 'sku', unit_price: { constant: '10' } },
}
const lines: RecordMapping = {
  object: 'order_items',
  external_id: ['no', 'line'],
  existing: 'update',
  fields: { order_id: 'no', product_id: 'sku', quantity: 'qty', unit_price: 'price' },
}
const mapping = (files: Record<string, RecordMapping>) =>
  parseMapping(
    JSON.stringify({
      name: 'shop',
      files: Object.entries(files).map(([file, record]) => ({ file, records: [record] })),
    }),
    'The mapping',
  )
const whole = mapping({ 'p.csv': products, 'o.csv': orders, 'l.csv': lines })
const headersOnly = mapping({ 'o.csv': orders })

const file = (row: string) => `no,date,currency,shipping\n${row}\n`
const withLines = (row: string, price: string) => ({
  'p.csv': 'sku\ntea\n',
  'o.csv': file(row),
  'l.csv': `no,line,sku,qty,price\nA,1,tea,2,${price}\n`,
})
const orderOf = async (workspaceId: number) => {
  const [order] = await bench.rows<Record<string, string>>(
    'SELECT order_date, currency, shipping_amount, total_amount FROM orders WHERE workspace_id = $1',
    [workspaceId],
  )
  return Object.values(order ?? {}).join(' ')
}
const reasons = (workspaceId: number) =>
  bench.rows<{ column_name: string; reason: string }>(
    'SELECT column_name, reason FROM import_errors WHERE workspace_id = $1 ORDER BY import_id, line',
    [workspaceId],
  )

describe('an order that is there changes its currency', () => {
  test('with its lines and amounts', async () => {
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, whole, withLines('A,2026-01-02,EUR,5', '10'))
    await bench.run(workspaceId, whole, withLines('A,2026-01-02,USD,6', '11'))
    assert.equal(await orderOf(workspaceId), '2026-01-02 USD 6 28.00')
    assert.deepEqual(await reasons(workspaceId), [])
  })

  test('but takes no figures of another one for its own', async () => {
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, whole, withLines('A,2026-01-02,EUR,5', '10'))
    await bench.run(workspaceId, whole, withLines('A,2026-01-03,USD,', '11'))
    await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-04,USD,6') })
    assert.equal(await orderOf(workspaceId), '2026-01-02 EUR 5 25.00')
    const [first, ofItsLine, second, ...others] = await reasons(workspaceId)
    assert.deepEqual(others, [])
    for (const refused of [first, second]) {
      assert.equal(refused?.column_name, 'currency')
      assert.match(refused?.reason ?? '', /another currency than USD/)
    }
    assert.match(ofItsLine?.reason ?? '', /^The order "A" keeps its currency/)
    await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-05,EUR,7') })
    assert.match(await orderOf(workspaceId), /^2026-01-05 EUR 7 /)
  })

  test('with all its lines: none keeps its number as one of another currency', async () => {
    const keeping = mapping({ 'p.csv': products, 'o.csv': orders, 'l.csv': { ...lines, existing: 'keep' } })
    const both = 'no,line,sku,qty,price\nA,1,tea,2,10\nA,2,tea,1,100\n'
    const changed = { ...withLines('A,2026-01-02,JPY,700', ''), 'l.csv': both.replace(',10\n', ',1200\n') }
    for (const [what, second, files] of [
      ['one comes', whole, { ...changed, 'l.csv': 'no,line,sku,qty,price\nA,1,tea,2,1200\n' }],
      ['one is refused', whole, { ...changed, 'l.csv': changed['l.csv'].replace('1,100', '1,many') }],
      ['lines that are there are kept', keeping, changed],
    ] as const) {
      const workspaceId = await bench.workspace()
      await bench.run(workspaceId, whole, { ...withLines('A,2026-01-02,USD,5', ''), 'l.csv': both })
      await bench.run(workspaceId, second, files)
      assert.match(await orderOf(workspaceId), /^2026-01-02 USD 5 125.00/, what)
      const [first] = await reasons(workspaceId)
      assert.match(first?.reason ?? '', /Bring all its lines/, what)
    }
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, whole, { ...withLines('A,2026-01-02,USD,5', ''), 'l.csv': both })
    await bench.run(workspaceId, whole, changed, { batchRows: 1 })
    assert.equal(await orderOf(workspaceId), '2026-01-02 JPY 700 3200')
  })

  test('freely while it has no figures', async () => {
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-02,EUR,') })
    await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-02,USD,') })
    assert.equal(await orderOf(workspaceId), '2026-01-02 USD 0 0.00')
  })
})

test('the amounts of an order are as fine as its own currency, also where a file does not name it', async () => {
  const workspaceId = await bench.workspace()
  await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-02,JPY,5') })
  await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-02,,5.5') })
  assert.deepEqual(await reasons(workspaceId), [
    { column_name: 'shipping', reason: 'An amount in JPY has no decimals.' },
  ])
})

/** Each row is a line of an order, with what the order itself says. */
const inOneFile = (field: string, existing: 'keep' | 'update' = 'keep') =>
  parseMapping(
    JSON.stringify({
      name: 'shop',
      files: [
        {
          file: 'l.csv',
          records: [
            { ...products, shared: true },
            {
              ...orders,
              existing,
              shared: true,
              fields: {
                order_number: 'no',
                order_date: 'date',
                status: { constant: 'confirmed' },
                [field]: 'said',
              },
            },
            { ...lines, existing },
          ],
        },
      ],
    }),
    'The mapping',
  )
const linesOf = (said: string[], order = 'A') =>
  `no,line,date,sku,qty,price,said\n${said.map((each, at) => `${order},${at},2026-01-02,tea,1,10,${each}\n`).join('')}`
const inFigures = (workspaceId: number) =>
  bench.rows<{ status: string; currency: string; total_amount: string }>(
    'SELECT status, currency, total_amount FROM orders WHERE workspace_id = $1 ORDER BY id',
    [workspaceId],
  )

for (const batchRows of [1, 100]) {
  describe(`lines that say something of their order, ${batchRows} in a batch`, () => {
    test('say an amount on whichever line: the others have it empty or zero', async () => {
      for (const said of [
        ['7', '', ''],
        ['', '', '7'],
        ['0', '7', '0'],
        ['7', '0', '0'],
      ]) {
        const workspaceId = await bench.workspace()
        const { rowsNoted } = await bench.run(
          workspaceId,
          inOneFile('shipping_amount'),
          { 'l.csv': linesOf(said) },
          { batchRows },
        )
        assert.deepEqual(
          [rowsNoted, await inFigures(workspaceId)],
          [0, [{ status: 'confirmed', currency: 'EUR', total_amount: '37.00' }]],
          said.join(),
        )
        const again = { 'l.csv': linesOf(said) }
        const { rowsNoted: told } = await bench.run(
          workspaceId,
          inOneFile('shipping_amount', 'update'),
          again,
        )
        assert.equal((await inFigures(workspaceId))[0]?.total_amount, '37.00', `${said.join()}, once more`)
        assert.equal(told, 0)
      }
    })

    test('and are told where two amounts contradict, or refused where one is too fine', async () => {
      const workspaceId = await bench.workspace()
      const files = { 'l.csv': linesOf(['0', '7', '9']) }
      const { rowsNoted } = await bench.run(workspaceId, inOneFile('shipping_amount'), files, { batchRows })
      assert.equal(rowsNoted, 1)
      assert.equal((await inFigures(workspaceId))[0]?.total_amount, '37.00')
      const finer = { 'l.csv': linesOf(['', '7.5555'], 'B') }
      await bench.run(workspaceId, inOneFile('shipping_amount'), finer, { batchRows })
      assert.deepEqual(await reasons(workspaceId), [
        { column_name: 'said', reason: 'An amount in EUR has at most 2 decimals.' },
      ])
    })

    test('are none of an order in another currency, which waits for them', async () => {
      for (const said of [
        ['USD', 'EUR', 'USD'],
        ['', 'USD', ''],
      ]) {
        const workspaceId = await bench.workspace()
        await bench.run(workspaceId, inOneFile('currency'), { 'l.csv': linesOf(said) }, { batchRows })
        assert.deepEqual(await inFigures(workspaceId), [
          { status: 'draft', currency: said[0] || 'EUR', total_amount: '20.00' },
        ])
        const [refused, ...others] = await reasons(workspaceId)
        assert.deepEqual([refused?.column_name, others], ['said', []])
        assert.match(refused?.reason ?? '', /^The order is in (USD|EUR) by .*, and this line in (EUR|USD)\./)
      }
    })

    test('of a later file neither, while further lines that name no currency are', async () => {
      const workspaceId = await bench.workspace()
      await bench.run(workspaceId, inOneFile('currency'), { 'l.csv': linesOf(['USD', '']) }, { batchRows })
      await bench.run(
        workspaceId,
        inOneFile('currency'),
        { 'l.csv': linesOf(['JPY', '', 'JPY']) },
        { batchRows },
      )
      assert.deepEqual(await inFigures(workspaceId), [
        { status: 'draft', currency: 'USD', total_amount: '20.00' },
      ])
      assert.equal((await reasons(workspaceId)).length, 1)
    })
  })
}
