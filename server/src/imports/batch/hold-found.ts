import { sql } from 'kysely'
import { type ImportableName, importableNames } from '../mapping/objects.ts'
import type { FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
import { type BatchOwner, referencesOf, rowColumn, type SqlValue, type Statement } from './staged-rows.ts'

/**
 * For each kind of record that a batch found: keeps what it points at or changes as it is until the batch is in, so that
 * nobody moves it to the trash or deletes it for good meanwhile, and selects how many were changed in that way before
 * they were held. The kinds are locked in the order in which one points at another, as deleting does, and each by its
 * ids, so that writers rarely wait in a circle.
 */
export function holdFound(plan: FilePlan, owner: BatchOwner): Statement[] {
  return importableNames.flatMap((table) => {
    const columns = foundIn(plan, table)
    if (columns.length === 0) return []
    const strength = sql.raw(isChanged(plan, table) ? 'FOR NO KEY UPDATE' : 'FOR SHARE')
    return [
      sql`
        WITH found AS MATERIALIZED (
          SELECT DISTINCT abs(f.id) AS id, f.id < 0 AS trashed
          FROM import_rows r CROSS JOIN LATERAL (VALUES ${sql.join(columns.map((column) => sql`(${column})`))}) f (id)
          WHERE f.id IS NOT NULL
        ), held AS MATERIALIZED (
          SELECT t.id, t.deleted_at IS NOT NULL AS trashed FROM ${sql.table(table)} t
          WHERE t.workspace_id = ${owner.workspaceId} AND t.id = ANY(ARRAY(SELECT id FROM found)) ORDER BY t.id ${strength}
        )
        SELECT count(*) AS changed FROM found LEFT JOIN held ON held.id = found.id
        WHERE held.trashed IS DISTINCT FROM found.trashed`,
    ]
  })
}

/** What rows found of a kind, as far as they write something of it. A line lies in the trash with its order. */
function foundIn({ records }: FilePlan, table: ImportableName): SqlValue[] {
  return records.flatMap((record) => {
    const { object, prefix, update } = record
    const isNew = rowColumn(`${prefix}new`)
    const pointedAt = referencesOf(record)
      .filter(({ refersTo }) => refersTo === table)
      .map(({ staged }) => rowColumn(`${staged}_found`))
      .map((found) => (update ? found : sql`CASE WHEN ${isNew} THEN ${found} END`))
    const isOwn = object.name === table && table !== 'order_items' && changes(record)
    return isOwn ? [...pointedAt, rowColumn(`${prefix}known`)] : pointedAt
  })
}

function changes({ update, restore, shared }: RecordPlan): boolean {
  return Boolean(update || restore || shared)
}

/** Orders change with their lines. */
function isChanged({ records }: FilePlan, table: ImportableName): boolean {
  return records.some(
    (record) =>
      (record.object.name === table && changes(record)) ||
      (table === 'orders' && record.object.name === 'order_items'),
  )
}
