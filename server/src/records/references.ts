import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { badRequest, conflict } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { kindOfTable, recordKinds, recordTables } from '../vocabulary.ts'

/**
 * Refuses values that name a record of another workspace or none (400), or one in the trash (409), with every such field.
 * Foreign keys alone would accept the trash and name one field only. What is named cannot be deleted before the
 * transaction ends. They are locked in the order of the kinds, as deleting does; two in other orders would wait in a circle.
 */
export async function checkReferences(
  tx: Tx,
  source: ListSource,
  scope: Scope,
  values: Record<string, unknown>,
): Promise<void> {
  const given = Object.entries(source.references).filter(([field]) => typeof values[field] === 'number')
  if (given.length === 0) return
  const inLockOrder = given.toSorted(
    ([, one], [, other]) => recordTables.indexOf(one) - recordTables.indexOf(other),
  )
  const lookups = inLockOrder.map(
    ([field, table]) => sql`${sql.id(`${field}_named`)} AS MATERIALIZED (
      SELECT deleted_at FROM ${sql.table(table)}
      WHERE ${visible(scope, table)} AND id = ${values[field]}::bigint FOR SHARE)`,
  )
  const answers = inLockOrder.map(
    ([field]) => sql`
      SELECT ${field}::text AS field, max(deleted_at) AS deleted_at, count(*) AS n FROM ${sql.id(`${field}_named`)}`,
  )
  const { rows } = await sql<{ field: string; deleted_at: string | null; n: number }>`
    WITH ${sql.join(lookups)} ${sql.join(answers, sql` UNION ALL `)}`.execute(tx)
  const refused = given
    .flatMap(([field]) => rows.find((row) => row.field === field) ?? [])
    .filter(({ n, deleted_at }) => n === 0 || deleted_at !== null)
  if (refused.length === 0) return
  const errors = refused.map(({ field, n }) => {
    const { noun } = recordKinds[kindOfTable[source.references[field] ?? source.table]]
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

/** The representative that the signed-in user is; nobody deletes them before the transaction ends. */
export async function signedInRepresentative(tx: Tx, scope: Scope): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM sales_representatives
    WHERE ${visible(scope, 'sales_representatives')} AND user_id = ${scope.userId} AND deleted_at IS NULL FOR SHARE`.execute(
    tx,
  )
  return rows[0]?.id ?? null
}
