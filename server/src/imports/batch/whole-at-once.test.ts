import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../../test/fixtures/importing.ts'
import type { Mapping, RecordMapping } from '../mapping/mapping.ts'
import { parseMapping } from '../mapping/read-mapping.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const products: RecordMapping = {
  object: 'products',
  external_id: 'sku',
  fields: { product_name: 'sku', unit_price: { constant: '10' } },
}
const orders: RecordMapping = {
  object: 'orders',
  external_id: 'no',
  fields: { order_number: 'no', order_date: 'date', status: { constant: 'confirmed' } },
}
const lines: RecordMapping = {
  object: 'order_items',
  external_id: ['no', 'line'],
  fields: { order_id: 'no', product_id: 'sku', quantity: 'qty', unit_price: 'price' },
}

function shop(order: RecordMapping, ...files: string[]): Mapping {
  const list = [
    { file: 'p.csv', records: [products] },
    { file: 'o.csv', records: [order] },
    ...files.map((file) => ({ file, records: [lines] })),
  ]
  return parseMapping(JSON.stringify({ name: 'shop', files: list }), 'The mapping')
}

const P = 'sku\ntea\nmilk\n'
const O = 'no,date\nA,2026-11-02\nB,2026-11-02\n'
const HEADER = 'no,line,sku,qty,price\n'

async function salesOf(workspaceId: number): Promise<string> {
  const rows = await bench.rows<{ number: string; status: string; total: string }>(
    `SELECT order_number AS number, status, total_amount AS total FROM orders WHERE workspace_id = $1 ORDER BY 1`,
    [workspaceId],
  )
  assert.deepEqual(await bench.rows('SELECT kind FROM summary_drift($1)', [workspaceId]), [])
  return rows.map(({ number, status, total }) => `${number} ${status} ${Number(total)}`).join(', ')
}

/** The orders at every committed moment, where they differ from the one before. */
async function moments(
  workspaceId: number,
  mapping: Mapping,
  files: Record<string, string>,
  batchRows: number,
): Promise<string[]> {
  const seen: string[] = []
  const onProgress = async () => {
    const now = await salesOf(workspaceId)
    if (now !== seen.at(-1)) seen.push(now)
  }
  const result = await bench.run(workspaceId, mapping, files, { onProgress, batchRows })
  assert.equal(result.failure, null)
  return seen.filter((moment) => moment !== '')
}

describe('an order gets its status in the batch that brings all its lines', () => {
  const mapping = shop(orders, 'l.csv')

  test('and is a draft before', async () => {
    const workspaceId = await bench.workspace()
    const L = `${HEADER}A,1,tea,1,10\nA,2,milk,1,10\nB,1,tea,2,10\nB,2,milk,1,10\n`
    assert.deepEqual(await moments(workspaceId, mapping, { 'p.csv': P, 'o.csv': O, 'l.csv': L }, 2), [
      'A draft 0, B draft 0',
      'A confirmed 20, B draft 0',
      'A confirmed 20, B confirmed 30',
    ])
    const items = await bench.rows(
      'SELECT FROM order_items WHERE workspace_id = $1 AND is_sale AND quantity > 0',
      [workspaceId],
    )
    assert.equal(items.length, 4)
  })

  test('but not while a later batch has a line of it', async () => {
    const workspaceId = await bench.workspace()
    const L = `${HEADER}A,1,tea,1,10\nB,1,tea,2,10\nA,2,milk,1,10\n`
    assert.deepEqual(await moments(workspaceId, mapping, { 'p.csv': P, 'o.csv': O, 'l.csv': L }, 2), [
      'A draft 0, B draft 0',
      'A draft 10, B confirmed 20',
      'A draft 20, B confirmed 20',
      'A confirmed 20, B confirmed 20',
    ])
  })

  test('or a later file', async () => {
    const workspaceId = await bench.workspace()
    const files = {
      'p.csv': P,
      'o.csv': O,
      'l.csv': `${HEADER}A,1,tea,1,10\nB,1,tea,2,10\n`,
      'm.csv': `${HEADER}A,2,milk,1,10\n`,
    }
    assert.deepEqual(await moments(workspaceId, shop(orders, 'l.csv', 'm.csv'), files, 2), [
      'A draft 0, B draft 0',
      'A draft 10, B confirmed 20',
      'A draft 20, B confirmed 20',
      'A confirmed 20, B confirmed 20',
    ])
  })

  test('or a line of it was refused, before or in that batch', async () => {
    for (const batchRows of [1, 2, 100]) {
      const workspaceId = await bench.workspace()
      const L = `${HEADER}A,1,rum,1,10\nA,2,milk,1,10\nB,1,tea,2,10\nB,2,tea,x,10\n`
      const seen = await moments(workspaceId, mapping, { 'p.csv': P, 'o.csv': O, 'l.csv': L }, batchRows)
      assert.equal(seen.at(-1), 'A draft 10, B draft 20')
      for (const moment of seen) assert.doesNotMatch(moment, /confirmed/)
    }
  })

  test('or the file breaks off behind it', async () => {
    const workspaceId = await bench.workspace()
    const L = `${HEADER}A,1,tea,1,10\nB,1,tea,1,10\nB,2,"tea,1,10\n`
    const result = await bench.run(
      workspaceId,
      mapping,
      { 'p.csv': P, 'o.csv': O, 'l.csv': L },
      { batchRows: 1 },
    )
    assert.match(result.failure ?? '', /a quotation mark is not closed/)
    assert.equal(await salesOf(workspaceId), 'A draft 10, B draft 10')
  })

  test('or its discount is larger than its lines', async () => {
    const workspaceId = await bench.workspace()
    const discounted = shop({ ...orders, fields: { ...orders.fields, discount_amount: 'off' } }, 'l.csv')
    const files = {
      'p.csv': P,
      'o.csv': 'no,date,off\nA,2026-11-02,11\nB,2026-11-02,9\n',
      'l.csv': `${HEADER}A,1,tea,1,10\nB,1,tea,1,10\n`,
    }
    const seen = await moments(workspaceId, discounted, files, 100)
    assert.equal(seen.at(-1), 'A draft -1, B confirmed 1')
  })

  test('and further lines that come in one batch join it without holding it back', async () => {
    const workspaceId = await bench.workspace()
    const files = (more: string) => ({
      'p.csv': P,
      'o.csv': O,
      'l.csv': `${HEADER}A,1,tea,1,10\nB,1,tea,2,10\n${more}`,
    })
    await bench.run(workspaceId, mapping, files(''))
    const seen = await moments(workspaceId, mapping, files('A,2,milk,1,10\nA,3,milk,1,10\n'), 100)
    assert.deepEqual(seen, ['A confirmed 10, B confirmed 20', 'A confirmed 30, B confirmed 20'])
    assert.deepEqual(await bench.rows('SELECT FROM change_events WHERE workspace_id = $1', [workspaceId]), [])
    assert.deepEqual(await bench.rows('SELECT FROM held_orders WHERE workspace_id = $1', [workspaceId]), [])
  })
})
