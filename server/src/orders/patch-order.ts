import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Tx } from '../db/database.ts'
import { planPatch, writePatch } from '../records/records.ts'
import { insertLines, type PricedLine, priceLines } from './lines.ts'
import { orderSource, readOrder } from './queries.ts'
import type { Order, OrderPatch } from './schema.ts'

/** Changes an order. Sent items replace all lines; with lines or currency the total is made anew. */
export async function patchOrder(tx: Tx, scope: Scope, id: number, patch: OrderPatch): Promise<Order> {
  const { current, changes } = await planPatch(tx, orderSource, scope, id, patch, readOrder)
  if (Object.keys(changes).length === 0) return current
  const currency = patch.currency ?? current.currency
  const lines = patch.items ? await priceLines(tx, scope, patch.items, currency) : undefined
  const { items: _items, ...columns } = changes
  const derived: Record<string, RawBuilder<unknown>> = changes.currency
    ? { currency_digits: sql`(SELECT digits FROM currencies WHERE code = ${currency})` }
    : {}
  if (lines) await deleteLines(tx, scope, id)
  await writePatch(tx, orderSource, scope, id, {
    version: current.version,
    columns,
    derived,
    history: changes,
  })
  await settleTotal(tx, scope, id, lines)
  return readOrder(tx, scope, id)
}

async function deleteLines(tx: Tx, scope: Scope, id: number): Promise<void> {
  await tx
    .deleteFrom('order_items')
    .where('workspace_id', '=', scope.workspaceId)
    .where('order_id', '=', id)
    .execute()
}

/** A change of currency rounds the lines anew (they are generated columns), so the total follows even without new lines. */
async function settleTotal(tx: Tx, scope: Scope, id: number, lines: PricedLine[] | undefined): Promise<void> {
  if (lines) await insertLines(tx, scope, id, lines)
  await sql`
    UPDATE orders SET total_amount = items.total
    FROM (SELECT coalesce(sum(line_total), 0) AS total FROM order_items
          WHERE workspace_id = ${scope.workspaceId} AND order_id = ${id}) items
    WHERE workspace_id = ${scope.workspaceId} AND id = ${id} AND total_amount <> items.total`.execute(tx)
}
