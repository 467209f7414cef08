import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import { isTimeZone } from '../auth/sign-in.ts'
import type { Db, Tx } from '../db/database.ts'
import { conflict, invalidField } from '../errors.ts'
import type { Currency } from '../vocabulary.ts'
import type { Workspace, WorkspacePatch } from './schema.ts'

export async function readWorkspace(db: Db, scope: Scope): Promise<Workspace> {
  return db
    .selectFrom('workspaces')
    .where('id', '=', scope.workspaceId)
    .select(['id', 'name', 'time_zone', 'currency', 'unique_customer_emails', 'version'])
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirstOrThrow()
}

/** Changes settings if `version` is still the one that was read; a workspace's settings are small enough to choose anew. */
export async function patchWorkspace(
  tx: Tx,
  scope: Scope,
  { version, ...patch }: WorkspacePatch,
): Promise<Workspace> {
  if (patch.time_zone !== undefined && !isTimeZone(patch.time_zone)) {
    throw invalidField('/time_zone', 'Rapport does not know this time zone.')
  }
  const changed = await tx
    .updateTable('workspaces')
    .where('id', '=', scope.workspaceId)
    .where('version', '=', version)
    .set({ ...patch, version: sql`version + 1` })
    .executeTakeFirst()
    .catch((error: { constraint?: string }) => {
      // The foreign key of customers carries the new rule to each of them, and the unique index refuses the second.
      if (error.constraint !== 'customers_email_unique') throw error
      throw conflict(
        'duplicate-emails',
        'Some customers share an email address. The setting was not changed; merge or correct them first.',
      )
    })
  if (changed.numUpdatedRows === 0n) {
    throw conflict(
      'edit-conflict',
      'Someone else changed these settings since you read them. Nothing was saved; reload and try again.',
    )
  }
  return readWorkspace(tx, scope)
}
