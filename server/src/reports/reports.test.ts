import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import Big from 'big.js'
import { sql } from 'kysely'
import { captureSql } from '../../test/fixtures/captured-sql.ts'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { openShop, type Shop } from '../../test/fixtures/summaries.ts'
import type { Scope } from '../scope.ts'
import { foldSummaries } from '../summaries/fold.ts'
import { ordersAboveAverage } from './orders-above-average.ts'
import {
  plainAverageOrders,
  plainCustomersByStage,
  plainRepresentativeLoads,
  plainRevenueByMonth,
  plainTopProducts,
} from './plain.ts'
import {
  averageOrders,
  currentQuarter,
  customersByStage,
  type Quarter,
  representativeLoads,
  revenueByMonth,
  topProducts,
} from './queries.ts'
import type { CurrencyRevenue, TopProduct } from './schema.ts'

const ORDERS = 400
const INTERACTIONS = 200

const firstQuarter: Quarter = {
  from: '2026-01-01',
  to: '2026-04-01',
  time_zone: 'Europe/Berlin',
}

const { pool, db } = await openTestDatabase({ size: 2 })
const statements = captureSql()

/**
 * A workspace that sold in three currencies, on the days around the bounds of its quarter and in many others; with
 * drafts, cancelled and trashed orders, returns and taxes, and customers of all kinds. The same for the same salt, apart from ids.
 */
async function fill(salt: string, timeZone: string, currency: string): Promise<Shop> {
  const shop = await openShop(db, 60)
  const w = shop.scope.workspaceId
  await sql`UPDATE workspaces SET time_zone = ${timeZone}, currency = ${currency} WHERE id = ${w}`.execute(db)
  const { from, to } = await currentQuarter(db, shop.scope)
  await sql`
    UPDATE customers SET lifecycle_stage = (ARRAY['lead', 'prospect', 'customer'])[1 + abs(hashtext(${salt} || id)) % 3],
      assigned_sales_rep_id = CASE WHEN id % 5 > 0 THEN (${shop.representatives}::bigint[])[1 + abs(hashtext(${salt} || id)) % 3] END,
      deleted_at = CASE WHEN id % 7 = 0 THEN now() END
    WHERE workspace_id = ${w}`.execute(db)
  await sql`
    WITH drawn AS (
      SELECT i, abs(hashtext(${salt} || i)) AS r,
        (ARRAY[${from}::date, ${from}::date - 1, ${to}::date - 1, ${to}::date, ${from}::date + 20])[1 + i % 5] AS bound
      FROM generate_series(1, ${ORDERS}::int) i
    ), created AS (
      INSERT INTO orders (workspace_id, order_number, order_date, status, currency, currency_digits, total_amount, tax_amount, deleted_at)
      SELECT ${w}, i::text, CASE WHEN r % 3 = 0 THEN bound ELSE ${from}::date + 89 - r % 900 END,
        (ARRAY['draft', 'confirmed', 'shipped', 'completed', 'cancelled'])[1 + r % 5], code, digits, (r % 50 - 9) * 3, (r % 50 - 9) % 4,
        CASE WHEN r % 11 = 0 THEN now() END
      FROM drawn JOIN currencies ON code = (ARRAY['EUR', 'EUR', 'USD', 'JPY'])[1 + r % 4]
      RETURNING *)
    INSERT INTO order_items (workspace_id, order_id, position, product_id, quantity, unit_price, order_date, is_sale, currency, currency_digits)
    SELECT ${w}, id, line, (${shop.products}::bigint[])[1 + abs(hashtext(${salt} || id || line)) % 4],
      (1 + abs(hashtext(${salt} || line || id)) % 9) * CASE WHEN id % 7 = 0 THEN -0.5 ELSE 1.25 END, 2.5, order_date, is_sale, currency, currency_digits
    FROM created, generate_series(1, 2) line`.execute(db)
  await sql`
    INSERT INTO interactions (workspace_id, kind, customer_id, sales_rep_id, occurred_at, deleted_at)
    SELECT ${w}, 'call', (${shop.customers}::bigint[])[1 + i % 60], (${shop.representatives}::bigint[])[1 + abs(hashtext(${salt} || i)) % 3],
      ${from}::timestamp AT TIME ZONE 'UTC' + (abs(hashtext(${salt} || i)) % 200 - 50) * interval '17 hours',
      CASE WHEN i % 9 = 0 THEN now() END
    FROM generate_series(1, ${INTERACTIONS}::int) i`.execute(db)
  return shop
}

/** A decimal as numbers are written, so that "10" and "10.00" are the same. */
function exact(amount: string): string {
  return Big(amount).toFixed()
}

function exactTop(rows: TopProduct[]) {
  return rows.map((row) => ({
    ...row,
    quantity: exact(row.quantity),
    revenue: row.revenue.map(({ currency, amount }) => [currency, exact(amount)]),
  }))
}

/** Months in which there are orders, until `last`. */
function sold(revenue: CurrencyRevenue[], last: string) {
  return revenue.flatMap(({ currency, months }) => {
    const kept = months.filter(({ month, orders }) => orders > 0 && month <= last)
    return kept.map(({ month, orders, revenue }) => [currency, month, orders, exact(revenue)])
  })
}

