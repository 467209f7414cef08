import { sql } from 'kysely'
import type pg from 'pg'
import type { RecordPlan } from '../mapping/plan-shape.ts'
import { type RefusedLine, UNKNOWN_ORDER, UNNAMED_LINE_MARK } from '../mapping/refused-lines.ts'
import { EXTERNAL_ID_LENGTH_MAX } from '../mapping/row-ids.ts'
import { type BatchOwner, lineThatIsThere, rowColumn, type SqlValue, type Statement } from './staged-rows.ts'

/*
 * An order and its lines go in as a whole, whatever files and batches they stand in. An order that still has lines to
 * come, or whose lines were refused, is a draft: no figure counts it at any moment. held_orders keeps the status that it
 * came with, missing_lines the lines that were refused; when an import has read its files to the end, the orders of
 * which nothing is missing get their status. If a row could not be read and may belong to any order, none of them does.
 */

const ORDERS_PER_STEP = 1_000
const UNNAMED_SENTENCE =
  ' Its row has no id of its own, so that nobody can tell whether it has come in since. If all lines of the order are there, set its status by hand.'
const UNREAD_SENTENCE =
  'A row of the file that could not be read may belong to it. Mend that row in its file and import the whole file again, or set the status of the order by hand.'

/** What a batch has refused before PostgreSQL saw it, and where its rows stand in the files. */
export interface RefusedLines {
  lines: NamedLine[]
  /** Orders of its rows that have lines in rows to come; null if nobody can tell. */
  open: string[] | null
  file: string
  /** Line of the file by the row's place in the batch. */
  places: number[]
}

type NamedLine = RefusedLine & { line: string }

/** What stands for the id of a line without one: its place, or the import if its order is not known either. */
export function nameUnnamed(
  { order, line }: RefusedLine,
  { file, place, importId }: { file: string; place: number; importId: number },
): NamedLine {
  const name =
    order === UNKNOWN_ORDER ? String(importId) : `${file}:${place}`.slice(1 - EXTERNAL_ID_LENGTH_MAX)
  return { order, line: line ?? `${UNNAMED_LINE_MARK}${name}` }
}

type Run = <T extends pg.QueryResultRow>(statement: Statement) => Promise<pg.QueryResult<T>>

/** The id of the order that a row belongs to. */
export function orderKey(record: RecordPlan): SqlValue {
  const order = record.fields.find(({ name }) => name === 'order_id')
  return rowColumn(order?.staged ?? record.externalId.staged)
}

/** Of the lines that were refused before, those that are missing. */
export function missingAmong({ lines }: RefusedLines, record: RecordPlan, owner: BatchOwner): SqlValue {
  return sql`
    SELECT given."order", given.line FROM (
      SELECT said."order", said.line, ${lineThatIsThere(sql`said.line`, sql`said."order"`, owner)} AS known
      FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS said ("order" text, line text)
    ) given WHERE ${isMissing(sql`given.known`, record, owner)}`
}

/** Its order lacks a line that did not come in, or did not change as it should. Who has replaced it knows better. */
export function isMissing(known: SqlValue, { update }: RecordPlan, owner: BatchOwner): SqlValue {
  return update ? sql`(${known} IS NULL OR NOT ${isGone(known, owner)})` : sql`${known} IS NULL`
}

function isGone(known: SqlValue, { workspaceId }: BatchOwner): SqlValue {
  return sql`((
    SELECT i.id FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.id = abs(${known}) LIMIT 1) IS NULL)`
}

/** Nobody but imports has set the status of the order `o`: a person's word holds. */
export function statusIsOurs({ workspaceId }: Pick<BatchOwner, 'workspaceId'>): SqlValue {
  return sql`(
    SELECT e.id FROM change_events e
    WHERE e.workspace_id = ${workspaceId} AND e.object = 'order' AND e.entity_id = o.id AND e.import_id IS NULL
      AND jsonb_exists(e.changes, 'status') LIMIT 1) IS NULL`
}

