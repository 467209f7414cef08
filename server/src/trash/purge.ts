import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { conflict } from '../errors.ts'
import { kindParts } from '../kinds.ts'
import type { ListSource } from '../lists/list-source.ts'
import { forgetPointers, type Pointer } from '../records/pointers.ts'
import { lockRecords } from '../records/records.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { kinds } from '../vocabulary.ts'

/** Every field that may name a record of the kind, alive or in the trash. Order lines keep their product: see refuseSold. */
function namedIn(named: ListSource): Pick<Pointer, 'holder' | 'object' | 'field'>[] {
  return kinds.flatMap((object) => {
    const { table: holder, references } = kindParts[object].source
    return Object.entries(references)
      .filter(([, table]) => table === named.table)
      .map(([field]) => ({ holder, object, field }))
  })
}

/**
 * Deletes records of the trash for good, with their history, their external ids and the interactions that concern nobody
 * else. Whatever named them names nobody; no figure changes. All must exist and be in the trash. Returns how many.
 */
export async function purgeRecords(tx: Tx, source: ListSource, scope: Scope, ids: number[]): Promise<number> {
  const locked = await lockRecords(tx, source, scope, ids)
  if ([...locked.values()].includes(null)) {
    throw conflict('not-in-trash', 'Only what is in the trash can be deleted for good. Nothing was deleted.')
  }
  if (source.object === 'product') await refuseSold(tx, scope, ids)
  if (source.object === 'customer') await purgeInteractions(tx, scope, 'customer_id', ids)
  if (source.object === 'company') await purgeInteractions(tx, scope, 'company_id', ids)
  for (const pointer of namedIn(source)) await forgetPointers(tx, scope, pointer, ids)
  await deleteRecords(tx, source, scope, ids)
  await sql`
    INSERT INTO change_events (workspace_id, object, entity_id, action, version, user_id)
    SELECT ${scope.workspaceId}::int, ${source.object}, id, 'purged', 0, ${scope.userId}
    FROM unnest(${ids}::bigint[]) AS id`.execute(tx)
  return ids.length
}

/** A line without its product would say less than what was sold. */
async function refuseSold(tx: Tx, scope: Scope, ids: number[]): Promise<void> {
  const { rows } = await sql<{ product_name: string }>`
    SELECT p.product_name FROM products p
    WHERE ${visible(scope, 'products', 'p')} AND p.id = ANY(${ids}::bigint[]) AND (
      EXISTS (SELECT FROM order_items i WHERE ${visible(scope, 'order_items', 'i')} AND i.product_id = p.id AND i.is_sale)
      OR EXISTS (SELECT FROM order_items i WHERE ${visible(scope, 'order_items', 'i')} AND i.product_id = p.id AND NOT i.is_sale))
    ORDER BY p.id`.execute(tx)
  const [first] = rows
  if (!first) return
  const others = rows.length === 1 ? '' : ` and ${rows.length - 1} more`
  throw conflict(
    'in-use',
    `${first.product_name}${others} ${others ? 'stand' : 'stands'} on orders, which keep their products. Nothing was deleted; it can stay in the trash.`,
  )
}

/** What was said to or about the records and concerns nobody else. */
async function purgeInteractions(
  tx: Tx,
  scope: Scope,
  field: 'customer_id' | 'company_id',
  ids: number[],
): Promise<void> {
  const other = field === 'customer_id' ? 'company_id' : 'customer_id'
  const { rows } = await sql<{ ids: number[] | null }>`
    SELECT array_agg(id) AS ids FROM interactions
    WHERE ${visible(scope, 'interactions')} AND ${sql.ref(field)} = ANY(${ids}::bigint[]) AND ${sql.ref(other)} IS NULL`.execute(
    tx,
  )
  const concerned = rows[0]?.ids ?? []
  if (concerned.length === 0) return
  await deleteRecords(tx, kindParts.interaction.source, scope, concerned)
}

/** The rows themselves and what is kept beside them; the search and the summaries follow by their triggers. */
async function deleteRecords(
  tx: Tx,
  { table, object }: Pick<ListSource, 'table' | 'object'>,
  scope: Scope,
  ids: number[],
): Promise<void> {
  const { workspaceId } = scope
  if (table === 'orders') {
    await sql`
      DELETE FROM external_ids WHERE workspace_id = ${workspaceId} AND object = 'order_items' AND entity_id = ANY(ARRAY(
        SELECT id FROM order_items WHERE ${visible(scope, 'order_items')} AND order_id = ANY(${ids}::bigint[])))`.execute(
      tx,
    )
  }
  await sql`
    DELETE FROM external_ids
    WHERE workspace_id = ${workspaceId} AND object = ${table} AND entity_id = ANY(${ids}::bigint[])`.execute(
    tx,
  )
  await sql`
    DELETE FROM change_events
    WHERE workspace_id = ${workspaceId} AND object = ${object} AND entity_id = ANY(${ids}::bigint[])`.execute(
    tx,
  )
  await sql`
    DELETE FROM trash_handovers
    WHERE workspace_id = ${workspaceId} AND object = ${object} AND entity_id = ANY(${ids}::bigint[])`.execute(
    tx,
  )
  // A product's foreign key reads all order lines, as none may name it: a few at a time stay within a statement's time.
  const count = table === 'products' ? 1 : ids.length
  for (let start = 0; start < ids.length; start += count) {
    await sql`
      DELETE FROM ${sql.table(table)}
      WHERE ${visible(scope, table)} AND id = ANY(${ids.slice(start, start + count)}::bigint[])`.execute(tx)
  }
}