/** Every report beside its plain form. */
async function assertReportsPlain(scope: Scope, currency: string): Promise<void> {
  const quarter = await currentQuarter(db, scope)
  const top = await topProducts(db, scope, quarter, 3)
  assert.equal(top.length, 3)
  assert.deepEqual(exactTop(top), exactTop(await plainTopProducts(db, scope, quarter, 3)))
  assert.ok(top.every(({ revenue }) => revenue.length === 3 && revenue[0]?.currency === currency))

  const revenue = await revenueByMonth(db, scope, 24)
  assert.deepEqual([revenue.length, revenue[0]?.currency, revenue[0]?.months.length], [3, currency, 24])
  const months = revenue[0]?.months ?? []
  const last = months.at(-1)?.month ?? ''
  assert.deepEqual(
    sold(revenue, last),
    sold(await plainRevenueByMonth(db, scope, months[0]?.month ?? ''), last),
  )

  const loads = await representativeLoads(db, scope, quarter, 10)
  assert.ok(loads.some(({ interactions }) => interactions > 0))
  assert.deepEqual(loads, await plainRepresentativeLoads(db, scope, quarter, 10))

  const stages = await customersByStage(db, scope)
  assert.deepEqual(
    stages.map(({ lifecycle_stage }) => lifecycle_stage),
    ['lead', 'prospect', 'customer', 'churned'],
  )
  assert.deepEqual(
    stages.filter(({ customers }) => customers > 0),
    await plainCustomersByStage(db, scope),
  )

  assert.deepEqual(await averageOrders(db, scope), await plainAverageOrders(db, scope))
}

describe('every report equals its plain form', () => {
  const workspaces: [salt: string, timeZone: string, currency: string][] = [
    ['one', 'UTC', 'EUR'],
    ['two', 'Pacific/Kiritimati', 'USD'],
    ['three', 'America/Los_Angeles', 'JPY'],
  ]
  for (const [salt, timeZone, currency] of workspaces) {
    test(`in ${timeZone}, in ${currency}`, async () => {
      const { scope } = await fill(salt, timeZone, currency)
      await assertReportsPlain(scope, currency)
      await foldSummaries(db)
      await assertReportsPlain(scope, currency)
      await sql`UPDATE orders SET status = 'cancelled' WHERE workspace_id = ${scope.workspaceId} AND id % 3 = 0`.execute(
        db,
      )
      await sql`UPDATE customers SET deleted_at = NULL WHERE workspace_id = ${scope.workspaceId}`.execute(db)
      await assertReportsPlain(scope, currency)
    })
  }

  test('in a workspace that sold nothing', async () => {
    const { scope } = await openShop(db, 1)
    assert.deepEqual(await topProducts(db, scope, await currentQuarter(db, scope), 5), [])
    assert.deepEqual(await averageOrders(db, scope), [{ currency: 'EUR', orders: 0, average: null }])
    assert.deepEqual(await ordersAboveAverage(db, scope, { limit: 10 }), {
      currency: 'EUR',
      currencies: [],
      average: null,
      items: [],
      next_cursor: null,
    })
    const [euros, ...others] = await revenueByMonth(db, scope, 3)
    assert.deepEqual(others, [])
    assert.deepEqual(
      euros?.months.map(({ orders, revenue }) => [orders, Number(revenue)]),
      Array(3).fill([0, 0]),
    )
  })
})

test('the quarter is that of the workspace’s time zone', async () => {
  const { scope } = await openShop(db, 1)
  const cases: [timeZone: string, moment: string, from: string, to: string][] = [
    ['UTC', '2026-03-31T23:59:59Z', '2026-01-01', '2026-04-01'],
    ['UTC', '2026-04-01T00:00:00Z', '2026-04-01', '2026-07-01'],
    ['Pacific/Kiritimati', '2025-12-31T09:59:59Z', '2025-10-01', '2026-01-01'],
    ['Pacific/Kiritimati', '2025-12-31T10:00:00Z', '2026-01-01', '2026-04-01'],
    // Summer time: midnight is at 07:00 UTC in July, and at 08:00 UTC in January.
    ['America/Los_Angeles', '2026-07-01T06:59:59Z', '2026-04-01', '2026-07-01'],
    ['America/Los_Angeles', '2026-07-01T07:00:00Z', '2026-07-01', '2026-10-01'],
    ['America/Los_Angeles', '2026-01-01T07:59:59Z', '2025-10-01', '2026-01-01'],
    ['America/Los_Angeles', '2026-01-01T08:00:00Z', '2026-01-01', '2026-04-01'],
  ]
  for (const [timeZone, moment, from, to] of cases) {
    await sql`UPDATE workspaces SET time_zone = ${timeZone} WHERE id = ${scope.workspaceId}`.execute(db)
    assert.deepEqual(
      await currentQuarter(db, scope, moment),
      { from, to, time_zone: timeZone },
      `${timeZone} ${moment}`,
    )
  }
})

