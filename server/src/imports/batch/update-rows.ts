import { sql } from 'kysely'
import { amountFields } from '../../orders/terms.ts'
import type { FieldPlan, FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
import { dropFirstFromLists } from './further-rows.ts'
import { fieldBit } from './said-earlier.ts'
import {
  type BatchOwner,
  living,
  referenceId,
  rowColumn,
  type SqlValue,
  type Statement,
} from './staged-rows.ts'

/*
 * What the rows say otherwise than the records that are there. Each difference has a verdict:
 *   apply        the record takes it on
 *   fill         so does a record of this import that has nothing there yet, which is no news
 *   person       a person has changed the field since, whose word holds
 *   earlier      an earlier row of the same import says something else of the same record
 * An empty cell says nothing. Of rows that share a record, neither does one that says what an empty cell becomes: whether
 * shipping stands on the first line of an order or on its last, with zeros on the others, is the same.
 */

/** Brings back what lies in the trash, where the mapping wants it. */
export function restoreRecord({ object, prefix, restore }: RecordPlan, owner: BatchOwner): Statement[] {
  if (!restore) return []
  const { workspaceId, userId, importId } = owner
  const returning = sql`SELECT DISTINCT ${rowColumn(`${prefix}id`)} AS id FROM import_rows r
    WHERE r.reason IS NULL AND ${rowColumn(`${prefix}trashed`)}`
  return [
    sql`
      WITH restored AS (
        UPDATE ${sql.table(object.name)} t SET deleted_at = NULL, version = t.version + 1, updated_at = now()
        FROM (${returning}) returning_rows
        WHERE t.workspace_id = ${workspaceId} AND t.id = returning_rows.id AND t.deleted_at IS NOT NULL
        RETURNING t.id, t.version
      )
      INSERT INTO change_events (workspace_id, object, entity_id, action, version, user_id, import_id)
      SELECT ${workspaceId}::int, ${historyName(object)}, id, 'restored', version, ${userId}::text, ${importId}::bigint
      FROM restored`,
  ]
}

/** Changes the records that are there, where the mapping wants it, and finds what rows that share one contradict. */
export function updateRecord(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Statement[] {
  if (!record.update && !record.shared) return []
  const comparison = compare(plan, record, owner)
  return [
    ...(record.update ? [lock(record, owner)] : []),
    ...(comparison
      ? [comparison, ...dropFirstFromLists(record, owner), ...applyDifferences(record, owner)]
      : []),
  ]
}

/** As the history calls it. */
function historyName({ singular }: RecordPlan['object']): string {
  return singular.replace(' ', '_')
}

/** Nobody may change what is compared until it is written. */
function lock({ object, prefix }: RecordPlan, { workspaceId }: BatchOwner): Statement {
  return sql`
    SELECT t.id FROM ${sql.table(object.name)} t
    WHERE t.workspace_id = ${workspaceId} AND t.id = ANY(ARRAY(
      SELECT ${rowColumn(`${prefix}id`)} FROM import_rows r WHERE r.reason IS NULL AND NOT ${rowColumn(`${prefix}new`)}))
    ORDER BY t.id FOR NO KEY UPDATE`
}

/** Fills import_differences. The first row that says something of a field is the one that counts; see above. */
export function compare(plan: FilePlan, record: RecordPlan, owner: BatchOwner): Statement | undefined {
  const { object, prefix } = record
  const id = rowColumn(`${prefix}id`)
  const fields = updatable(record)
  const pairs = fields.map(
    (field) =>
      sql`(${field.name}::text, ${storedValue(record, field, owner)}, ${saidValue(plan, record, field)}, ${usualValue(field)},
        ${saidBefore(record, field)})`,
  )
  if (pairs.length === 0) return undefined
  return sql`
    INSERT INTO import_differences (prefix, row_number, id, field, before, after, verdict)
    SELECT ${prefix}, row_number, id, field, before, after, verdict FROM (
      SELECT row_number, id, field, CASE WHEN is_first THEN before ELSE first_after END AS before, after,
        ${verdict(record, owner)} AS verdict
      FROM (
        SELECT r.row_number, ${id} AS id, ${rowColumn(record.externalId.staged)} AS external_id, said.*,
          r.row_number = first_value(r.row_number) OVER same AS is_first, first_value(said.after) OVER same AS first_after,
          bool_or(${rowColumn(`${prefix}new`)}) OVER (PARTITION BY ${id}) AS is_new
        FROM import_rows r
        CROSS JOIN LATERAL (
          SELECT ${sql.join(['id', ...fields.map(({ name }) => name)].map((name) => sql.raw(`t.${name}`)))} FROM ${sql.table(object.name)} t WHERE t.workspace_id = ${owner.workspaceId} AND t.id = ${id} LIMIT 1
        ) t
        CROSS JOIN LATERAL (VALUES ${sql.join(pairs)}) said (field, before, after, usual, said_before)
        WHERE r.reason IS NULL AND (${rowColumn(`${prefix}new`)} OR (${living(record)})) AND said.after IS NOT NULL
        WINDOW same AS (PARTITION BY ${id}, said.field ORDER BY said.after IS NOT DISTINCT FROM said.usual, r.row_number)
      ) compared
      WHERE after IS DISTINCT FROM CASE WHEN is_first THEN before ELSE first_after END
    ) judged WHERE verdict IS NOT NULL`
}

/** What only the mapping says is for new records; to which order a line belongs never changes. */
function updatable({ object, fields }: RecordPlan): FieldPlan[] {
  return fields.filter(
    ({ name, fromFile }) => fromFile && !(object.name === 'order_items' && name === 'order_id'),
  )
}

/** Both sides of a comparison, and history, have a value in the same form: decimals as exact text. */
function comparable(value: SqlValue, type: string): SqlValue {
  return type === 'numeric' ? sql`to_jsonb(trim_scale(${value})::text)` : sql`to_jsonb(${value})`
}

function storedValue(
  { object }: RecordPlan,
  { name, type }: FieldPlan,
  { workspaceId }: BatchOwner,
): SqlValue {
  const column = sql.raw(`t.${name}`)
  if (object.name !== 'orders' || name !== 'status') return comparable(column, type)
  return sql`to_jsonb(coalesce((
    SELECT h.status FROM held_orders h WHERE h.workspace_id = ${workspaceId} AND h.order_id = t.id), ${column}))`
}

/** What an empty cell becomes. Of a currency, rows that follow it cannot tell: their amounts are in it already. */
function usualValue({ name, type, fallback }: FieldPlan): SqlValue {
  if (fallback === null || name === 'currency') return sql`NULL::jsonb`
  return comparable(sql`${fallback}::${sql.raw(type)}`, type)
}

function saidValue({ records }: FilePlan, record: RecordPlan, field: FieldPlan): SqlValue {
  const said = field.refersTo ? referenceId(records, record, field) : rowColumn(field.staged)
  return comparable(said, field.type)
}

/** Whether a row of an earlier batch of this import has said the same field. */
export function saidBefore(record: RecordPlan, field: Pick<FieldPlan, 'name'>): SqlValue {
  if (!record.update) return sql`false`
  return sql`(${rowColumn(`${record.prefix}said`)} & ${fieldBit(record, field)}::int <> 0)`
}

function verdict(record: RecordPlan, owner: BatchOwner): SqlValue {
  const { object, update, overwrite } = record
  if (object.name === 'order_items') return sql`'apply'`
  const made = sql`(is_new OR ${isOfThisImport(record, owner, sql`compared.external_id`)})`
  const ofThisImport = sql`CASE WHEN after = usual THEN NULL
    WHEN is_first AND (coalesce(before, '""') = '""' OR before = usual) THEN 'fill' ELSE 'earlier' END`
  const changedBefore = sql`CASE WHEN after = usual THEN NULL WHEN before = usual THEN 'apply' ELSE 'earlier' END`
  if (!update) return sql`CASE WHEN ${made} THEN ${ofThisImport} END`
  const last = changedLastBy(record, owner, sql`compared.id`, sql`compared.field`)
  const taken = sql`CASE WHEN said_before THEN ${changedBefore} ELSE 'apply' END`
  return sql`CASE WHEN NOT is_first OR ${made} THEN ${ofThisImport}
    ELSE CASE ${last} WHEN ${owner.importId} THEN ${changedBefore} WHEN 0 THEN ${overwrite ? taken : sql`'person'`} ELSE ${taken} END END`
}

/** Whether this import has brought the record in. */
export function isOfThisImport({ object }: RecordPlan, owner: BatchOwner, externalId: SqlValue): SqlValue {
  return sql`((
    SELECT e.import_id FROM external_ids e
    WHERE e.workspace_id = ${owner.workspaceId} AND e.source = ${owner.source} AND e.object = ${object.name}
      AND e.external_id = ${externalId}) IS NOT DISTINCT FROM ${owner.importId})`
}

/** The import that changed a field last, 0 for a person; NULL if nobody has. */
export function changedLastBy(
  { object }: RecordPlan,
  { workspaceId }: Pick<BatchOwner, 'workspaceId'>,
  id: SqlValue,
  field: SqlValue,
): SqlValue {
  return sql`(
    SELECT coalesce(e.import_id, 0) FROM change_events e
    WHERE e.workspace_id = ${workspaceId} AND e.object = ${historyName(object)} AND e.entity_id = ${id}
      AND jsonb_exists(e.changes, ${field})
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1)`
}

function applyDifferences(record: RecordPlan, owner: BatchOwner): Statement[] {
  const { object, prefix } = record
  const { workspaceId, userId, importId } = owner
  const assignments = updatable(record).flatMap((field) => assignmentsTo(record, field, owner))
  const wanted = sql`
    SELECT id, jsonb_object_agg(field, after) AS after,
      jsonb_object_agg(field, jsonb_build_array(
        CASE WHEN jsonb_typeof(after) = 'array' THEN coalesce(before, '[]') ELSE before END, after))
        FILTER (WHERE verdict = 'apply') AS changes
    FROM import_differences WHERE prefix = ${prefix} AND verdict IN ('apply', 'fill') GROUP BY id`
  return [
    sql`
      WITH wanted AS MATERIALIZED (${wanted}), changed AS (
        UPDATE ${sql.table(object.name)} t SET ${sql.join(assignments)}, version = t.version + 1, updated_at = now()
        FROM wanted w WHERE t.workspace_id = ${workspaceId} AND t.id = w.id
        RETURNING t.id, t.version, w.changes
      )
      INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version, user_id, import_id)
      SELECT ${workspaceId}::int, ${historyName(object)}, id, 'updated', changes, version, ${userId}::text, ${importId}::bigint
      FROM changed WHERE changes IS NOT NULL`,
    ...(object.name === 'orders' ? followOrders(record, owner) : []),
    markChanged(record),
  ]
}

function assignmentsTo(
  { object }: RecordPlan,
  { name, type, refersTo }: FieldPlan,
  owner: BatchOwner,
): SqlValue[] {
  const given = sql`(w.after ->> ${name})::${sql.raw(refersTo ? 'bigint' : type)}`
  const said = sql`jsonb_exists(w.after, ${name})`
  const assign = (column: string, applies: SqlValue, value: SqlValue) =>
    sql`${sql.id(column)} = CASE WHEN ${applies} THEN ${value} ELSE ${sql.raw(`t.${column}`)} END`
  if (object.name === 'orders' && name === 'status') {
    const held = sql`EXISTS (
      SELECT FROM held_orders h WHERE h.workspace_id = ${owner.workspaceId} AND h.order_id = t.id)`
    return [assign(name, sql`${said} AND NOT ${held}`, given)]
  }
  if (object.name !== 'orders' || name !== 'currency') return [assign(name, said, given)]
  const digits = sql`(SELECT c.digits FROM currencies c WHERE c.code = ${given})`
  return [assign(name, said, given), assign('currency_digits', said, digits)]
}

/** Fields of an order that its total follows from. */
const totalFields = ['currency', 'discount', ...amountFields]

/** What follows from the fields of an order: the status that a held one gets, and its amounts. */
function followOrders({ prefix }: RecordPlan, { workspaceId }: BatchOwner): Statement[] {
  const changed = (field: string) => sql`
    SELECT d.id, d.after #>> '{}' AS value FROM import_differences d
    WHERE d.prefix = ${prefix} AND d.verdict IN ('apply', 'fill') AND d.field = ${field}`
  return [
    sql`
      UPDATE held_orders h SET status = said.value FROM (${changed('status')}) said
      WHERE h.workspace_id = ${workspaceId} AND h.order_id = said.id`,
    sql`
      UPDATE orders o SET total_amount = t.total_amount, tax_amount = t.tax_amount
      FROM order_totals(${workspaceId}::int, ARRAY(
        SELECT d.id FROM import_differences d
        WHERE d.prefix = ${prefix} AND d.verdict IN ('apply', 'fill') AND d.field = ANY (${totalFields}::text[]))) t
      WHERE o.workspace_id = ${workspaceId} AND o.id = t.order_id`,
  ]
}

/** Changes lines that are there. Their orders are held back by now, and their totals are made afterwards. */
export function changeLines(record: RecordPlan, { workspaceId, userId, importId }: BatchOwner): Statement[] {
  const { prefix } = record
  const assignments = updatable(record).flatMap(({ name, type, refersTo }) => {
    const given = sql`(w.after ->> ${name})::${sql.raw(refersTo ? 'bigint' : type)}`
    return [
      sql`${sql.id(name)} = CASE WHEN jsonb_exists(w.after, ${name}) THEN ${given} ELSE ${sql.raw(`t.${name}`)} END`,
    ]
  })
  return [
    sql`
      WITH wanted AS MATERIALIZED (
        SELECT id, jsonb_object_agg(field, after) AS after FROM import_differences WHERE prefix = ${prefix} GROUP BY id
      ), changed AS (
        UPDATE order_items t SET ${sql.join(assignments)} FROM wanted w
        WHERE t.workspace_id = ${workspaceId} AND t.id = w.id RETURNING t.order_id
      )
      INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version, user_id, import_id)
      SELECT ${workspaceId}::int, 'order', o.id, 'updated', '{"items": [null, null]}', o.version + 1, ${userId}::text,
        ${importId}::bigint
      FROM orders o WHERE o.workspace_id = ${workspaceId} AND o.id IN (SELECT order_id FROM changed)`,
  ]
}

/** Notes which rows have changed their record. */
export function markChanged({ prefix }: RecordPlan): Statement {
  return sql`
    UPDATE import_rows r SET ${sql.raw(`${prefix}changed`)} = true
    FROM (SELECT DISTINCT row_number FROM import_differences WHERE prefix = ${prefix} AND verdict = 'apply') applied
    WHERE r.row_number = applied.row_number`
}

/** A value as people read it; of a list, what its parts are besides their labels. */
function inWords(value: 'before' | 'after'): SqlValue {
  const said = sql.raw(value)
  return sql`CASE WHEN jsonb_typeof(${said}) = 'array'
    THEN (SELECT string_agg(coalesce(e.part ->> 'email', e.part ->> 'phone'), ', ' ORDER BY e.place)
      FROM jsonb_array_elements(${said}) WITH ORDINALITY AS e (part, place))
    ELSE ${said} #>> '{}' END`
}

/** What was not taken over, for people. */
export const readDifferences: Statement = sql`
  SELECT row_number, prefix, field, verdict, ${inWords('before')} AS before, ${inWords('after')} AS after
  FROM import_differences
  WHERE verdict IN ('person', 'earlier') ORDER BY row_number, field`
