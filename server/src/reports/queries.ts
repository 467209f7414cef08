import { sql } from 'kysely'
import { dayOf, monthOf, quarterOf, startOfDay, today } from '../days.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { readTimeZone } from '../workspaces/time-zones.ts'
import type { AverageOrder, CurrencyRevenue, RepresentativeLoad, StageCount, TopProduct } from './schema.ts'

/** A quarter in the time zone of the workspace: its first day, and the first day after it. */
export interface Quarter {
  from: string
  to: string
  time_zone: string
}

/** The quarter of a moment; without one, of now. */
export async function currentQuarter(
  db: Db,
  scope: Scope,
  moment = new Date().toISOString(),
): Promise<Quarter> {
  const time_zone = await readTimeZone(db, scope)
  return { ...quarterOf(dayOf(moment, time_zone)), time_zone }
}

/** From the summary of sales by product and month; see best_sellers() for how few of them it reads. */
export async function topProducts(
  db: Db,
  scope: Scope,
  quarter: Quarter,
  limit: number,
): Promise<TopProduct[]> {
  const { rows } = await sql<TopProduct>`
    SELECT p.id AS product_id, p.product_name, p.unit, sold.quantity::text AS quantity, (
      SELECT coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'amount', round(amount, c.digits)::text)
        ORDER BY currency <> (SELECT w.currency FROM workspaces w WHERE w.id = ${scope.workspaceId}), currency), '[]')
      FROM (
        SELECT currency, sum(amount) AS amount FROM summary_current
        WHERE workspace_id = ${scope.workspaceId} AND kind = 'product_sales' AND key = sold.product_id
          AND period >= ${quarter.from}::date AND period < ${quarter.to}::date
        GROUP BY currency HAVING sum(n) <> 0 OR sum(amount) <> 0) each JOIN currencies c ON c.code = each.currency) AS revenue
    FROM best_sellers(${scope.workspaceId}, ${quarter.from}::date, ${quarter.to}::date, ${limit}) sold
    JOIN products p ON ${visible(scope, 'products', 'p')} AND p.id = sold.product_id
    ORDER BY sold.quantity DESC, p.id`.execute(db)
  return rows
}

/**
 * By currency, the workspace's first, and others if there were sales. Every one of the last months has a row, also those
 * without a sale. Sums keep the decimals of all that was ever added to them, also of an order that has changed its
 * currency: so they are written with those of their own.
 */
export async function revenueByMonth(db: Db, scope: Scope, months: number): Promise<CurrencyRevenue[]> {
  const last = monthOf(today(await readTimeZone(db, scope)))
  const { rows } = await sql<CurrencyRevenue>`
    WITH asked AS (
      SELECT w.currency, month::date AS month
      FROM workspaces w
      CROSS JOIN LATERAL generate_series(
        ${last}::date::timestamp - make_interval(months => ${months - 1}::int), ${last}::date::timestamp, interval '1 month') AS month
      WHERE w.id = ${scope.workspaceId}
    ), sold AS MATERIALIZED (
      SELECT a.month, s.currency, sum(s.n) AS orders, sum(s.amount) AS revenue
      FROM asked a
      JOIN summary_current s ON s.workspace_id = ${scope.workspaceId} AND s.kind = 'sales' AND s.period = a.month
      GROUP BY a.month, s.currency HAVING sum(s.n) <> 0 OR sum(s.amount) <> 0
    ), code AS (
      SELECT currency FROM asked UNION SELECT currency FROM sold
    )
    SELECT code.currency, jsonb_agg(jsonb_build_object('month', a.month, 'orders', coalesce(s.orders, 0),
      'revenue', coalesce(round(s.revenue, c.digits), 0)::text) ORDER BY a.month) AS months
    FROM code JOIN currencies c ON c.code = code.currency CROSS JOIN asked a LEFT JOIN sold s ON s.month = a.month AND s.currency = code.currency
    GROUP BY code.currency, a.currency ORDER BY code.currency <> a.currency, code.currency`.execute(db)
  return rows
}

