import { sql } from 'kysely'
import type { Database } from '../db/database.ts'

const REMOVED_AT_ONCE_MAX = 5_000
/** An invitation that has ended says for so long whom one has invited. */
const INVITATIONS_KEPT_DAYS = 30

/** What gives access, and where it is told how long. */
const ended = {
  sessions: 'expires_at < now()',
  verifications: 'expires_at < now()',
  password_resets: 'expires_at < now()',
  invitations: `expires_at < now() - interval '${INVITATIONS_KEPT_DAYS} days'`,
}
export type Ended = Record<keyof typeof ended, number>

/** Removes sessions, links and invitations whose time is over, some at a time; returns how many of each. */
export async function purgeEnded(db: Database, signal: AbortSignal): Promise<Ended> {
  const removed: Ended = { sessions: 0, verifications: 0, password_resets: 0, invitations: 0 }
  // Its own keys.
  for (const [table, condition] of Object.entries(ended) as [keyof Ended, string][]) {
    for (let n = REMOVED_AT_ONCE_MAX; n === REMOVED_AT_ONCE_MAX; ) {
      signal.throwIfAborted()
      n = await removeSome(db, table, condition)
      removed[table] += n
    }
  }
  return removed
}

async function removeSome(db: Database, table: string, condition: string): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM ${sql.table(table)} WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${sql.table(table)} WHERE ${sql.raw(condition)} LIMIT ${sql.lit(REMOVED_AT_ONCE_MAX)}))`.execute(
    db,
  )
  return Number(numAffectedRows)
}