for (const currency of ['EUR', 'JPY'] as const) {
  test(`orders above the average in ${currency} come page by page, the largest first, each once`, async () => {
    const { scope } = await fill(`paging ${currency}`, 'UTC', 'EUR')
    const average = (await plainAverageOrders(db, scope)).find((each) => each.currency === currency)?.average
    const { rows: expected } = await sql<{ id: number }>`
      SELECT id FROM orders WHERE workspace_id = ${scope.workspaceId} AND status NOT IN ('draft', 'cancelled')
        AND deleted_at IS NULL AND currency = ${currency} AND net_amount > (SELECT avg(net_amount) FROM orders
          WHERE workspace_id = ${scope.workspaceId} AND status NOT IN ('draft', 'cancelled') AND deleted_at IS NULL
            AND currency = ${currency})
      ORDER BY net_amount DESC, id DESC`.execute(db)
    assert.ok(expected.length > 15)
    const found: number[] = []
    let after: string | undefined
    do {
      const page = await ordersAboveAverage(db, scope, { limit: 7, currency, ...(after && { after }) })
      assert.deepEqual(
        [page.average, page.currency, page.currencies],
        [average, currency, ['EUR', 'JPY', 'USD']],
      )
      assert.ok(page.items.length <= 7 && page.items.length > 0)
      found.push(...page.items.map(({ id }) => id))
      after = page.next_cursor ?? undefined
    } while (after !== undefined)
    assert.deepEqual(
      found,
      expected.map(({ id }) => id),
    )
  })
}

interface PlanNode {
  'Relation Name'?: string
  'Node Type': string
  'Index Name'?: string
  Plans?: PlanNode[]
}

function nodes(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)]
}

/** What a report's statements read, by their plans; with the tables analysed. */
async function tablesRead(report: () => Promise<unknown>): Promise<Set<string>> {
  const start = statements.length
  await report()
  assert.ok(statements.length > start)
  const read = new Set<string>()
  for (const { text, values } of statements.slice(start)) {
    const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>({
      text: `EXPLAIN (FORMAT JSON) ${text}`,
      values,
    })
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
    assert.ok(plan)
    for (const node of nodes(plan)) if (node['Relation Name']) read.add(node['Relation Name'])
  }
  return read
}

describe('the plans', () => {
  let scope: Scope
  before(async () => {
    scope = (await fill('plans', 'UTC', 'EUR')).scope
    await sql`ANALYZE`.execute(db)
  })

  const allowed: [name: string, run: () => Promise<unknown>, tables: string[]][] = [
    ['the quarter', () => currentQuarter(db, scope), []],
    ['top products', () => topProducts(db, scope, firstQuarter, 5), ['products']],
    ['revenue by month', () => revenueByMonth(db, scope, 12), []],
    ['representatives', () => representativeLoads(db, scope, firstQuarter, 5), ['sales_representatives']],
    ['customers by stage', () => customersByStage(db, scope), []],
    ['the average order', () => averageOrders(db, scope), []],
  ]
  for (const [name, run, tables] of allowed) {
    test(`of ${name} read summaries, and no table that grows with the business`, async () => {
      const read = await tablesRead(run)
      for (const table of ['summary', 'summary_delta', 'workspaces', 'currencies', ...tables])
        read.delete(table)
      assert.deepEqual([...read], [])
    })
  }

  test('of orders above the average walk the index on the net amount of their currency', async () => {
    const start = statements.length
    await ordersAboveAverage(db, scope, { limit: 5 })
    const page = statements.slice(start).find(({ text }) => text.includes('net_amount >'))
    assert.ok(page)
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      // So few orders would be read whole.
      await client.query('SET LOCAL enable_seqscan = off')
      const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>({
        text: `EXPLAIN (FORMAT JSON) ${page.text}`,
        values: page.values,
      })
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
      assert.ok(plan)
      const read = nodes(plan).filter((node) => node['Relation Name'] === 'orders')
      assert.deepEqual(
        read.map((node) => node['Index Name']),
        ['orders_net_amount'],
      )
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  })

  test('compute the average once for a query, not for every order', async () => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await client.query(`SET LOCAL track_functions = 'all'`)
      const { rowCount } = await client.query(
        `SELECT id FROM orders WHERE workspace_id = $1 AND is_sale AND currency = 'EUR'
           AND net_amount > (SELECT average_order_amount($1, 'EUR'))`,
        [scope.workspaceId],
      )
      assert.ok((rowCount ?? 0) > 20)
      const { rows } = await client.query(
        `SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'average_order_amount'`,
      )
      assert.deepEqual(rows, [{ calls: 1 }])
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
    const { rows } = await pool.query(
      `SELECT provolatile FROM pg_proc WHERE proname = 'average_order_amount'`,
    )
    assert.deepEqual(rows, [{ provolatile: 's' }])
    const start = statements.length
    await ordersAboveAverage(db, scope, { limit: 5 })
    const page = statements.slice(start).find(({ text }) => text.includes('net_amount >'))
    assert.match(page?.text ?? '', /> \(SELECT average_order_amount/)
  })
})
