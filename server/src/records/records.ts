import { CompiledQuery, type RawBuilder, sql } from 'kysely'
import { type FieldChanges, fieldChanges, recordChanges, refuseConflicts } from '../changes/changes.ts'
import type { Db, Tx } from '../db/database.ts'
import { inTrash, invalidField, notFound, type Problem } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { phoneLink } from '../values/phone.ts'
import { visible, visibleText } from '../visible.ts'
import { type RecordKind, recordKinds } from '../vocabulary.ts'
import { checkReferences } from './references.ts'

/** One record with all its fields, in the trash or not; 404 if there is none with this id that this person may see. */
export async function readRecord<T>(db: Db, source: ListSource, scope: Scope, id: number): Promise<T> {
  const seen = visibleText(scope, source.table, 't', 2)
  const values = [id, ...seen.values, ...(source.fields.phone ? [scope.workspaceId] : [])]
  const text = recordSql(source, seen.text, `$${values.length}`)
  const { rows } = await db.executeQuery<T>(CompiledQuery.raw(text, values))
  const [record] = rows
  if (!record) throw recordNotFound(source)
  return source.fields.phone ? withPhoneLink(record) : record
}

function recordNotFound(source: ListSource): Problem {
  return notFound(recordKinds[source.object].noun)
}

interface Phones {
  phone: string | null
  phone_link: string | null
  more_phones?: { phone: string }[]
}

/** Until here phone_link is the country of the workspace, in which its phones are read. */
function withPhoneLink<T>(record: T): T {
  const { phone, phone_link, more_phones } = record as Phones // Of recordSql().
  return {
    ...record,
    phone_link: phoneLink(phone, phone_link),
    ...(more_phones && { more_phone_links: more_phones.map((each) => phoneLink(each.phone, phone_link)) }),
  }
}

const recordSqls = new WeakMap<ListSource, Map<string, string>>()

/** The statement is the same for all records of a kind that are `seen` by the same condition: it is written once. */
function recordSql(source: ListSource, seen: string, workspace: string): string {
  const texts = recordSqls.get(source) ?? new Map<string, string>()
  recordSqls.set(source, texts)
  const condition = `t.id = $1 AND ${seen}`
  const known = texts.get(condition)
  if (known) return known
  const fields = Object.entries({
    ...source.fields,
    ...source.detailFields,
    ...(source.fields.phone && {
      phone_link: `(SELECT w.country FROM workspaces w WHERE w.id = ${workspace})`,
    }),
    deleted_at: 't.deleted_at',
    deleted_by: deletedBy(source.object),
  })
  const text = `SELECT ${fields.map(([name, column]) => `${column} AS ${name}`).join(', ')}
    FROM ${source.table} t ${source.joins} WHERE ${condition}`
  texts.set(condition, text)
  return text
}

/** SQL of the name of who moved `t` to the trash; NULL outside of it, or if nobody knows. Costs the living nothing. */
export function deletedBy(object: RecordKind): string {
  return `CASE WHEN t.deleted_at IS NOT NULL THEN (
    SELECT u.name FROM change_events e LEFT JOIN users u ON u.id = e.user_id
    WHERE e.workspace_id = t.workspace_id AND e.object = '${object}' AND e.entity_id = t.id AND e.action = 'deleted'
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) END`
}

interface Patch {
  /** The version that the writer had read. */
  version: number
  [field: string]: unknown
}

/**
 * Locks a record and says what `patch` would change. A field that someone else changed since `patch.version` is a 409
 * with both values; changes of different fields are merged. References that change are checked (see checkReferences). What
 * is in the trash is not changed: 409.
 */
export async function planPatch<T extends { version: number }>(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  id: number,
  { version, ...patch }: Patch,
  read: (db: Db, scope: Scope, id: number) => Promise<T>,
): Promise<{ current: T; changes: FieldChanges }> {
  const locked = await lockRecords(tx, source, scope, [id])
  if (locked.get(id) !== null) throw inTrash()
  const current = await read(tx, scope, id)
  const fields: Record<string, unknown> = { ...current }
  const types = { ...source.compared, ...source.filters }
  if (version > current.version) throw invalidField('/version', 'The record never had this version.')
  if (version < current.version) {
    const record = { object: source.object, id, current: fields, types }
    await refuseConflicts(tx, scope, record, version, patch)
  }
  const changes = fieldChanges(fields, patch, types)
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
    WHERE ${visible(scope, source.table)} AND id = ${id}`.execute(tx)
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

/**
 * Waits for whoever is changing the records; what is read after this is what will be changed. The order of the ids
 * keeps two bulk edits from waiting for each other in a circle. All must exist; says since when each is in the trash.
 */
export async function lockRecords(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
): Promise<Map<number, string | null>> {
  const { rows } = await sql<{ id: number; deleted_at: string | null }>`
    SELECT id, deleted_at FROM ${sql.table(source.table)}
    WHERE ${visible(scope, source.table)} AND id = ANY(${ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE`.execute(
    tx,
  )
  if (rows.length < ids.length) throw recordNotFound(source)
  return new Map(rows.map(({ id, deleted_at }) => [id, deleted_at]))
}
