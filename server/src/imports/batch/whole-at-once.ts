import { sql } from 'kysely'
import type { RecordPlan } from '../mapping/plan-shape.ts'
import type { Assignment } from './insert-rows.ts'
import { type BatchOwner, rowColumn, type SqlValue, type Statement } from './staged-rows.ts'
import {
  isMissing,
  missingAmong,
  orderKey,
  type RefusedLines,
  statusIsOurs,
  termsFault,
} from './whole-orders.ts'

/*
 * Most orders get all their lines in one batch. Nobody sees them before the batch is committed, so that they need not be
 * held back: what is new gets its status and total before its lines, which are then written once and not again with
 * every change of their order.
 */

/** Fills import_whole; the orders of the lines are locked by now. */
export function findWholeOrders(
  record: RecordPlan,
  orderId: SqlValue,
  owner: BatchOwner,
  refused: RefusedLines,
): Statement[] {
  if (refused.open === null) return []
  const { workspaceId, source, importId } = owner
  const { prefix } = record
  const [isNew, changed] = ['new', 'changed'].map((name) => rowColumn(`${prefix}${name}`))
  const written = sql`(r.reason IS NULL AND (${isNew} OR ${changed}))`
  const missing = sql`(r.reason IS NOT NULL AND (r.repeated OR ${isMissing(rowColumn(`${prefix}known`), record, owner)}))`
  // By the first from here on, as order numbers are looked up: only one index is in this order.
  const nextWithLines = sql`(
    SELECT i.order_id FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.order_id >= given.order_id
    ORDER BY i.order_id, i.position LIMIT 1)`
  // A further line may be what a discount, or shipping that is given back, does not go with.
  const plain = sql`o.discount = 0 AND o.discount_amount = 0 AND o.shipping_amount >= 0`
  return [
    sql`
      INSERT INTO import_whole
      SELECT given.order_key, given.order_id, o.currency_digits, h.import_id IS NOT NULL, false
      FROM (
        SELECT ${orderKey(record)} AS order_key, max(${orderId}) FILTER (WHERE ${written}) AS order_id,
          bool_or(${changed}) AS is_changed
        FROM import_rows r GROUP BY 1 HAVING bool_or(${written}) AND NOT bool_or(${missing})
      ) given
      CROSS JOIN LATERAL (
        SELECT o.deleted_at, o.currency_digits, o.discount, o.discount_amount, o.shipping_amount FROM orders o
        WHERE o.workspace_id = ${workspaceId} AND o.id = given.order_id LIMIT 1
      ) o
      LEFT JOIN LATERAL (
        SELECT h.order_id, h.import_id, h.was_whole FROM held_orders h
        WHERE h.workspace_id = ${workspaceId} AND h.order_id >= given.order_id ORDER BY h.order_id LIMIT 1
      ) h ON h.order_id = given.order_id
      WHERE o.deleted_at IS NULL AND given.order_key NOT IN (SELECT unnest(${refused.open}::text[]))
        AND given.order_key NOT IN (SELECT lacking."order" FROM (${missingAmong(refused, record, owner)}) lacking)
        AND (
          SELECT m.order_key FROM missing_lines m
          WHERE m.workspace_id = ${workspaceId} AND m.source = ${source} AND m.order_key = given.order_key LIMIT 1) IS NULL
        AND CASE WHEN h.import_id IS NULL THEN ${plain}
          ELSE h.import_id = ${importId} AND NOT h.was_whole AND NOT given.is_changed
            AND ${nextWithLines} IS DISTINCT FROM given.order_id END`,
  ]
}

/** Gives the new ones among them their status and the total that their lines will have. */
export function freeWholeOrders(
  { prefix }: RecordPlan,
  orderId: SqlValue,
  { workspaceId }: BatchOwner,
  assignments: Assignment[],
): Statement {
  const of = (name: string) => assignments.find((each) => each.name === name)?.value ?? sql`0`
  const lineTotal = sql`line_total(${of('quantity')}, ${of('unit_price')}, ${of('discount')}, w.digits)`
  return sql`
    WITH line AS MATERIALIZED (
      SELECT w.order_id, array_agg(${lineTotal}) AS line_totals, array_agg(${of('tax_rate')}) AS tax_rates
      FROM import_rows r JOIN import_whole w ON w.order_id = ${orderId}
      WHERE w.is_held AND r.reason IS NULL AND ${rowColumn(`${prefix}new`)} GROUP BY w.order_id
    ), priced AS MATERIALIZED (
      SELECT line.order_id, a.tax_amount, a.total_amount FROM line
      CROSS JOIN LATERAL (
        SELECT o.discount, o.discount_amount, o.shipping_amount, o.charges_amount, o.currency_digits FROM orders o
        WHERE o.workspace_id = ${workspaceId} AND o.id = line.order_id LIMIT 1
      ) o
      CROSS JOIN LATERAL order_amounts(line.line_totals, line.tax_rates, o.discount, o.discount_amount, o.shipping_amount,
        o.charges_amount, o.currency_digits) a
      WHERE ${termsFault(sql`a.lines_amount`)} IS NULL
    ), whole AS (
      DELETE FROM held_orders h USING priced WHERE h.workspace_id = ${workspaceId} AND h.order_id = priced.order_id
      RETURNING priced.order_id, priced.tax_amount, priced.total_amount, h.status
    ), freed AS (
      UPDATE orders o SET tax_amount = whole.tax_amount, total_amount = whole.total_amount, version = o.version + 1,
        updated_at = now(),
        status = CASE WHEN o.status = 'draft' AND ${statusIsOurs({ workspaceId })} THEN whole.status ELSE o.status END
      FROM whole WHERE o.workspace_id = ${workspaceId} AND o.id = whole.order_id
      RETURNING o.id
    )
    UPDATE import_whole w SET is_freed = true FROM freed WHERE w.order_id = freed.id`
}
