import { sql } from 'kysely'
import { ORDER_ITEMS_MAX } from '../../orders/schema.ts'
import type { FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
import { assignmentsOf, insertInto } from './insert-rows.ts'
import { type BatchOwner, referenceId, rowColumn, type SqlValue, type Statement } from './staged-rows.ts'
import { changeLines, compare, markChanged } from './update-rows.ts'
import { findWholeOrders, freeWholeOrders } from './whole-at-once.ts'
import { holdTouchedOrders, type RefusedLines } from './whole-orders.ts'

const COPIED_COLUMNS = ['order_date', 'is_sale', 'currency', 'currency_digits', 'position']

/** Brings lines into their orders: these are held back first if they lack some, and their totals follow. */
export function writeLines(
  plan: FilePlan,
  record: RecordPlan,
  owner: BatchOwner,
  refused: RefusedLines,
): Statement[] {
  const copied = COPIED_COLUMNS.map((name) => ({ name, value: sql.raw(`o.${name}`) }))
  const assignments = [...assignmentsOf(plan, record, owner), ...copied]
  const comparison = record.update ? compare(plan, record, owner) : undefined
  const order = orderId(plan, record)
  return [
    ...(comparison ? [comparison, markChanged(record)] : []),
    lockOrders(plan, record, owner),
    ...findWholeOrders(record, order, owner, refused),
    holdTouchedOrders(record, owner, refused),
    freeWholeOrders(record, order, owner, assignments),
    insertInto(record, owner, assignments, itemOrders(plan, record, owner)),
    ...(comparison ? changeLines(record, owner) : []),
    totalOrders(plan, record, owner),
  ]
}

function orderId({ records }: FilePlan, record: RecordPlan): SqlValue {
  const order = record.fields.find(({ name }) => name === 'order_id')
  return order ? referenceId(records, record, order) : sql`NULL::bigint`
}

/** Of the lines that are one too many for their order, as an order takes them from people. */
export function refuseSurplusLines(
  plan: FilePlan,
  record: RecordPlan,
  { workspaceId }: BatchOwner,
): Statement {
  const order = orderId(plan, record)
  return sql`
    UPDATE import_rows r SET reason = ${`An order has at most ${ORDER_ITEMS_MAX} lines. Split it into two.`}::text
    FROM (
      SELECT r.row_number, row_number() OVER (PARTITION BY ${order} ORDER BY r.row_number) AS nth, ${order} AS order_id
      FROM import_rows r WHERE r.reason IS NULL AND ${rowColumn(`${record.prefix}new`)}
    ) line
    WHERE line.row_number = r.row_number AND line.nth + (
      SELECT count(*) FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.order_id = line.order_id
    ) > ${ORDER_ITEMS_MAX}`
}

/** What items copy of their order, and the next free position in it. */
function itemOrders(plan: FilePlan, record: RecordPlan, { workspaceId }: BatchOwner): SqlValue {
  const order = orderId(plan, record)
  return sql`
    JOIN (
      SELECT r.row_number, row_number() OVER (PARTITION BY ${order} ORDER BY r.row_number) AS nth
      FROM import_rows r WHERE r.reason IS NULL AND ${rowColumn(`${record.prefix}new`)}
    ) place ON place.row_number = r.row_number
    CROSS JOIN LATERAL (
      SELECT t.order_date, t.is_sale, t.currency, t.currency_digits, place.nth + coalesce((
        SELECT max(i.position) FROM order_items i WHERE i.workspace_id = t.workspace_id AND i.order_id = t.id), 0) AS position
      FROM orders t WHERE t.workspace_id = ${workspaceId} AND t.id = ${order} LIMIT 1
    ) o`
}

/** The orders whose lines this batch writes. */
function touchedOrders(plan: FilePlan, record: RecordPlan): SqlValue {
  const { prefix } = record
  return sql`ARRAY(
    SELECT DISTINCT ${orderId(plan, record)} FROM import_rows r
    WHERE r.reason IS NULL AND (${rowColumn(`${prefix}new`)} OR ${rowColumn(`${prefix}changed`)}))`
}

/** Nobody may change what the items copy before they are in. Locked by id, so that writers never wait in a circle. */
function lockOrders(plan: FilePlan, record: RecordPlan, { workspaceId }: BatchOwner): Statement {
  return sql`
    SELECT t.id FROM orders t WHERE t.workspace_id = ${workspaceId} AND t.id = ANY(${touchedOrders(plan, record)})
    ORDER BY t.id FOR NO KEY UPDATE`
}

/** The totals follow from the lines, by the one rule for all orders; some have theirs by now. */
function totalOrders(plan: FilePlan, record: RecordPlan, { workspaceId }: BatchOwner): Statement {
  return sql`
    UPDATE orders SET updated_at = now(), version = version + 1, tax_amount = t.tax_amount, total_amount = t.total_amount
    FROM order_totals(${workspaceId}::int, ARRAY(
      SELECT touched.id FROM unnest(${touchedOrders(plan, record)}) AS touched (id)
      WHERE touched.id NOT IN (SELECT whole.order_id FROM import_whole whole WHERE whole.is_freed))) t
    WHERE orders.workspace_id = ${workspaceId} AND orders.id = t.order_id`
}
