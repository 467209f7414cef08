import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { afterCursor, decodeCursor, encodeCursor } from '../lists/cursor.ts'
import { orderSource } from '../orders/queries.ts'
import type { OrderRow } from '../orders/schema.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import type { Currency } from '../vocabulary.ts'
import { averageOrders } from './queries.ts'

const order = {
  name: 'net_amount',
  column: { column: 'net_amount', type: 'numeric' },
  descending: true,
} as const

interface Question {
  /** The workspace's, if none is asked for. */
  currency?: Currency
  limit: number
  after?: string
}

interface AboveAverage {
  currency: Currency
  /** All in which there are sales, the workspace's first. */
  currencies: Currency[]
  average: string | null
  items: OrderRow[]
  next_cursor: string | null
}

/**
 * Sales of one currency above their average, the largest first, by their amounts without tax. The average comes from the
 * summary once, and the page from the index on the amount: neither reads the other orders.
 */
export async function ordersAboveAverage(
  db: Db,
  scope: Scope,
  { limit, after, ...asked }: Question,
): Promise<AboveAverage> {
  const averages = await averageOrders(db, scope)
  const currency = asked.currency ?? averages[0]?.currency ?? 'EUR'
  const average = averages.find((each) => each.currency === currency)?.average ?? null
  const cursor = after === undefined ? undefined : decodeCursor(order, after, 'after')
  const fields = Object.entries(orderSource.fields).map(
    ([name, column]) => sql`${sql.raw(column)} AS ${sql.id(name)}`,
  )
  const { rows } = await sql<OrderRow>`
    SELECT ${sql.join(fields)}
    FROM (
      SELECT t.id, t.workspace_id, t.order_number, t.customer_id, t.company_id, t.sales_rep_id, t.order_date, t.status,
        t.currency, t.net_amount, t.total_amount, t.version, t.created_at, t.updated_at
      FROM orders t
      WHERE ${visible(scope, 'orders', 't')} AND t.is_sale AND t.currency = ${currency}
        AND t.net_amount > (SELECT average_order_amount(${scope.workspaceId}, ${currency}))
        AND ${afterCursor(order, cursor, true)}
      ORDER BY t.net_amount DESC, t.id DESC LIMIT ${sql.lit(limit + 1)}) t ${sql.raw(orderSource.joins)}
    ORDER BY t.net_amount DESC, t.id DESC`.execute(db)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last
  return {
    currency,
    currencies: averages.filter(({ orders }) => orders > 0).map((each) => each.currency),
    average,
    items,
    next_cursor: more ? encodeCursor(order, { value: last.net_amount, id: last.id }) : null,
  }
}