/**
 * Customers are the estimate of a representative's interactions; beside them the real ones of the quarter. Who is in the
 * trash is listed as long as something of the quarter is theirs.
 */
export async function representativeLoads(
  db: Db,
  scope: Scope,
  { from, to, time_zone }: Quarter,
  limit: number,
): Promise<RepresentativeLoad[]> {
  const { rows } = await sql<RepresentativeLoad>`
    SELECT r.id AS sales_rep_id, btrim(r.first_name || ' ' || r.last_name) AS name,
      coalesce(load.customers, 0)::bigint AS customers, coalesce(logged.n, 0)::bigint AS interactions
    FROM sales_representatives r
    LEFT JOIN (
      SELECT key, sum(n) AS customers FROM summary_current
      WHERE workspace_id = ${scope.workspaceId} AND kind = 'customers_by_representative'
      GROUP BY key) load ON load.key = r.id
    LEFT JOIN interactions_of_months(${scope.workspaceId}, ${from}::date, ${startOfDay(from, time_zone)}::timestamptz,
      ${to}::date, ${startOfDay(to, time_zone)}::timestamptz) logged ON logged.sales_rep_id = r.id
    WHERE ${visible(scope, 'sales_representatives', 'r')}
      AND (r.deleted_at IS NULL OR load.customers <> 0 OR logged.n <> 0)
    ORDER BY customers DESC, r.id LIMIT ${limit}`.execute(db)
  return rows
}

/** What no representative has: with it the loads add up to all customers and interactions. */
export async function nobodysLoad(
  db: Db,
  scope: Scope,
  { from, to, time_zone }: Quarter,
): Promise<Pick<RepresentativeLoad, 'customers' | 'interactions'>> {
  const { rows } = await sql<Pick<RepresentativeLoad, 'customers' | 'interactions'>>`
    SELECT (
      SELECT coalesce(sum(n), 0)::bigint FROM summary_current
      WHERE workspace_id = ${scope.workspaceId} AND kind = 'customers_by_representative' AND key = 0) AS customers, (
      SELECT coalesce(sum(n), 0)::bigint
      FROM interactions_of_months(${scope.workspaceId}, ${from}::date, ${startOfDay(from, time_zone)}::timestamptz,
        ${to}::date, ${startOfDay(to, time_zone)}::timestamptz)
      WHERE sales_rep_id = 0) AS interactions`.execute(db)
  return rows[0] ?? { customers: 0, interactions: 0 }
}

export async function customersByStage(db: Db, scope: Scope): Promise<StageCount[]> {
  const { rows } = await sql<StageCount>`
    SELECT stage AS lifecycle_stage, coalesce(sum(s.n), 0)::bigint AS customers
    FROM unnest(ARRAY['lead', 'prospect', 'customer', 'churned']) AS stage
    LEFT JOIN summary_current s ON s.workspace_id = ${scope.workspaceId} AND s.kind = 'customers_by_stage'
      AND s.key = stage_key(stage)
    GROUP BY stage ORDER BY stage_key(stage)`.execute(db)
  return rows
}

/** By currency, the workspace's first, and others if there were sales. Exact to four places; null without a sale. */
export async function averageOrders(db: Db, scope: Scope): Promise<AverageOrder[]> {
  const { rows } = await sql<AverageOrder>`
    SELECT code AS currency, coalesce(sold.orders, 0)::bigint AS orders,
      round(average_order_amount(w.id, code::text), 4) AS average
    FROM workspaces w
    CROSS JOIN LATERAL (
      SELECT w.currency AS code UNION SELECT currency FROM summary_current
      WHERE workspace_id = ${scope.workspaceId} AND kind = 'sales') codes
    LEFT JOIN LATERAL (
      SELECT sum(n) AS orders FROM summary_current
      WHERE workspace_id = ${scope.workspaceId} AND kind = 'sales' AND currency = code) sold ON true
    WHERE w.id = ${scope.workspaceId} AND (code = w.currency OR sold.orders > 0)
    ORDER BY code <> w.currency, code`.execute(db)
  return rows
}
