import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import { startOfDay } from '../days.ts'
import type { Db } from '../db/database.ts'
import type { Quarter } from './queries.ts'
import type { MonthRevenue, RepresentativeLoad, StageCount, TopProduct } from './schema.ts'

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
    SELECT p.id AS product_id, p.product_name, sum(i.quantity)::bigint AS quantity,
      coalesce(sum(i.line_total) FILTER (WHERE o.currency = ${quarter.currency}), 0) AS revenue
    FROM order_items i
    JOIN orders o ON o.workspace_id = i.workspace_id AND o.id = i.order_id
    JOIN products p ON p.workspace_id = i.workspace_id AND p.id = i.product_id
    WHERE i.workspace_id = ${scope.workspaceId} AND o.status NOT IN ('draft', 'cancelled') AND o.deleted_at IS NULL
      AND o.order_date >= ${quarter.from}::date AND o.order_date < ${quarter.to}::date
    GROUP BY p.id, p.product_name ORDER BY quantity DESC, p.id LIMIT ${limit}`.execute(db)
  return rows
}

export async function plainRevenueByMonth(
  db: Db,
  scope: Scope,
  currency: string,
  since: string,
): Promise<MonthRevenue[]> {
  const { rows } = await sql<MonthRevenue>`
    SELECT date_trunc('month', order_date::timestamp)::date AS month, count(*) AS orders, sum(total_amount) AS revenue
    FROM orders
    WHERE workspace_id = ${scope.workspaceId} AND status NOT IN ('draft', 'cancelled') AND deleted_at IS NULL
      AND currency = ${currency} AND order_date >= ${since}::date
    GROUP BY 1 ORDER BY 1`.execute(db)
  return rows
}

export async function plainRepresentativeLoads(
  db: Db,
  scope: Scope,
  quarter: Quarter,
  limit: number,
): Promise<RepresentativeLoad[]> {
  const { rows } = await sql<RepresentativeLoad>`
    SELECT r.id AS sales_rep_id, btrim(r.first_name || ' ' || r.last_name) AS name,
      (SELECT count(*) FROM customers c WHERE c.workspace_id = r.workspace_id AND c.assigned_sales_rep_id = r.id
        AND c.deleted_at IS NULL) AS customers,
      (SELECT count(*) FROM interactions i WHERE i.workspace_id = r.workspace_id AND i.sales_rep_id = r.id
        AND i.deleted_at IS NULL AND i.occurred_at >= ${startOfDay(quarter.from, quarter.time_zone)}
        AND i.occurred_at < ${startOfDay(quarter.to, quarter.time_zone)}) AS interactions
    FROM sales_representatives r
    WHERE r.workspace_id = ${scope.workspaceId} AND r.deleted_at IS NULL
    ORDER BY customers DESC, r.id LIMIT ${limit}`.execute(db)
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

export async function plainAverageOrder(db: Db, scope: Scope, currency: string): Promise<string | null> {
  const { rows } = await sql<{ average: string | null }>`
    SELECT round(avg(total_amount), 4) AS average FROM orders
    WHERE workspace_id = ${scope.workspaceId} AND status NOT IN ('draft', 'cancelled') AND deleted_at IS NULL
      AND currency = ${currency}`.execute(db)
  return rows[0]?.average ?? null
}