/** Orders that were whole, and will not be so with this batch, are held back before that. */
export function holdTouchedOrders(record: RecordPlan, owner: BatchOwner, refused: RefusedLines): Statement {
  const { workspaceId, userId, source, importId } = owner
  const [isNew, changed] = ['new', 'changed'].map((name) => rowColumn(`${record.prefix}${name}`))
  const missing = isMissing(rowColumn(`${record.prefix}known`), record, owner)
  return sql`
    WITH keys AS MATERIALIZED (
      SELECT DISTINCT ${orderKey(record)} AS order_key FROM import_rows r
      WHERE CASE WHEN r.reason IS NULL THEN ${isNew} OR ${changed} ELSE r.repeated OR ${missing} END
      UNION SELECT refused."order" FROM (${missingAmong(refused, record, owner)}) refused
    ), named AS MATERIALIZED (
      SELECT order_key, (
        SELECT e.entity_id FROM external_ids e
        WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = 'orders'
          AND e.external_id = keys.order_key) AS order_id
      FROM keys WHERE order_key NOT IN (SELECT whole.order_key FROM import_whole whole)
    ), touched AS MATERIALIZED (
      SELECT order_key, order_id FROM named
      WHERE order_id IS NOT NULL AND (
        SELECT h.order_id FROM held_orders h WHERE h.workspace_id = ${workspaceId} AND h.order_id = named.order_id) IS NULL
    ), whole AS MATERIALIZED (
      SELECT o.id, o.status, touched.order_key FROM touched
      JOIN orders o ON o.workspace_id = ${workspaceId} AND o.id = touched.order_id
      WHERE o.deleted_at IS NULL AND ${statusIsOurs(owner)}
      ORDER BY o.id FOR NO KEY UPDATE OF o
    ), held AS (
      INSERT INTO held_orders (workspace_id, order_id, source, order_key, status, import_id, was_whole)
      SELECT ${workspaceId}::int, id, ${source}, order_key, status, ${importId}::bigint, true FROM whole
    ), drafted AS (
      UPDATE orders SET status = 'draft', version = orders.version + 1, updated_at = now()
      FROM whole WHERE orders.workspace_id = ${workspaceId} AND orders.id = whole.id AND orders.is_sale
      RETURNING orders.id, orders.version, whole.status
    )
    INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version, user_id, import_id)
    SELECT ${workspaceId}::int, 'order', id, 'updated',
      jsonb_build_object('status', jsonb_build_array(status, 'draft')), version, ${userId}::text, ${importId}::bigint
    FROM drafted`
}

/** Keeps which lines are missing: those that came in are so no more, those that were refused are. */
export function keepMissingLines(record: RecordPlan, owner: BatchOwner, refused: RefusedLines): Statement[] {
  const { workspaceId, source, importId } = owner
  const { prefix, externalId } = record
  const line = rowColumn(externalId.staged)
  const ours = sql`m.workspace_id = ${workspaceId} AND m.source = ${source} AND m.order_key = ${orderKey(record)}`
  const known = rowColumn(`${prefix}known`)
  const place = sql`${`${UNNAMED_LINE_MARK}${refused.file}:`}::text || (${refused.places}::int[])[r.row_number + 1]`
  // A line that is there is mended only by what changes it.
  const named = sql`(m.line_key = ${line} AND ${record.update ? sql`true` : isGone(known, owner)})`
  // What had no id of its own is taken to be among the new lines; those of this import are still to be mended.
  const unnamed = sql`(m.line_key LIKE ${`${UNNAMED_LINE_MARK}%`} AND m.import_id <> ${importId} AND ${rowColumn(`${prefix}new`)})`
  const arrived = sql`
    DELETE FROM missing_lines m USING import_rows r
    WHERE ${ours} AND r.reason IS NULL AND (${named} OR ${unnamed})`
  const missing = sql`
    INSERT INTO missing_lines (workspace_id, source, order_key, line_key, import_id)
    SELECT DISTINCT ${workspaceId}::int, ${source}, missing.order_key, missing.line_key, ${importId}::bigint FROM (
      SELECT ${orderKey(record)} AS order_key, CASE WHEN r.repeated THEN right(${place}, 200) ELSE ${line} END AS line_key
      FROM import_rows r
      WHERE r.reason IS NOT NULL AND ${orderKey(record)} IS NOT NULL
        AND (r.repeated OR ${isMissing(known, record, owner)})
      UNION ALL ${missingAmong(refused, record, owner)}
    ) missing
    ON CONFLICT (workspace_id, source, order_key, line_key) DO UPDATE SET import_id = excluded.import_id`
  return [arrived, missing]
}

