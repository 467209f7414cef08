import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../src/db/database.ts'

/** Few values, so that many rows are equal; with case, accents, blanks and nothing at all. */
const names = [
  'Ann',
  'ánn',
  'ANN ',
  'Zoë',
  'zoe',
  'Ærø',
  'Strauß',
  'Özil',
  'o’Neil',
  'Ñandú',
  '~',
  'van der Berg',
]
const cities = ['Berlin', 'Köln', 'Lyon', 'São Paulo', 'Oslo', null, 'a:b', 'Zürich']
const countries = ['Germany', 'France', 'Brazil', null]
const sources = ['web', 'fair', null, 'referral']

/** One of `values` for row `i`, the same in every run, other than its neighbours'. */
function pick(salt: string, values: readonly (string | null)[]): RawBuilder<string> {
  return sql`(${values}::text[])[1 + abs(hashtext(${salt} || i)) % ${sql.lit(values.length)}]`
}

function pickId(salt: string, table: string, share = 1): RawBuilder<number> {
  return sql`CASE WHEN abs(hashtext(${`${salt}?`} || i)) % 100 < ${sql.lit(share * 100)}
    THEN (SELECT ids[1 + abs(hashtext(${salt} || i)) % array_length(ids, 1)] FROM ${sql.table(`${table}_ids`)}) END`
}

/** Moments of which several rows share one, with microseconds. */
const moment = sql`timestamptz '2025-01-01' + abs(hashtext('m' || i)) % 400 * interval '31 hours 1.000001 seconds'`
/** Every eleventh row is in the trash. */
const trashed = sql`CASE WHEN i % 11 = 0 THEN timestamptz '2026-01-01' END`

function ids(table: string, workspaceId: number): RawBuilder<unknown> {
  return sql`${sql.table(`${table}_ids`)} AS MATERIALIZED (
    SELECT array_agg(id ORDER BY id) AS ids FROM ${sql.table(table)} WHERE workspace_id = ${workspaceId})`
}

/**
 * Fills a workspace by SQL with `count` customers, as many companies and products as a tenth of it, twenty
 * representatives and twice as many orders and interactions. The same rows in every run, apart from ids. The
 * summaries are right; the search does not know the rows.
 */
export async function fillWorkspace(db: Database, workspaceId: number, count: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // The triggers of the search cost ten times what the rows do.
    await sql`SET LOCAL session_replication_role = replica`.execute(tx)
    await fillCatalogue(tx, workspaceId, Math.ceil(count / 10))
    await fillCustomers(tx, workspaceId, count)
    await fillHistory(tx, workspaceId, 2 * count)
    await sql`SELECT repair_summaries(${workspaceId})`.execute(tx)
  })
}

async function fillCustomers(tx: Tx, w: number, count: number): Promise<void> {
  await sql`
    WITH ${ids('companies', w)}, ${ids('sales_representatives', w)}
    INSERT INTO customers (workspace_id, first_name, last_name, email, phone, company_id, assigned_sales_rep_id,
      lifecycle_stage, source, city, country, created_at, deleted_at)
    SELECT ${w}, ${pick('f', names)}, ${pick('l', names)},
      CASE WHEN i % 3 > 0 THEN 'Person' || abs(hashtext('e' || i)) % (${count}::int / 2 + 1) || '@Example.com' END,
      CASE WHEN i % 4 > 0 THEN '+49 (30) ' || abs(hashtext('p' || i)) % 5000 END,
      ${pickId('c', 'companies', 0.7)}, ${pickId('r', 'sales_representatives', 0.8)},
      ${pick('s', ['lead', 'prospect', 'customer', 'customer', 'customer', 'customer', 'customer', 'churned'])},
      ${pick('o', sources)}, ${pick('t', cities)}, ${pick('n', countries)}, ${moment}, ${trashed}
    FROM generate_series(1, ${count}::int) i`.execute(tx)
}

