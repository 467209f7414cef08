import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/importing.ts'
import type { RecordMapping } from './mapping.ts'
import { parseMapping } from './read-mapping.ts'

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
    assert.match(await orderOf(workspaceId), /^2026-01-02 EUR 5 /)
    const refused = await reasons(workspaceId)
    assert.equal(refused.length, 2)
    for (const { column_name, reason } of refused) {
      assert.equal(column_name, 'currency')
      assert.match(reason, /another currency than USD/)
    }
    await bench.run(workspaceId, headersOnly, { 'o.csv': file('A,2026-01-05,EUR,7') })
    assert.match(await orderOf(workspaceId), /^2026-01-05 EUR 7 /)
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
