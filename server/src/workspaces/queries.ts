import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { conflict } from '../errors.ts'
import type { Scope } from '../scope.ts'
import type { Country } from '../values/countries.ts'
import { countryOfTimeZone } from '../values/phone.ts'
import { visible } from '../visible.ts'
import type { Currency } from '../vocabulary.ts'
import type { Workspace, WorkspacePatch } from './schema.ts'
import { knownTimeZone } from './time-zones.ts'

/** The rule of unique emails rewrites each customer: 6 s for 50,000 of them. */
const RULE_TIMEOUT_MS = 10 * 60_000

/** Inserts a workspace, whose country is its time zone's, and returns its id. Throws 400 for an unknown time zone. */
export async function createWorkspace(
  tx: Tx,
  { name, timeZone }: { name: string; timeZone: string },
): Promise<number> {
  const { id } = await tx
    .insertInto('workspaces')
    .values({ name, time_zone: await knownTimeZone(tx, timeZone), country: countryOfTimeZone(timeZone) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function readWorkspace(db: Db, scope: Scope): Promise<Workspace> {
  return db
    .selectFrom('workspaces')
    .where('id', '=', scope.workspaceId)
    .select([
      'id',
      'name',
      'time_zone',
      'country',
      'currency',
      'unique_customer_emails',
      'trash_days',
      'version',
    ])
    .$narrowType<{ currency: Currency; country: Country | null }>()
    .executeTakeFirstOrThrow()
}

/** Changes settings if `version` is still the one that was read; a workspace's settings are small enough to choose anew. */
export async function patchWorkspace(
  tx: Tx,
  scope: Scope,
  { version, ...patch }: WorkspacePatch,
): Promise<Workspace> {
  if (patch.time_zone !== undefined) patch.time_zone = await knownTimeZone(tx, patch.time_zone)
  if (patch.unique_customer_emails !== undefined) {
    await sql`SELECT set_config('statement_timeout', ${`${RULE_TIMEOUT_MS}`}, true)`.execute(tx)
    if (patch.unique_customer_emails) await refuseSharedEmail(tx, scope)
  }
  const changed = await tx
    .updateTable('workspaces')
    .where('id', '=', scope.workspaceId)
    .where('version', '=', version)
    .set({
      ...patch,
      version: sql`version + 1`,
      ...(patch.trash_days !== undefined && { trash_days_since: sql`now()` }),
    })
    .executeTakeFirst()
    .catch((error: { constraint?: string }) => {
      // The foreign key of customers carries the new rule to each of them, and the unique index refuses the second.
      if (!/^customers_(more_emails|email)_unique$/.test(error.constraint ?? '')) throw error
      throw sharedEmail('two customers have got the same one just now')
    })
  if (changed.numUpdatedRows === 0n) {
    throw conflict(
      'edit-conflict',
      'Someone else changed these settings since you read them. Nothing was saved; reload and try again.',
    )
  }
  return readWorkspace(tx, scope)
}

/** Finds by the index what the rule would run into after rewriting many customers, and can name it. */
async function refuseSharedEmail(tx: Tx, scope: Scope): Promise<void> {
  const shared = await tx
    .selectFrom('customers')
    .where(visible(scope, 'customers'))
    .where('deleted_at', 'is', null)
    .where('email_key', '<>', '')
    .groupBy('email_key')
    .having(sql<boolean>`count(*) > 1`)
    .select('email_key')
    .limit(1)
    .executeTakeFirst()
  if (shared) throw sharedEmail(`${shared.email_key} belongs to several`)
  const { rows } = await sql<{ key: string }>`
    WITH further AS MATERIALIZED (
      SELECT id, key FROM customers, unnest(email_keys(more_emails)) AS key
      WHERE ${visible(scope, 'customers')} AND deleted_at IS NULL AND more_emails IS NOT NULL)
    SELECT key FROM further f WHERE EXISTS (
      SELECT FROM customers c
      WHERE ${visible(scope, 'customers', 'c')} AND c.deleted_at IS NULL AND c.email_key = f.key AND c.id <> f.id)
    UNION ALL SELECT key FROM further GROUP BY key HAVING count(DISTINCT id) > 1 LIMIT 1`.execute(tx)
  if (rows[0]) throw sharedEmail(`${rows[0].key} belongs to several`)
}

function sharedEmail(what: string) {
  return conflict(
    'duplicate-emails',
    `Some customers share an email address: ${what}. Nothing was changed; merge or correct them first.`,
    { errors: [{ path: '/unique_customer_emails', message: 'Some customers share an email address.' }] },
  )
}
