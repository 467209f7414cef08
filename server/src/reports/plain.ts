import { sql } from 'kysely'
import { startOfDay } from '../days.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import type { Quarter } from './queries.ts'
import type { AverageOrder, CurrencyRevenue, RepresentativeLoad, StageCount, TopProduct } from './schema.ts'

/*
 * The same answers from the base tables, as one would first write them. No request runs these: they are the reference
 * that the reports are tested against, and the "before" of the benchmarks.
 */

export async function plainTopProducts(
  db: Db,
  scope: Scope,
  quarter: Quarter,
  limit: number,
): Promise<TopProduct[]> {
  const { rows } = await sql<TopProduct>`
    SELECT sold.product_id, p.product_name, p.unit, sum(sold.quantity)::text AS quantity,
      jsonb_agg(jsonb_build_object('currency', sold.currency, 'amount', sold.amount::text)
        ORDER BY sold.currency <> w.currency, sold.currency) AS revenue
    FROM (
      SELECT i.product_id, o.currency, sum(i.quantity) AS quantity, sum(i.line_total) AS amount
      FROM order_items i
      JOIN orders o ON o.workspace_id = i.workspace_id AND o.id = i.order_id
      WHERE i.workspace_id = ${scope.workspaceId} AND o.status NOT IN ('draft', 'cancelled') AND o.deleted_at IS NULL
        AND o.order_date >= ${quarter.from}::date AND o.order_date < ${quarter.to}::date
      GROUP BY i.product_id, o.currency HAVING sum(i.quantity) <> 0 OR sum(i.line_total) <> 0) sold
    JOIN products p ON p.workspace_id = ${scope.workspaceId} AND p.id = sold.product_id
    JOIN workspaces w ON w.id = ${scope.workspaceId}
    GROUP BY sold.product_id, p.product_name, p.unit HAVING sum(sold.quantity) > 0
    ORDER BY sum(sold.quantity) DESC, sold.product_id LIMIT ${limit}`.execute(db)
  return rows
}

/** Only months with sales. */
export async function plainRevenueByMonth(db: Db, scope: Scope, since: string): Promise<CurrencyRevenue[]> {
  const { rows } = await sql<CurrencyRevenue>`
    SELECT sold.currency, jsonb_agg(jsonb_build_object('month', month, 'orders', orders, 'revenue', revenue::text)
      ORDER BY month) AS months
    FROM (
      SELECT currency, date_trunc('month', order_date::timestamp)::date AS month, count(*) AS orders,
        sum(total_amount - tax_amount) AS revenue
      FROM orders
      WHERE workspace_id = ${scope.workspaceId} AND status NOT IN ('draft', 'cancelled') AND deleted_at IS NULL
        AND order_date >= ${since}::date
      GROUP BY 1, 2) sold
    JOIN workspaces w ON w.id = ${scope.workspaceId}
    GROUP BY sold.currency, w.currency ORDER BY sold.currency <> w.currency, sold.currency`.execute(db)
  return rows
}

export async function plainRepresentativeLoads(
  db: Db,
  scope: Scope,
  quarter: Quarter,
  limit: number,
): Promise<RepresentativeLoad[]> {
  const { rows } = await sql<RepresentativeLoad>`
    SELECT sales_rep_id, name, customers, interactions FROM (
    SELECT r.id AS sales_rep_id, btrim(r.first_name || ' ' || r.last_name) AS name, r.deleted_at,
      (SELECT count(*) FROM customers c WHERE c.workspace_id = r.workspace_id AND c.assigned_sales_rep_id = r.id
        AND c.deleted_at IS NULL) AS customers,
      (SELECT count(*) FROM interactions i WHERE i.workspace_id = r.workspace_id AND i.sales_rep_id = r.id
        AND i.deleted_at IS NULL AND i.occurred_at >= ${startOfDay(quarter.from, quarter.time_zone)}
        AND i.occurred_at < ${startOfDay(quarter.to, quarter.time_zone)}) AS interactions
    FROM sales_representatives r
    WHERE r.workspace_id = ${scope.workspaceId}) loads
    WHERE deleted_at IS NULL OR customers <> 0 OR interactions <> 0
    ORDER BY customers DESC, sales_rep_id LIMIT ${limit}`.execute(db)
  return rows
}

export async function plainCustomersByStage(db: Db, scope: Scope): Promise<StageCount[]> {
  const { rows } = await sql<StageCount>`
    SELECT lifecycle_stage, count(*) AS customers FROM customers
    WHERE workspace_id = ${scope.workspaceId} AND deleted_at IS NULL GROUP BY 1 ORDER BY stage_key(lifecycle_stage)`.execute(
    db,
  )
  return rows
}

/** Only currencies with sales. */
export async function plainAverageOrders(db: Db, scope: Scope): Promise<AverageOrder[]> {
  const { rows } = await sql<AverageOrder>`
    SELECT o.currency, count(*) AS orders, round(avg(o.total_amount - o.tax_amount), 4) AS average
    FROM orders o JOIN workspaces w ON w.id = o.workspace_id
    WHERE o.workspace_id = ${scope.workspaceId} AND o.status NOT IN ('draft', 'cancelled') AND o.deleted_at IS NULL
    GROUP BY o.currency, w.currency ORDER BY o.currency <> w.currency, o.currency`.execute(db)
  return rows
}