/** Notes that this import has read something of the held orders that its rows name. */
export function touchHeldOrders(order: SqlValue, { workspaceId, importId }: BatchOwner): Statement {
  return sql`
    UPDATE held_orders h SET import_id = ${importId}
    FROM (SELECT DISTINCT ${order} AS id FROM import_rows r) named
    WHERE h.workspace_id = ${workspaceId} AND h.order_id = named.id AND h.import_id <> ${importId}`
}

/** Some held orders that this import has read something of, after a given one. */
export async function nextHeldOrders(
  run: Run,
  { workspaceId, importId }: Pick<BatchOwner, 'workspaceId' | 'importId'>,
  after: number,
): Promise<number[]> {
  const { rows } = await run<{ order_id: number }>(sql`
    SELECT order_id FROM held_orders
    WHERE workspace_id = ${workspaceId} AND import_id = ${importId} AND order_id > ${after}
    ORDER BY order_id LIMIT ${ORDERS_PER_STEP}`)
  return rows.map(({ order_id }) => order_id)
}

/** Why the terms of an order do not go with its lines; NULL if they do. */
function faultOfTerms(workspaceId: SqlValue, orderId: SqlValue): SqlValue {
  return sql`(
    SELECT ${termsFault(sql`t.lines_amount`)}
    FROM orders o, order_totals(${workspaceId}, ARRAY[${orderId}]) t
    WHERE o.workspace_id = ${workspaceId} AND o.id = ${orderId} AND (o.discount <> 0 OR o.discount_amount <> 0 OR o.shipping_amount < 0))`
}

/** The same of the order `o` with lines of this sum, by the rule of orders/terms.ts. */
export function termsFault(linesAmount: SqlValue): SqlValue {
  const taken = sql`round(${linesAmount} * o.discount, o.currency_digits) + o.discount_amount`
  return sql`CASE
    WHEN ${linesAmount} >= 0 AND NOT ${taken} BETWEEN 0 AND ${linesAmount} THEN
      'The discount is larger than the sum of the lines, or below zero.'
    WHEN ${linesAmount} < 0 AND NOT ${taken} BETWEEN ${linesAmount} AND 0 THEN
      'The discount of a credit note is below zero, and not larger than the sum of its lines.'
    WHEN ${linesAmount} > 0 AND o.shipping_amount < 0 THEN
      'Its shipping is below zero, and its lines add up to more than zero. What is taken off is a discount.' END`
}

/** Whether an import has met a row that could not be read and may be a line of any order. */
export async function mayLackLines(
  run: Run,
  { workspaceId, importId }: Pick<BatchOwner, 'workspaceId' | 'importId'>,
): Promise<boolean> {
  const { rows } = await run<{ found: boolean }>(
    sql`SELECT ${hasUnreadRow(sql`${workspaceId}::int`, sql`${importId}::bigint`)} AS found`,
  )
  return rows[0]?.found ?? false
}

