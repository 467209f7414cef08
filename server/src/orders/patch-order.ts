import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { leaveTrash } from '../records/pointers.ts'
import { planPatch, writePatch } from '../records/records.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { insertLines, priceLines } from './lines.ts'
import { orderSource, readOrder } from './queries.ts'
import type { Order, OrderPatch } from './schema.ts'
import { amountFields, checkAmounts, checkCurrencyChange, checkTerms } from './terms.ts'

/** What the total follows from. */
const totalFields = ['items', 'currency', 'discount', ...amountFields]

/** Changes an order. Sent items replace all lines; the total follows. */
export async function patchOrder(tx: Tx, scope: Scope, id: number, patch: OrderPatch): Promise<Order> {
  const { current, changes } = await planPatch(tx, orderSource, scope, id, patch, readOrder)
  if (Object.keys(changes).length === 0) return current
  const currency = patch.currency ?? current.currency
  if (currency !== current.currency) {
    const hasItems = current.items.length > 0
    checkCurrencyChange({ from: current.currency, to: currency, hasItems, current, sent: patch })
  }
  checkAmounts(patch, currency)
  const sent = changes.items || changes.currency ? patch.items : undefined
  const lines = sent && (await priceLines(tx, scope, sent, currency, current.items))
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
  if (lines) await insertLines(tx, scope, id, lines)
  // What is still to be done belongs to nobody in the trash; what was sold has kept their names.
  if (changes.status && patch.status === 'draft') await leaveTrash(tx, orderSource, scope, [id])
  if (!totalFields.some((field) => field in changes)) return readOrder(tx, scope, id)
  await settleTotal(tx, scope, id)
  const order = await readOrder(tx, scope, id)
  checkTerms(order, patch.discount_amount === undefined && lines ? 'items' : 'discount_amount')
  return order
}

async function deleteLines(tx: Tx, scope: Scope, id: number): Promise<void> {
  await tx.deleteFrom('order_items').where(visible(scope, 'order_items')).where('order_id', '=', id).execute()
}

async function settleTotal(tx: Tx, scope: Scope, id: number): Promise<void> {
  await sql`
    UPDATE orders SET total_amount = t.total_amount, tax_amount = t.tax_amount
    FROM order_totals(${scope.workspaceId}, ARRAY[${id}::bigint]) t
    WHERE ${visible(scope, 'orders')} AND id = ${id}
      AND (orders.total_amount, orders.tax_amount) IS DISTINCT FROM (t.total_amount, t.tax_amount)`.execute(
    tx,
  )
}
