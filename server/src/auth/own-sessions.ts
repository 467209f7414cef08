import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { notFound } from '../errors.ts'
import type { Scope } from '../scope.ts'

const SESSIONS_SHOWN_MAX = 100

/** The user's live sessions, in any workspace, the latest seen first. `last_seen_at` is exact to the hour. */
export function listOwnSessions(db: Db, { userId }: Scope, currentId: string) {
  return db
    .selectFrom('sessions')
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<string>`now()`)
    .orderBy('updated_at', 'desc')
    .limit(SESSIONS_SHOWN_MAX)
    .select(['id', 'created_at', 'updated_at as last_seen_at', 'ip_address', 'user_agent'])
    .select((row) => row('id', '=', currentId).$castTo<boolean>().as('current'))
    .execute()
}

/** Throws 404 for a session that is not the user's. */
export async function endOwnSession(tx: Tx, { userId }: Scope, id: string): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw notFound('session')
}

/** Signs the user out on every device. */
export async function endAllOwnSessions(tx: Tx, { userId }: Scope): Promise<void> {
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute()
}
