import { CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import {
  type ChangeAction,
  type FieldChanges,
  fieldChanges,
  recordChanges,
  refuseConflicts,
} from '../changes/changes.ts'
import type { Db, Tx } from '../db/database.ts'
import { invalidField, notFound, type Problem } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import { checkReferences } from './references.ts'

/** One record with all its fields, in the trash or not; 404 if the workspace has none with this id. */
export async function readRecord<T>(db: Db, source: ListSource, scope: Scope, id: number): Promise<T> {
  const [record] = await readRecords<T>(db, source, scope.workspaceId, [id])
  if (!record) throw recordNotFound(source)
  return record
}

export function recordNotFound(source: ListSource): Problem {
  return notFound(source.object.replace('_', ' '))
}

/** Those records of a workspace that have these ids, in any order. */
export async function readRecords<T>(
  db: Db,
  source: ListSource,
  workspaceId: number,
  ids: number[],
): Promise<T[]> {
  const { rows } = await db.executeQuery<T>(CompiledQuery.raw(recordsSql(source), [workspaceId, ids]))
  return rows
}

const recordSqls = new Map<ListSource, string>()

/** The statement is the same for all records of a kind: it is written once. */
function recordsSql(source: ListSource): string {
  const known = recordSqls.get(source)
  if (known) return known
  const fields = Object.entries({ ...source.fields, ...source.detailFields, deleted_at: 't.deleted_at' })
  const text = `SELECT ${fields.map(([name, column]) => `${column} AS ${name}`).join(', ')}
    FROM ${source.table} t ${source.joins} WHERE t.workspace_id = $1 AND t.id = ANY ($2::bigint[])`
  recordSqls.set(source, text)
  return text
}

interface Patch {
  /** The version that the writer had read. */
  version: number
  [field: string]: unknown
}

/**
 * Locks a record and says what `patch` would change. A field that someone else changed since `patch.version` is a 409
 * with both values; changes of different fields are merged. References that change are checked (see checkReferences).
 */
export async function planPatch<T extends { version: number }>(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  id: number,
  { version, ...patch }: Patch,
  read: (db: Db, scope: Scope, id: number) => Promise<T>,
): Promise<{ current: T; changes: FieldChanges }> {
  await lockRecords(tx, source, scope, [id])
  const current = await read(tx, scope, id)
  const fields: Record<string, unknown> = { ...current }
  if (version > current.version) throw invalidField('/version', 'The record never had this version.')
  if (version < current.version) {
    const record = { object: source.object, id, current: fields, types: source.filters }
    await refuseConflicts(tx, scope, record, version, patch)
  }
  const changes = fieldChanges(fields, patch, source.filters)
  const after = Object.entries(changes).map(([field, [, value]]) => [field, value])
  await checkReferences(tx, source, scope, Object.fromEntries(after))
  return { current, changes }
}

interface PlannedWrite {
  /** The version before. */
  version: number
  /** Columns to set, as [before, after]. */
  columns: FieldChanges
  /** Columns that follow from the others and are no news to people. */
  derived?: Record<string, RawBuilder<unknown>>
  history: FieldChanges
}

/** Writes what planPatch found, and its history. */
export async function writePatch(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  id: number,
  write: PlannedWrite,
): Promise<void> {
  const assignments = [
    ...Object.entries(write.columns).map(([column, [, after]]) => sql`${sql.id(column)} = ${after}`),
    ...Object.entries(write.derived ?? {}).map(([column, value]) => sql`${sql.id(column)} = ${value}`),
    sql`version = version + 1`,
    sql`updated_at = now()`,
  ]
  await sql`
    UPDATE ${sql.table(source.table)} SET ${sql.join(assignments)}
    WHERE workspace_id = ${scope.workspaceId} AND id = ${id}`.execute(tx)
  await recordChanges(tx, scope, [
    {
      object: source.object,
      entityId: id,
      action: 'updated',
      version: write.version + 1,
      changes: write.history,
    },
  ])
}

/** planPatch and writePatch for records whose fields are all columns. Returns the record as it is then. */
export async function patchRecord<T extends { version: number }>(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  id: number,
  patch: Patch,
): Promise<T> {
  const { current, changes } = await planPatch<T>(tx, source, scope, id, patch, (db) =>
    readRecord(db, source, scope, id),
  )
  if (Object.keys(changes).length === 0) return current
  await writePatch(tx, source, scope, id, { version: current.version, columns: changes, history: changes })
  return readRecord(tx, source, scope, id)
}

/** Moves records to the trash. All must exist; returns how many were not there already. */
export function trashRecords(tx: Tx, source: ListSource, scope: Scope, ids: number[]): Promise<number> {
  return setDeleted(tx, source, scope, ids, {
    to: sql`now()`,
    from: sql`deleted_at IS NULL`,
    action: 'deleted',
  })
}

/** Takes records out of the trash. All must exist; returns how many were in it. */
export function restoreRecords(tx: Tx, source: ListSource, scope: Scope, ids: number[]): Promise<number> {
  return setDeleted(tx, source, scope, ids, {
    to: sql`NULL`,
    from: sql`deleted_at IS NOT NULL`,
    action: 'restored',
  })
}

async function setDeleted(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
  { to, from, action }: { to: RawBuilder<unknown>; from: RawBuilder<unknown>; action: ChangeAction },
): Promise<number> {
  await lockRecords(tx, source, scope, ids)
  const { rows } = await sql<{ id: number; version: number }>`
    UPDATE ${sql.table(source.table)} SET deleted_at = ${to}, version = version + 1, updated_at = now()
    WHERE workspace_id = ${scope.workspaceId} AND id = ANY(${ids}::bigint[]) AND ${from}
    RETURNING id, version`.execute(tx)
  await recordChanges(
    tx,
    scope,
    rows.map(({ id, version }) => ({ object: source.object, entityId: id, action, version })),
  )
  return rows.length
}

/**
 * Waits for whoever is changing the records; what is read after this is what will be changed. The order of the ids
 * keeps two bulk edits from waiting for each other in a circle.
 */
async function lockRecords(tx: Tx, source: ListSource, scope: Scope, ids: number[]): Promise<void> {
  const { rows } = await sql`
    SELECT id FROM ${sql.table(source.table)} WHERE workspace_id = ${scope.workspaceId} AND id = ANY(${ids}::bigint[])
    ORDER BY id FOR NO KEY UPDATE`.execute(tx)
  if (rows.length < ids.length) throw recordNotFound(source)
}
