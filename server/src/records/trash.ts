import { type RawBuilder, sql } from 'kysely'
import { type ChangeAction, recordChanges } from '../changes/changes.ts'
import type { Tx } from '../db/database.ts'
import { badRequest, type Problem } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { recordKinds } from '../vocabulary.ts'
import { giveBack, handOver, leaveTrash, pointersAt, refusePointedAt } from './pointers.ts'
import { lockRecords } from './records.ts'
import { restoreWithoutDuplicates } from './restore-duplicates.ts'
import type { Duplicates, TakeOver } from './trash-fields.ts'

/**
 * Moves records to the trash. All must exist; returns how many were not there already. What points at them goes to the
 * record that takes over, or to nobody; without a decision it refuses them with 409 (see refusePointedAt).
 */
export async function trashRecords(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
  takeOver?: TakeOver,
): Promise<number> {
  if (takeOver !== undefined && pointersAt[source.table].length === 0) {
    throw refusedTaker('Nothing of these records can be taken over; leave take_over out.')
  }
  const taker = typeof takeOver === 'number' ? takeOver : undefined
  // In the order of the ids, so that two who take over from one another do not wait in a circle.
  const takerFirst = taker !== undefined && ids.every((id) => taker < id)
  if (takerFirst) await checkTaker(tx, source, scope, ids, taker)
  await lockRecords(tx, source, scope, ids)
  if (taker !== undefined && !takerFirst) await checkTaker(tx, source, scope, ids, taker)
  if (takeOver === undefined) await refusePointedAt(tx, source, scope, ids)
  else await handOver(tx, source, scope, ids, taker ?? null)
  return setDeleted(tx, source, scope, ids, {
    to: sql`now()`,
    from: sql`deleted_at IS NULL`,
    action: 'deleted',
  })
}

/** Whoever takes over is alive, and stays so until this is done. */
async function checkTaker(
  tx: Tx,
  { table, object }: ListSource,
  scope: Scope,
  ids: number[],
  taker: number,
): Promise<void> {
  if (ids.includes(taker)) throw refusedTaker(`What is deleted cannot take over; ${ANOTHER}.`)
  const { rows } = await sql<{ deleted_at: string | null }>`
    SELECT deleted_at FROM ${sql.table(table)} WHERE ${visible(scope, table)} AND id = ${taker} FOR SHARE`.execute(
    tx,
  )
  const { noun } = recordKinds[object]
  if (!rows[0]) throw refusedTaker(`There is no such ${noun} in this workspace to take over; ${ANOTHER}.`)
  if (rows[0].deleted_at !== null) {
    throw refusedTaker(`The ${noun} to take over is in the trash; restore it first, or ${ANOTHER}.`)
  }
}

const ANOTHER = 'name another, or "nobody"'

function refusedTaker(message: string): Problem {
  return badRequest(`${message} Nothing was deleted.`, [{ path: '/take_over', message }])
}

/**
 * Takes records out of the trash, and gives them back what the deletion took from them. All must exist; returns how many
 * were in it. An email, SKU or number that another record has by now is a 409, or is left behind ("drop").
 */
export async function restoreRecords(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
  duplicates: Duplicates = 'refuse',
): Promise<number> {
  await lockRecords(tx, source, scope, ids)
  const restored = duplicates === 'drop' ? await restoreWithoutDuplicates(tx, source, scope, ids) : 0
  const others = await setDeleted(tx, source, scope, ids, {
    to: sql`NULL`,
    from: sql`deleted_at IS NOT NULL`,
    action: 'restored',
  })
  await leaveTrash(tx, source, scope, ids)
  await giveBack(tx, source, scope, ids)
  return restored + others
}

async function setDeleted(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  ids: number[],
  { to, from, action }: { to: RawBuilder<unknown>; from: RawBuilder<unknown>; action: ChangeAction },
): Promise<number> {
  const { rows } = await sql<{ id: number; version: number }>`
    UPDATE ${sql.table(source.table)} SET deleted_at = ${to}, version = version + 1, updated_at = now()
    WHERE ${visible(scope, source.table)} AND id = ANY(${ids}::bigint[]) AND ${from}
    RETURNING id, version`.execute(tx)
  await recordChanges(
    tx,
    scope,
    rows.map(({ id, version }) => ({ object: source.object, entityId: id, action, version })),
  )
  return rows.length
}