async function fillCatalogue(tx: Tx, w: number, count: number): Promise<void> {
  await sql`
    INSERT INTO sales_representatives (workspace_id, first_name, last_name, email, region, active, created_at, deleted_at)
    SELECT ${w}, ${pick('f', names)}, ${pick('l', names)}, CASE WHEN i % 2 > 0 THEN 'Rep' || i || '@Example.com' END,
      ${pick('g', ['North', 'South', null])}, i % 4 > 0, ${moment}, ${trashed}
    FROM generate_series(1, 20) i`.execute(tx)
  await sql`
    UPDATE sales_representatives SET manager_id = (SELECT min(id) FROM sales_representatives WHERE workspace_id = ${w})
    WHERE workspace_id = ${w} AND id % 3 = 0 AND id > (SELECT min(id) FROM sales_representatives WHERE workspace_id = ${w})`.execute(
    tx,
  )
  await sql`
    INSERT INTO companies (workspace_id, name, domain, industry, city, country, created_at, deleted_at)
    SELECT ${w}, ${pick('a', names)} || CASE WHEN i % 2 > 0 THEN ' Ltd' ELSE '' END,
      CASE WHEN i % 3 > 0 THEN 'd' || i % 50 || '.example.com' END,
      ${pick('u', ['Trade', 'Energy', null])}, ${pick('t', cities)}, ${pick('n', countries)}, ${moment}, ${trashed}
    FROM generate_series(1, ${count}::int) i`.execute(tx)
  await sql`
    INSERT INTO products (workspace_id, product_name, sku, category, unit_price, currency, active, created_at, deleted_at)
    SELECT ${w}, ${pick('a', names)}, CASE WHEN i % 5 > 0 THEN 'Sku-' || i END, ${pick('y', ['Tools', 'Food', null])},
      abs(hashtext('q' || i)) % 500 * 0.25, 'EUR', i % 4 > 0, ${moment}, ${trashed}
    FROM generate_series(1, ${count}::int) i`.execute(tx)
}

async function fillHistory(tx: Tx, w: number, count: number): Promise<void> {
  await sql`
    WITH ${ids('customers', w)}, ${ids('companies', w)}, ${ids('sales_representatives', w)}
    INSERT INTO orders (workspace_id, order_number, customer_id, company_id, sales_rep_id, order_date, status, currency,
      currency_digits, total_amount, created_at, deleted_at)
    SELECT ${w}, 'N' || abs(hashtext('z' || i)) % 1000 || '-' || i, ${pickId('k', 'customers', 0.9)},
      ${pickId('c', 'companies', 0.5)}, ${pickId('r', 'sales_representatives', 0.8)},
      date '2025-01-01' + abs(hashtext('d' || i)) % 300,
      ${pick('s', ['draft', 'confirmed', 'shipped', 'completed', 'completed', 'completed', 'cancelled'])}, 'EUR', 2,
      abs(hashtext('q' || i)) % 4000 * 0.25, ${moment}, ${trashed}
    FROM generate_series(1, ${count}::int) i`.execute(tx)
  await sql`
    WITH ${ids('products', w)}, numbered AS (
      SELECT id AS i, id, total_amount, order_date, is_sale, currency, currency_digits FROM orders WHERE workspace_id = ${w})
    INSERT INTO order_items (workspace_id, order_id, position, product_id, quantity, unit_price, order_date, is_sale,
      currency, currency_digits)
    SELECT ${w}, id, 1, ${pickId('b', 'products')}, 1, total_amount, order_date, is_sale, currency, currency_digits
    FROM numbered`.execute(tx)
  await sql`
    WITH ${ids('customers', w)}, ${ids('companies', w)}, ${ids('sales_representatives', w)}
    INSERT INTO interactions (workspace_id, kind, customer_id, company_id, sales_rep_id, occurred_at, subject, deleted_at)
    SELECT ${w}, ${pick('s', ['call', 'email', 'meeting', 'note'])}, ${pickId('k', 'customers')},
      ${pickId('c', 'companies', 0.5)}, ${pickId('r', 'sales_representatives', 0.8)}, ${moment}, 'About ' || i, ${trashed}
    FROM generate_series(1, ${count}::int) i`.execute(tx)
}
