import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { invalidField } from '../errors.ts'
import type { Scope } from '../scope.ts'

/** The zone whose days are meant in a workspace. */
export async function readTimeZone(db: Db, { workspaceId }: Scope): Promise<string> {
  const { time_zone } = await db
    .selectFrom('workspaces')
    .where('id', '=', workspaceId)
    .select('time_zone')
    .executeTakeFirstOrThrow()
  return time_zone
}

/** The name as PostgreSQL spells it. Throws 400 unless this runtime and PostgreSQL both know the time zone (IANA). */
export async function knownTimeZone(tx: Tx, name: string): Promise<string> {
  const canonical = canonicalName(name)
  // Zones were renamed: an older database may know only one of the two names.
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM pg_timezone_names WHERE lower(name) IN (lower(${name}), lower(${canonical ?? ''}))
    ORDER BY lower(name) = lower(${name}) DESC LIMIT 1`.execute(tx)
  if (!canonical || !rows[0]) {
    throw invalidField(
      '/time_zone',
      'Rapport does not know this time zone; use a name such as Europe/Berlin.',
    )
  }
  return rows[0].name
}

/** Undefined for unknown names and for offsets: PostgreSQL reads those with the opposite sign. */
function canonicalName(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
