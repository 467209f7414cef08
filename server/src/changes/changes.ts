import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { conflict, type FieldConflict } from '../errors.ts'
import type { Scope } from '../scope.ts'
import type { RecordKind } from '../vocabulary.ts'

export type ChangeAction = 'created' | 'updated' | 'deleted' | 'restored'
/** {field: [before, after]} */
export type FieldChanges = Record<string, [before: unknown, after: unknown]>

export interface Change {
  object: RecordKind
  entityId: number
  action: ChangeAction
  /** The record's version after the change. */
  version: number
  changes?: FieldChanges
}

/** Writes what a person changed, in the transaction that changes it. */
export async function recordChanges(tx: Tx, scope: Scope, changes: Change[]): Promise<void> {
  if (changes.length === 0) return
  // One statement for any number of them: each text of a statement is one more to prepare.
  await sql`
    INSERT INTO change_events (workspace_id, object, entity_id, action, version, changes, user_id)
    SELECT ${scope.workspaceId}::int, object, entity_id, action, version, changes, ${scope.userId}::text
    FROM unnest(${changes.map(({ object }) => object)}::text[], ${changes.map(({ entityId }) => entityId)}::bigint[],
      ${changes.map(({ action }) => action)}::text[], ${changes.map(({ version }) => version)}::int[],
      ${changes.map((change) => JSON.stringify(change.changes ?? {}))}::jsonb[])
      AS change (object, entity_id, action, version, changes)`.execute(tx)
}

/** The fields whose equal values may be written differently; the others compare as they are written. */
export type FieldTypes = Record<string, FieldType>

interface FieldType {
  type: string
  /** For values that are no text: whether what is sent says nothing else than what is there. */
  same?: (before: unknown, after: unknown) => boolean
}

/** The fields of `patch` that differ from `current`, with both values. */
export function fieldChanges(
  current: Record<string, unknown>,
  patch: Record<string, unknown>,
  types: FieldTypes,
): FieldChanges {
  const changed = Object.entries(patch).filter(
    ([field, value]) => value !== undefined && !same(types[field], current[field], value),
  )
  return Object.fromEntries(changed.map(([field, value]) => [field, [current[field] ?? null, value]]))
}

/** The price "2.50" is "2.5" and one moment has many spellings, but a name or number of a thing is its very text. */
function same(field: FieldType | undefined, before: unknown, after: unknown): boolean {
  if (field?.same) return field.same(before, after)
  if (typeof before !== 'string' || typeof after !== 'string')
    return isDeepStrictEqual(before ?? null, after ?? null)
  if (field?.type === 'numeric') return sameDecimal(before, after)
  if (field?.type === 'timestamptz') return instant(before) === instant(after)
  return before === after
}

/** Whether two decimals are one number: "2.50" is "2.5". */
export function sameDecimal(one: string, other: string): boolean {
  return trimDecimal(one) === trimDecimal(other)
}

function trimDecimal(text: string): string {
  return text
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** Date counts milliseconds; what is finer is compared as text. */
function instant(text: string): string {
  const finer = /\.\d{3}(\d*?)0*(?:Z|[+-]\d\d:?\d\d)$/i.exec(text)?.[1] ?? ''
  return `${Date.parse(text)} ${finer}`
}

/**
 * Two people's edits to different fields both survive: only a field of `patch` that someone else changed
 * since `readVersion`, to another value, is refused, with what each side wants.
 */
export async function refuseConflicts(
  tx: Tx,
  scope: Scope,
  record: { object: RecordKind; id: number; current: Record<string, unknown>; types: FieldTypes },
  readVersion: number,
  patch: Record<string, unknown>,
): Promise<void> {
  const { rows } = await sql<{ field: string; original: unknown }>`
    SELECT DISTINCT ON (field) field, change -> 0 AS original
    FROM change_events, jsonb_each(changes) AS edited (field, change)
    WHERE workspace_id = ${scope.workspaceId} AND object = ${record.object} AND entity_id = ${record.id}
      AND version > ${readVersion}
    ORDER BY field, id`.execute(tx)
  const conflicts: FieldConflict[] = rows
    .filter(({ field }) => field in patch && !same(record.types[field], record.current[field], patch[field]))
    .map(({ field, original }) => ({
      field,
      yours: patch[field],
      theirs: record.current[field] ?? null,
      original,
    }))
  if (conflicts.length === 0) return
  const names = conflicts.map(({ field }) => field).join(', ')
  throw conflict(
    'edit-conflict',
    `Someone else changed ${names} since you read this record. Nothing was saved; choose which values to keep.`,
    {
      conflicts,
      errors: conflicts.map(({ field }) => ({
        path: `/${field}`,
        message: 'Someone else changed this since you read it.',
      })),
    },
  )
}
