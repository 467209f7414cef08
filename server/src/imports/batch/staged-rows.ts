import { type RawBuilder, sql } from 'kysely'
import { stagedColumns } from '../mapping/plan.ts'
import type { FieldPlan, FilePlan, RecordPlan, ReferencePlan } from '../mapping/plan-shape.ts'

/*
 * A batch's rows in PostgreSQL. import_stage holds them as they were copied in; import_rows adds to each
 *   <prefix>known         the record that an earlier row or run made of it; negative if that lies in the trash
 *   <prefix>id            that record, or the id that the new one gets
 *   <prefix>new           whether this row makes the record
 *   <prefix>trashed       whether the record lies in the trash
 *   <prefix>changed       whether this row has changed the record
 *   <field>_found         the record that a reference points to; negative if that lies in the trash
 *   repeated              whether an earlier row has the same id, which is why it does not go in
 *   column_name, reason   why the row does not go in
 * import_differences holds what rows say otherwise than the records that are there (see update-rows.ts), import_whole the
 * orders that have all their lines when the batch is in (see whole-at-once.ts).
 * Identifiers come from the catalogue of objects, never from a mapping; values are parameters. Look-ups are scalar
 * subqueries on purpose: they stay index look-ups, one for each row of the batch, where a join might read a whole
 * table of millions.
 */

export type Statement = RawBuilder<unknown>
export type SqlValue = RawBuilder<unknown>

/** Orders that are there in another currency than their rows say, by their ids in the source; see new-currencies.ts. */
export interface NewCurrencies {
  /** All their figures come with it. */
  whole: ReadonlySet<string>
  /** Some would stay behind. */
  partial: ReadonlySet<string>
}

/** Whose rows a batch writes, and under which names. */
export interface BatchOwner {
  workspaceId: number
  /** Who runs the import; null for the command line. */
  userId: string | null
  /** Name of the mapping: the system that the external ids belong to. */
  source: string
  importId: number
  newCurrencies: NewCurrencies
}

/** A column of `import_rows AS r`. */
export function rowColumn(name: string): SqlValue {
  return sql.raw(`r.${name}`)
}

export function referencesOf({ fields }: RecordPlan): ReferencePlan[] {
  return fields.filter((field): field is ReferencePlan => field.refersTo !== undefined)
}

/** The value that a new record gets in a field. */
export function newValue({ staged, fallback, type }: FieldPlan): SqlValue {
  if (fallback === null) return rowColumn(staged)
  return sql`coalesce(${rowColumn(staged)}, ${fallback}::${sql.raw(type)})`
}

/** The record that an earlier record of the same row makes, if the field refers to one of its kind. */
export function madeBySameRow(
  records: RecordPlan[],
  record: RecordPlan,
  field: FieldPlan,
): RecordPlan | undefined {
  return records.slice(0, records.indexOf(record)).find(({ object }) => object.name === field.refersTo)
}

/** The id that a reference points to, NULL if nothing: a record that the same row makes, or one that is there. */
export function referenceId(records: RecordPlan[], record: RecordPlan, field: FieldPlan): SqlValue {
  const found = rowColumn(`${field.staged}_found`)
  const made = madeBySameRow(records, record, field)
  if (!made) return found
  return sql`CASE WHEN ${rowColumn(made.externalId.staged)} = ${rowColumn(field.staged)}
    THEN ${rowColumn(`${made.prefix}id`)} ELSE ${found} END`
}

/** The rows of a record that are there already and may be changed. */
export function living({ prefix, restore }: RecordPlan): SqlValue {
  const known = sql`NOT ${rowColumn(`${prefix}new`)}`
  return restore ? known : sql`${known} AND NOT ${rowColumn(`${prefix}trashed`)}`
}

/** The rows whose values go into a record. */
export function written(record: RecordPlan): SqlValue {
  const isNew = rowColumn(`${record.prefix}new`)
  return record.update ? sql`(${isNew} OR (${living(record)}))` : isNew
}

/** Refuses the rows that meet a condition, among those that nothing has refused yet. */
export function refuse(columns: string | null, reason: SqlValue, condition: SqlValue): Statement {
  return sql`
    UPDATE import_rows r SET column_name = ${columns}::text, reason = ${reason}
    WHERE r.reason IS NULL AND ${condition}`
}

/** The tables live as long as the transaction, so that they work through a transaction pooler too. */
export function createTables(plan: FilePlan): Statement[] {
  const staged = [
    'row_number int NOT NULL',
    ...stagedColumns(plan).map(({ staged, type }) => `${staged} ${type}`),
  ]
  const lookedUp = lookedUpColumns(plan).map((name) => `${name} bigint`)
  const states = plan.records.flatMap(({ prefix }) => [
    `${prefix}id bigint`,
    `${prefix}new boolean`,
    `${prefix}trashed boolean`,
    `${prefix}changed boolean`,
  ])
  const rows = [...staged, ...lookedUp, ...states, 'repeated boolean', 'column_name text', 'reason text']
  return [
    sql.raw(`CREATE TEMP TABLE import_stage (${staged.join(', ')}) ON COMMIT DROP`),
    sql.raw(`CREATE TEMP TABLE import_rows (${rows.join(', ')}) ON COMMIT DROP`),
    ...(plan.records.some(({ update, shared }) => update || shared) ? [createDifferences] : []),
    ...(plan.records.some(({ object }) => object.name === 'order_items') ? [createWhole] : []),
  ]
}

