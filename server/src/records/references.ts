import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Tx } from '../db/database.ts'
import { badRequest, conflict } from '../errors.ts'
import { type ListSource, objectOf } from '../lists/list-source.ts'

/**
 * Refuses values that name a record of another workspace or none (400), or one in the trash (409), with every such field.
 * Foreign keys alone would accept the trash and name one field only. What is named cannot be deleted before the
 * transaction ends.
 */
export async function checkReferences(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  values: Record<string, unknown>,
): Promise<void> {
  const given = Object.entries(source.references).filter(([field]) => typeof values[field] === 'number')
  if (given.length === 0) return
  const lookups = given.map(
    ([field, table]) => sql`${sql.id(`${field}_named`)} AS MATERIALIZED (
      SELECT deleted_at FROM ${sql.table(table)}
      WHERE workspace_id = ${scope.workspaceId} AND id = ${values[field]}::bigint FOR SHARE)`,
  )
  const answers = given.map(
    ([field]) => sql`
      SELECT ${field}::text AS field, max(deleted_at) AS deleted_at, count(*) AS n FROM ${sql.id(`${field}_named`)}`,
  )
  const { rows } = await sql<{ field: string; deleted_at: string | null; n: number }>`
    WITH ${sql.join(lookups)} ${sql.join(answers, sql` UNION ALL `)}`.execute(tx)
  const refused = rows.filter(({ n, deleted_at }) => n === 0 || deleted_at !== null)
  if (refused.length === 0) return
  const errors = refused.map(({ field, n }) => {
    const noun = objectOf[source.references[field] ?? source.table].replace('_', ' ')
    const message =
      n === 0
        ? `There is no such ${noun} in this workspace.`
        : `This ${noun} is in the trash; restore it first.`
    return { path: `/${field}`, message }
  })
  const detail = `${errors.map(({ message }) => message).join(' ')} Nothing was saved.`
  throw refused.some(({ n }) => n === 0)
    ? badRequest(detail, errors)
    : conflict('in-trash', detail, { errors })
}