function hasUnreadRow(workspaceId: SqlValue, importId: SqlValue): SqlValue {
  return sql`((
    SELECT m.order_key FROM missing_lines m
    WHERE m.workspace_id = ${workspaceId} AND m.order_key = ${UNKNOWN_ORDER} AND m.line_key = ${UNNAMED_LINE_MARK}::text || ${importId}
      AND m.source = (SELECT i.mapping FROM imports i WHERE i.workspace_id = ${workspaceId} AND i.id = ${importId})
    LIMIT 1) IS NOT NULL)`
}

/** The first orders that an import has left as drafts, and why. */
export function incompleteOrders(workspaceId: number, importId: number, count: number): Statement {
  return sql`
    SELECT id, order_number, status, missing_lines, CASE
        WHEN missing_lines > 0 THEN
          CASE missing_lines WHEN 1 THEN 'A line of it was refused.' ELSE missing_lines || ' of its lines were refused.' END
          || CASE unnamed_lines WHEN 0 THEN '' ELSE ${UNNAMED_SENTENCE}::text END
        WHEN may_lack_lines THEN ${UNREAD_SENTENCE}::text
        WHEN NOT has_lines THEN 'No line of it came in.'
        ELSE coalesce(fault, 'The import did not read all its files to the end; run it again.') END AS reason
    FROM (
      SELECT h.order_id AS id, o.order_number, h.status,
        (SELECT count(*) FROM missing_lines m
          WHERE m.workspace_id = h.workspace_id AND m.source = h.source AND m.order_key = h.order_key) AS missing_lines,
        (SELECT count(*) FROM missing_lines m
          WHERE m.workspace_id = h.workspace_id AND m.source = h.source AND m.order_key = h.order_key
            AND m.line_key LIKE ${`${UNNAMED_LINE_MARK}%`}) AS unnamed_lines,
        ${hasUnreadRow(sql`${workspaceId}::int`, sql`${importId}::bigint`)} AS may_lack_lines,
        EXISTS (SELECT FROM order_items i WHERE i.workspace_id = h.workspace_id AND i.order_id = h.order_id) AS has_lines,
        ${faultOfTerms(sql`h.workspace_id`, sql`h.order_id`)} AS fault
      FROM held_orders h JOIN orders o ON o.workspace_id = h.workspace_id AND o.id = h.order_id
      WHERE h.workspace_id = ${workspaceId} AND h.import_id = ${importId}
      ORDER BY h.order_id LIMIT ${count}) held`
}

/** Gives those orders that have all their lines the status that they came with. */
export function completeOrders(
  { workspaceId, userId, importId }: Pick<BatchOwner, 'workspaceId' | 'userId' | 'importId'>,
  orderIds: number[],
): Statement {
  return sql`
    WITH whole AS (
      DELETE FROM held_orders h
      WHERE h.workspace_id = ${workspaceId} AND h.order_id = ANY(${orderIds}::bigint[]) AND h.import_id = ${importId}
        AND (
          SELECT m.order_key FROM missing_lines m
          WHERE m.workspace_id = h.workspace_id AND m.source = h.source AND m.order_key = h.order_key LIMIT 1) IS NULL
        AND (
          SELECT i.order_id FROM order_items i
          WHERE i.workspace_id = h.workspace_id AND i.order_id = h.order_id LIMIT 1) IS NOT NULL
        AND ${faultOfTerms(sql`h.workspace_id`, sql`h.order_id`)} IS NULL
      RETURNING h.order_id, h.status, h.was_whole
    ), freed AS (
      UPDATE orders o SET status = whole.status, version = o.version + 1, updated_at = now()
      FROM whole
      WHERE o.workspace_id = ${workspaceId} AND o.id = whole.order_id AND o.status = 'draft' AND whole.status <> 'draft'
        AND ${statusIsOurs({ workspaceId })}
      RETURNING o.id, o.version, o.status, whole.was_whole
    )
    INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version, user_id, import_id)
    SELECT ${workspaceId}::int, 'order', id, 'updated',
      jsonb_build_object('status', jsonb_build_array('draft', status)), version, ${userId}::text, ${importId}::bigint
    FROM freed WHERE was_whole`
}