const createDifferences = sql.raw(`CREATE TEMP TABLE import_differences (
  prefix text, row_number int, id bigint, field text, before jsonb, after jsonb, verdict text) ON COMMIT DROP`)

const createWhole = sql.raw(`CREATE TEMP TABLE import_whole (
  order_key text, order_id bigint, digits int, is_held boolean, is_freed boolean) ON COMMIT DROP`)

function lookedUpColumns({ records }: FilePlan): string[] {
  return records.flatMap((record) => [
    `${record.prefix}known`,
    ...referencesOf(record).map(({ staged }) => `${staged}_found`),
  ])
}

export const COPY_INTO_STAGE = 'COPY import_stage FROM STDIN'

/** Fills import_rows: looks up what is there already and gives ids to what is not. */
export function resolveRows(plan: FilePlan, owner: BatchOwner): Statement {
  const staged = ['row_number', ...stagedColumns(plan).map(({ staged }) => staged)]
  const lookUps = plan.records.flatMap((record) => [
    record.object.name === 'order_items' ? knownLine(record, owner) : knownEntity(record, owner),
    ...referencesOf(record).map((field) => existingEntity(field, owner)),
  ])
  const states = plan.records.map(({ prefix, object }) =>
    sql.raw(`coalesce(abs(${prefix}known), nextval('${object.name}_id_seq')), ${prefix}known IS NULL,
      coalesce(${prefix}known < 0, false), false`),
  )
  const names = [...staged, ...lookedUpColumns(plan)]
  return sql`
    WITH looked_up (${sql.raw(names.join(', '))}) AS MATERIALIZED (
      SELECT ${sql.raw(staged.map((name) => `s.${name}`).join(', '))}, ${sql.join(lookUps)} FROM import_stage s
    )
    INSERT INTO import_rows SELECT ${sql.raw(names.join(', '))}, ${sql.join(states)}, false FROM looked_up`
}

function knownEntity({ object, externalId }: RecordPlan, owner: BatchOwner): SqlValue {
  return entity(object.name, externalId.staged, owner)
}

function existingEntity({ refersTo = 'customers', staged }: FieldPlan, owner: BatchOwner): SqlValue {
  return entity(refersTo, staged, owner)
}

/**
 * An external id may outlive its record, so the record itself is looked for. Negative if it lies in the trash. Each
 * look-up is fenced by its LIMIT: joined, PostgreSQL would start from whatever table it takes for empty.
 */
function entity(table: string, staged: string, { workspaceId, source }: BatchOwner): SqlValue {
  return sql`(
    SELECT CASE WHEN t.deleted_at IS NULL THEN t.id ELSE -t.id END FROM (
      SELECT e.entity_id FROM external_ids e
      WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = ${table}
        AND e.external_id = s.${sql.raw(staged)} LIMIT 1
    ) e CROSS JOIN LATERAL (
      SELECT t.id, t.deleted_at FROM ${sql.table(table)} t
      WHERE t.workspace_id = ${workspaceId} AND t.id = e.entity_id LIMIT 1
    ) t)`
}

function knownLine({ externalId, fields }: RecordPlan, owner: BatchOwner): SqlValue {
  const order = fields.find(({ name }) => name === 'order_id')
  const [line, ofOrder] = [externalId, order ?? externalId].map(({ staged }) => sql.raw(`s.${staged}`))
  return lineThatIsThere(line as SqlValue, ofOrder as SqlValue, owner) // Both are given.
}

/**
 * A line lies in the trash with its order. One that is gone was replaced by a person and does not come again, unless
 * its whole order was deleted for good since.
 */
export function lineThatIsThere(
  line: SqlValue,
  order: SqlValue,
  { workspaceId, source }: BatchOwner,
): SqlValue {
  return sql`(
    SELECT CASE WHEN o.deleted_at IS NULL THEN e.entity_id ELSE -e.entity_id END FROM (
      SELECT e.entity_id, e.import_id FROM external_ids e
      WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = 'order_items'
        AND e.external_id = ${line} LIMIT 1
    ) e CROSS JOIN LATERAL (
      SELECT oe.entity_id, oe.import_id FROM external_ids oe
      WHERE oe.workspace_id = ${workspaceId} AND oe.source = ${source} AND oe.object = 'orders'
        AND oe.external_id = ${order} LIMIT 1
    ) oe CROSS JOIN LATERAL (
      SELECT o.deleted_at FROM orders o WHERE o.workspace_id = ${workspaceId} AND o.id = oe.entity_id LIMIT 1
    ) o
    WHERE oe.import_id <= e.import_id OR (
      SELECT i.id FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.id = e.entity_id) IS NOT NULL)`
}
