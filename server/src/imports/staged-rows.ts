import { type RawBuilder, sql } from 'kysely'
import { type FieldPlan, type FilePlan, type RecordPlan, type ReferencePlan, stagedColumns } from './plan.ts'

/*
 * A batch's rows in PostgreSQL. import_stage holds them as they were copied in; import_rows adds to each
 *   <prefix>known         the record that an earlier row or run made of it
 *   <prefix>id            that record, or the id that the new one gets
 *   <prefix>new           whether this row makes the record
 *   <field>_found         the record that a reference points to
 *   column_name, reason   why the row does not go in
 * Identifiers come from the catalogue of objects, never from a mapping; values are parameters. Look-ups are scalar
 * subqueries on purpose: they stay index look-ups, one for each row of the batch, where a join might read a whole
 * table of millions.
 */

export type Statement = RawBuilder<unknown>
export type SqlValue = RawBuilder<unknown>

/** Whose rows a batch writes, and under which names. */
export interface BatchOwner {
  workspaceId: number
  /** Name of the mapping: the system that the external ids belong to. */
  source: string
  importId: number
}

/** A column of `import_rows AS r`. */
export function rowColumn(name: string): SqlValue {
  return sql.raw(`r.${name}`)
}

export function referencesOf({ fields }: RecordPlan): ReferencePlan[] {
  return fields.filter((field): field is ReferencePlan => field.refersTo !== undefined)
}

/** The id that a reference points to, NULL if nothing: a record that the same row makes, or one that is there. */
export function referenceId(records: RecordPlan[], record: RecordPlan, field: FieldPlan): SqlValue {
  const found = rowColumn(`${field.staged}_found`)
  const made = records.slice(0, records.indexOf(record)).find(({ object }) => object.name === field.refersTo)
  if (!made) return found
  return sql`CASE WHEN ${rowColumn(made.externalId.staged)} = ${rowColumn(field.staged)}
    THEN ${rowColumn(`${made.prefix}id`)} ELSE ${found} END`
}

/** Both tables live as long as the transaction, so that they work through a transaction pooler too. */
export function createTables(plan: FilePlan): Statement[] {
  const staged = [
    'row_number int NOT NULL',
    ...stagedColumns(plan).map(({ staged, type }) => `${staged} ${type}`),
  ]
  const lookedUp = lookedUpColumns(plan).map((name) => `${name} bigint`)
  const ids = plan.records.flatMap(({ prefix }) => [`${prefix}id bigint`, `${prefix}new boolean`])
  const rows = [...staged, ...lookedUp, ...ids, 'column_name text', 'reason text']
  return [
    sql.raw(`CREATE TEMP TABLE import_stage (${staged.join(', ')}) ON COMMIT DROP`),
    sql.raw(`CREATE TEMP TABLE import_rows (${rows.join(', ')}) ON COMMIT DROP`),
  ]
}

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
    knownEntity(record, owner),
    ...referencesOf(record).map((field) => existingEntity(field, owner)),
  ])
  const ids = plan.records.map(({ prefix, object }) =>
    sql.raw(`coalesce(${prefix}known, nextval('${object.name}_id_seq')), ${prefix}known IS NULL`),
  )
  const names = [...staged, ...lookedUpColumns(plan)]
  return sql`
    WITH looked_up (${sql.raw(names.join(', '))}) AS MATERIALIZED (
      SELECT ${sql.raw(staged.map((name) => `s.${name}`).join(', '))}, ${sql.join(lookUps)} FROM import_stage s
    )
    INSERT INTO import_rows SELECT ${sql.raw(names.join(', '))}, ${sql.join(ids)} FROM looked_up`
}

function knownEntity({ object, externalId }: RecordPlan, { workspaceId, source }: BatchOwner): SqlValue {
  return sql`(
    SELECT e.entity_id FROM external_ids e
    WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = ${object.name}
      AND e.external_id = s.${sql.raw(externalId.staged)})`
}

/** An external id may outlive its record, so the record itself is looked for. */
function existingEntity(
  { refersTo = 'customers', staged }: FieldPlan,
  { workspaceId, source }: BatchOwner,
): SqlValue {
  return sql`(
    SELECT t.id FROM external_ids e
    JOIN ${sql.table(refersTo)} t ON t.workspace_id = e.workspace_id AND t.id = e.entity_id
    WHERE e.workspace_id = ${workspaceId} AND e.source = ${source} AND e.object = ${refersTo}
      AND e.external_id = s.${sql.raw(staged)})`
}
