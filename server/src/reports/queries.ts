import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import { dayOf, quarterOf, startOfDay } from '../days.ts'
import type { Db } from '../db/database.ts'
import type { Currency } from '../vocabulary.ts'
import type { AverageOrder, MonthRevenue, RepresentativeLoad, StageCount, TopProduct } from './schema.ts'

/** A quarter in the time zone of the workspace: its first day, and the first day after it. */
export interface Quarter {
  from: string
  to: string
  currency: Currency
  time_zone: string
}

/** The quarter of a moment; without one, of now. */
export async function currentQuarter(
  db: Db,
  { workspaceId }: Scope,
  moment = new Date().toISOString(),
): Promise<Quarter> {
  const { currency, time_zone } = await db
    .selectFrom('workspaces')
    .where('id', '=', workspaceId)
    .select(['currency', 'time_zone'])
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirstOrThrow()
  return { ...quarterOf(dayOf(moment, time_zone)), currency, time_zone }
}

/** From the summary of sales by product and month; see best_sellers() for how few of them it reads. */
export async function topProducts(
  db: Db,
  scope: Scope,
  quarter: Quarter,
  limit: number,
): Promise<TopProduct[]> {
  const { rows } = await sql<TopProduct>`
    SELECT p.id AS product_id, p.product_name, sold.quantity, (
      SELECT coalesce(sum(amount), 0) FROM summary_current
      WHERE workspace_id = ${scope.workspaceId} AND kind = 'product_sales' AND key = sold.product_id
        AND period >= ${quarter.from}::date AND period < ${quarter.to}::date AND currency = ${quarter.currency}) AS revenue
    FROM best_sellers(${scope.workspaceId}, ${quarter.from}::date, ${quarter.to}::date, ${limit}) sold
    JOIN products p ON p.workspace_id = ${scope.workspaceId} AND p.id = sold.product_id
    ORDER BY sold.quantity DESC, p.id`.execute(db)
  return rows
}

/** Every one of the last months has a row, also those without a sale. */
export async function revenueByMonth(
  db: Db,
  scope: Scope,
  months: number,
): Promise<{ currency: Currency; items: MonthRevenue[] }> {
  const { rows } = await sql<MonthRevenue & { currency: Currency }>`
    SELECT month::date AS month, w.currency, coalesce(sum(s.n), 0)::bigint AS orders, coalesce(sum(s.amount), 0) AS revenue
    FROM workspaces w
    CROSS JOIN LATERAL generate_series(
      date_trunc('month', now() AT TIME ZONE w.time_zone) - make_interval(months => ${months - 1}::int),
      date_trunc('month', now() AT TIME ZONE w.time_zone), interval '1 month') AS month
    LEFT JOIN summary_current s ON s.workspace_id = ${scope.workspaceId} AND s.kind = 'sales' AND s.period = month::date
      AND s.currency = w.currency
    WHERE w.id = ${scope.workspaceId}
    GROUP BY month, w.currency ORDER BY month`.execute(db)
  return {
    currency: rows[0]?.currency ?? 'EUR',
    items: rows.map(({ month, orders, revenue }) => ({ month, orders, revenue })),
  }
}

/** Customers are the estimate of a representative's interactions; beside them the real ones of the quarter. */
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
    WHERE r.workspace_id = ${scope.workspaceId} AND r.deleted_at IS NULL
    ORDER BY customers DESC, r.id LIMIT ${limit}`.execute(db)
  return rows
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

/** Exact to four places; null without a sale in the currency. */
export async function averageOrder(db: Db, scope: Scope): Promise<AverageOrder> {
  const { rows } = await sql<AverageOrder>`
    SELECT currency, round(average_order_amount(id, currency), 4) AS average FROM workspaces WHERE id = ${scope.workspaceId}`.execute(
    db,
  )
  return rows[0] ?? { currency: 'EUR', average: null }
}
