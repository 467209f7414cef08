import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import Big from 'big.js'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { startTestApp, type WorkingApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { SAMPLE_LAST_DAY } from '../demo/sample/sample-files.ts'
import { topProducts } from '../reports/queries.ts'
import { SAMPLE_FOLDER } from './sample.ts'
import type { Import } from './schema.ts'

/** Read by other means than the importer's, so that both cannot be wrong in the same way. */
function sampleRows(file: string): Record<string, string>[] {
  return parse(readFileSync(join(SAMPLE_FOLDER, file)), { columns: true })
}

const SOLD = ['confirmed', 'shipped', 'completed']

describe('the sample company', () => {
  let app: WorkingApp
  let manager: Member
  let first: Import

  /** Imports it as the button does, and polls as a client does until it has ended. */
  async function importSample(): Promise<Import> {
    const { id } = await manager.ok('POST /api/imports/sample')
    for (;;) {
      const found = await manager.ok('GET /api/imports/:id', { params: { id } })
      if (found.finished_at !== null) return found
    }
  }

  before(async () => {
    app = await startTestApp()
    await app.work()
    manager = await (await createWorkspace(app)).join('manager')
    first = await importSample()
  })
  after(() => app.close())

  test('comes in whole, without a word to say about any row', () => {
    assert.deepEqual(
      [first.status, first.failure, first.rows_failed, first.rows_noted, first.orders_incomplete],
      ['completed', null, 0, 0, 0],
    )
    assert.deepEqual(
      first.files.map(({ file, rows_inserted }) => [file, rows_inserted]),
      [
        ['representatives.csv', 9],
        ['companies.csv', 64],
        ['customers.csv', 90],
        ['products.csv', 70],
        ['orders.csv', 800],
        ['order-lines.csv', 2417],
        ['interactions.csv', 400],
      ],
    )
  })

  test('has the revenue that its files say, by year and currency', async () => {
    const lines = Map.groupBy(sampleRows('order-lines.csv'), (line) => line.order_number)
    const expected = new Map<string, Big>()
    for (const { order_number, date = '', status = '', currency, shipping } of sampleRows('orders.csv')) {
      if (!SOLD.includes(status)) continue
      const key = `${date.slice(0, 4)} ${currency}`
      const amounts = (lines.get(order_number) ?? []).map(({ price = '', quantity = '', discount }) =>
        Big(price)
          .times(quantity)
          .times(Big(1).minus(discount || 0))
          .round(2, Big.roundHalfUp),
      )
      const order = amounts.reduce((sum, amount) => sum.plus(amount), Big(shipping || 0))
      expected.set(key, (expected.get(key) ?? Big(0)).plus(order))
    }
    const { rows } = await sql<{ key: string; amount: string }>`
      SELECT concat_ws(' ', extract(year FROM period), currency) AS key, sum(amount)::text AS amount FROM summary_current
      WHERE workspace_id = ${manager.scope.workspaceId} AND kind = 'sales' GROUP BY 1 ORDER BY 1`.execute(
      app.db,
    )
    const revenue = Object.fromEntries(rows.map(({ key, amount }) => [key, Big(amount).toFixed(2)]))
    assert.deepEqual(
      revenue,
      Object.fromEntries([...expected].map(([key, amount]) => [key, amount.toFixed(2)]).toSorted()),
    )
    assert.deepEqual(revenue, {
      '2023 EUR': '39729.53',
      '2024 EUR': '315542.68',
      '2024 GBP': '28090.26',
      '2025 EUR': '532325.39',
      '2025 GBP': '25515.20',
      '2026 EUR': '382965.60',
      '2026 GBP': '83073.03',
    })
  })

  test('sold this product most', async () => {
    const all = { from: '2023-01-01', to: '2027-01-01', time_zone: 'UTC' }
    const [best] = await topProducts(app.db, manager.scope, all, 1)
    assert.deepEqual(
      [best?.product_name, best?.quantity, best?.unit, best?.revenue],
      [
        'Breeze Installation, premium',
        '729',
        'hour',
        [
          { currency: 'EUR', amount: '118438.74' },
          { currency: 'GBP', amount: '16533.93' },
        ],
      ],
    )
  })

  test('has people in all stages, drafts, cancelled orders and returns, and ends on its last day', async () => {
    const { items } = await manager.ok('GET /api/reports/customers-by-stage')
    assert.deepEqual(Object.fromEntries(items.map((item) => [item.lifecycle_stage, item.customers])), {
      lead: 18,
      prospect: 12,
      customer: 44,
      churned: 16,
    })
    const orders = sampleRows('orders.csv')
    const statuses = Map.groupBy(orders, ({ status = '' }) => status)
    assert.deepEqual([...statuses].map(([status, each]) => [status, each.length]).toSorted(), [
      ['cancelled', 61],
      ['completed', 698],
      ['confirmed', 7],
      ['draft', 13],
      ['shipped', 21],
    ])
    const { rows } = await sql<{ returns: number; first: string; last: string }>`
      SELECT count(*) FILTER (WHERE total_amount < 0) AS returns, min(order_date)::text AS first, max(order_date)::text AS last
      FROM orders WHERE workspace_id = ${manager.scope.workspaceId}`.execute(app.db)
    assert.deepEqual(rows, [{ returns: 12, first: '2023-11-27', last: SAMPLE_LAST_DAY }])
  })

  test('a second run changes nothing', async () => {
    const second = await importSample()
    for (const file of second.files) assert.equal(file.rows_unchanged, file.rows_read, file.file)
  })

  test('is for those who may import', async () => {
    const representative = await (await createWorkspace(app)).join('representative')
    await representative.refused(403, 'POST /api/imports/sample')
  })
})
