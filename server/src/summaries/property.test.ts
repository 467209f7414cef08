import { test } from 'node:test'
import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { assertSummariesExact, openShop, type Shop } from '../../test/fixtures/summaries.ts'
import { foldSummaries } from './fold.ts'

const RUNS = 25
const STEPS_MAX = 12

const { db } = await openTestDatabase({ size: 2 })

/** One statement over several rows; `a`, `b` and `c` decide which and what. */
interface Step {
  deed: keyof typeof deeds
  a: number
  b: number
  c: number
}
type Deed = (shop: Shop, w: number, step: Step) => RawBuilder<unknown>

/** About a third of a table's rows. */
function some(table: string, w: number, a: number): RawBuilder<unknown> {
  return sql`workspace_id = ${w} AND id IN (SELECT id FROM ${sql.table(table)} WHERE workspace_id = ${w} AND (id + ${a}) % 3 = 0)`
}

const statuses = ['draft', 'confirmed', 'shipped', 'completed', 'cancelled']
const stages = ['lead', 'prospect', 'customer', 'churned']
const currencies = ['EUR', 'JPY', 'KWD']

function at<T>(values: readonly T[], n: number): T {
  return values[n % values.length] as T // The lists are not empty.
}

const deeds = {
  addCustomers: (shop, w, { a, b }) => sql`
    INSERT INTO customers (workspace_id, last_name, lifecycle_stage, assigned_sales_rep_id, deleted_at)
    SELECT ${w}, 'New ' || n, (${stages}::text[])[1 + (n + ${a}::int) % 4],
      CASE WHEN n % 3 > 0 THEN ${at(shop.representatives, b)}::bigint END, CASE WHEN n % 4 = 0 THEN now() END
    FROM generate_series(1, ${1 + (a % 6)}::int) n`,
  editCustomers: (shop, w, { a, b, c }) => sql`
    UPDATE customers SET lifecycle_stage = ${at(stages, b)}, assigned_sales_rep_id = ${at(shop.representatives, c)}
    WHERE ${some('customers', w, a)}`,
  trashCustomers: (_shop, w, { a, b }) => sql`
    UPDATE customers SET deleted_at = ${b % 2 ? sql`now()` : sql`NULL`} WHERE ${some('customers', w, a)}`,
  deleteCustomers: (shop, w, { a }) => sql`
    DELETE FROM customers c WHERE ${some('customers', w, a)} AND id <> ALL(${shop.customers}::bigint[])
      AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.workspace_id = ${w} AND o.customer_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.workspace_id = ${w} AND i.customer_id = c.id)`,
  addOrders: (shop, w, { a, b, c }) => sql`
    WITH created AS (
      INSERT INTO orders (workspace_id, order_number, order_date, status, currency, currency_digits, customer_id, total_amount)
      SELECT ${w}, gen_random_uuid()::text, date '2026-01-20' + ${b % 60}::int * n, (${statuses}::text[])[1 + (n + ${a}::int) % 5],
        code, digits, CASE WHEN n % 3 > 0 THEN ${at(shop.customers, c)}::bigint END, n * 7
      FROM generate_series(1, ${1 + (a % 4)}::int) n, currencies WHERE code = ${at(currencies, c)}
      RETURNING *)
    INSERT INTO order_items (workspace_id, order_id, position, product_id, quantity, unit_price, discount, order_date, is_sale, currency, currency_digits)
    SELECT ${w}, id, line, (${shop.products}::bigint[])[1 + line], round((${b % 9} - 4.5) / 4, 3), ${c % 1000} * 0.125, 0.05, order_date, is_sale, currency, currency_digits
    FROM created, generate_series(1, 2) line`,
  editOrders: (_shop, w, { a, b, c }) => sql`
    UPDATE orders SET status = ${at(statuses, b)}, order_date = order_date + ${c % 50}::int, total_amount = total_amount + ${b % 3}, tax_amount = tax_amount + ${c % 2}
    WHERE ${some('orders', w, a)}`,
  moveOrders: (shop, w, { a, b, c }) => sql`
    UPDATE orders SET customer_id = ${at(shop.customers, b)}, deleted_at = ${c % 2 ? sql`now()` : sql`NULL`}
    WHERE ${some('orders', w, a)}`,
  exchangeOrders: (_shop, w, { a, b }) => sql`
    UPDATE orders SET (currency, currency_digits) = (SELECT code, digits FROM currencies WHERE code = ${at(currencies, b)})
    WHERE ${some('orders', w, a)}`,
  deleteOrders: (_shop, w, { a }) => sql`DELETE FROM orders WHERE ${some('orders', w, a)}`,
  editItems: (shop, w, { a, b, c }) => sql`
    UPDATE order_items SET quantity = ${(1 + (b % 20)) / 8}, product_id = ${at(shop.products, c)} WHERE ${some('order_items', w, a)}`,
  deleteItems: (_shop, w, { a }) => sql`DELETE FROM order_items WHERE ${some('order_items', w, a)}`,
  addInteractions: (shop, w, { a, b, c }) => sql`
    INSERT INTO interactions (workspace_id, kind, customer_id, sales_rep_id, occurred_at, deleted_at)
    SELECT ${w}, 'note', (${shop.customers}::bigint[])[1 + (n + ${c}::int) % ${shop.customers.length}::int],
      CASE WHEN n % 2 = 0 THEN ${at(shop.representatives, b)}::bigint END, timestamptz '2026-03-31 22:00Z' + n * interval '1 hour',
      CASE WHEN n % 5 = 0 THEN now() END
    FROM generate_series(1, ${1 + (a % 8)}::int) n`,
  moveInteractions: (shop, w, { a, b, c }) => sql`
    UPDATE interactions SET customer_id = ${at(shop.customers, b)}, occurred_at = occurred_at - ${c % 80} * interval '1 day'
    WHERE ${some('interactions', w, a)}`,
  trashInteractions: (_shop, w, { a, b }) => sql`
    UPDATE interactions SET deleted_at = ${b % 2 ? sql`now()` : sql`NULL`} WHERE ${some('interactions', w, a)}`,
  deleteInteractions: (_shop, w, { a }) => sql`DELETE FROM interactions WHERE ${some('interactions', w, a)}`,
} satisfies Record<string, Deed>

const number = fc.nat({ max: 1_000 })
const step: fc.Arbitrary<Step> = fc.record({
  deed: fc.constantFrom(...(Object.keys(deeds) as Step['deed'][])), // The keys are those of the object.
  a: number,
  b: number,
  c: number,
})

test('after any changes by any statements every summary equals the plain SQL', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: STEPS_MAX }),
      fc.nat(STEPS_MAX),
      async (steps, foldAt) => {
        const shop = await openShop(db, 4)
        const start: Step = { deed: 'addOrders', a: 3, b: 1, c: 0 }
        for (const [index, taken] of [start, ...steps].entries()) {
          await (deeds[taken.deed] as Deed)(shop, shop.scope.workspaceId, taken).execute(db) // The deed was drawn from its keys.
          if (index === foldAt) await foldSummaries(db)
          await assertSummariesExact(db, shop.scope, `after ${taken.deed}`)
        }
      },
    ),
    { numRuns: RUNS },
  )
})
