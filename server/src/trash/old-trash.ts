import { type RawBuilder, sql } from 'kysely'
import { type Database, type Db, type Tx, transaction } from '../db/database.ts'
import { kindParts } from '../kinds.ts'
import type { Scope } from '../scope.ts'
import { kinds, type RecordTable } from '../vocabulary.ts'
import { purgeRecords } from './purge.ts'

const PURGED_AT_ONCE_MAX = 200

/** What points at others before what it points at. */
const sources = kinds.toReversed().map((kind) => kindParts[kind].source)

/** Whether the record `t` of the workspace `w` has been in the trash for its time. */
const isOld = sql<boolean>`(
  t.workspace_id = w.id AND t.deleted_at IS NOT NULL
  AND t.deleted_at < now() - make_interval(days => w.trash_days)
  AND w.trash_days_since < now() - make_interval(days => w.trash_days))`

/** Workspaces that have something in the trash whose time is over. */
export async function workspacesWithOldTrash(db: Db): Promise<number[]> {
  const inAny = sources.map(
    ({ table }) => sql<boolean>`EXISTS (SELECT FROM ${sql.table(table)} t WHERE ${isOld})`,
  )
  const { rows } = await sql<{ id: number }>`
    SELECT w.id FROM workspaces w WHERE w.trash_days IS NOT NULL AND (${sql.join(inAny, sql` OR `)})
    ORDER BY w.id`.execute(db)
  return rows.map(({ id }) => id)
}

/**
 * Deletes for good what has been in the trash of a workspace for as long as its setting says, some at a time. Products
 * that stand on orders stay. Returns how many.
 */
export async function purgeOld(db: Database, workspaceId: number, signal: AbortSignal): Promise<number> {
  // Of the scope only these two are read: the history says that nobody did it.
  const scope = { workspaceId, userId: null as unknown as string, role: 'owner' } as const satisfies Scope // See above.
  let purged = 0
  for (const source of sources) {
    for (let n = PURGED_AT_ONCE_MAX; n === PURGED_AT_ONCE_MAX; ) {
      signal.throwIfAborted()
      n = await transaction(db, async (tx) => {
        const ids = await oldOnes(tx, source.table, workspaceId)
        return ids.length === 0 ? 0 : purgeRecords(tx, source, scope, ids)
      })
      purged += n
    }
  }
  return purged
}

/** The oldest, locked: who restores one of them meanwhile comes first or finds it gone. */
async function oldOnes(tx: Tx, table: RecordTable, workspaceId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT t.id FROM workspaces w JOIN ${sql.table(table)} t ON t.workspace_id = ${workspaceId}
    WHERE w.id = ${workspaceId} AND ${isOld} ${table === 'products' ? notSold(workspaceId) : sql``}
    ORDER BY t.deleted_at, t.id LIMIT ${sql.lit(PURGED_AT_ONCE_MAX)}
    FOR NO KEY UPDATE OF t SKIP LOCKED`.execute(tx)
  return rows.map(({ id }) => id)
}

/** See purge.ts: a line without its product would say less than what was sold. */
function notSold(workspaceId: number): RawBuilder<unknown> {
  return sql`
    AND NOT EXISTS (SELECT FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.product_id = t.id AND i.is_sale)
    AND NOT EXISTS (SELECT FROM order_items i WHERE i.workspace_id = ${workspaceId} AND i.product_id = t.id AND NOT i.is_sale)`
}
