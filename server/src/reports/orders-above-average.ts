import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Db } from '../db/database.ts'
import { afterCursor, decodeCursor, encodeCursor } from '../lists/cursor.ts'
import { orderSource } from '../orders/queries.ts'
import type { OrderRow } from '../orders/schema.ts'
import { averageOrder } from './queries.ts'

const order = {
  name: 'total_amount',
  column: { column: 'total_amount', type: 'numeric' },
  descending: true,
} as const

interface AboveAverage {
  average: string | null
  items: OrderRow[]
  next_cursor: string | null
}

/**
 * Sales above the average, the largest first. The average comes from the summary once, and the page from the index on
 * the amount: neither reads the other orders.
 */
export async function ordersAboveAverage(
  db: Db,
  scope: Scope,
  limit: number,
  after: string | undefined,
): Promise<AboveAverage> {
  const { average, currency } = await averageOrder(db, scope)
  const cursor = after === undefined ? undefined : decodeCursor(order, after, 'after')
  const fields = Object.entries(orderSource.fields).map(
    ([name, column]) => sql`${sql.raw(column)} AS ${sql.id(name)}`,
  )
  const { rows } = await sql<OrderRow>`
    SELECT ${sql.join(fields)}
    FROM (
      SELECT t.id, t.workspace_id, t.order_number, t.customer_id, t.company_id, t.sales_rep_id, t.order_date, t.status,
        t.currency, t.total_amount, t.version, t.created_at, t.updated_at
      FROM orders t
      WHERE t.workspace_id = ${scope.workspaceId} AND t.deleted_at IS NULL AND t.is_sale AND t.currency = ${currency}
        AND t.total_amount > (SELECT average_order_amount(${scope.workspaceId}, ${currency}))
        AND ${afterCursor(order, cursor, true)}
      ORDER BY t.total_amount DESC, t.id DESC LIMIT ${sql.lit(limit + 1)}) t ${sql.raw(orderSource.joins)}
    ORDER BY t.total_amount DESC, t.id DESC`.execute(db)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last
  return {
    average,
    items,
    next_cursor: more ? encodeCursor(order, { value: last.total_amount, id: last.id }) : null,
  }
}
