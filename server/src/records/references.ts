import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Tx } from '../db/database.ts'
import { badRequest } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'

const nouns: Record<ListSource['table'], string> = {
  customers: 'customer',
  companies: 'company',
  sales_representatives: 'sales representative',
  products: 'product',
  orders: 'order',
  interactions: 'interaction',
}

/**
 * Refuses values that name a record of another workspace, one in the trash or none: 400 with every such field. Foreign
 * keys alone would accept the trash and name one field only.
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
    ([field, table]) => sql`
      SELECT ${field}::text AS field WHERE NOT EXISTS (
        SELECT 1 FROM ${sql.table(table)}
        WHERE workspace_id = ${scope.workspaceId} AND id = ${values[field]}::bigint AND deleted_at IS NULL)`,
  )
  const { rows } = await sql<{ field: string }>`${sql.join(lookups, sql` UNION ALL `)}`.execute(tx)
  if (rows.length === 0) return
  const errors = rows.map(({ field }) => {
    const noun = nouns[source.references[field] ?? source.table]
    return { path: `/${field}`, message: `There is no such ${noun} in this workspace.` }
  })
  throw badRequest(`${errors.map(({ message }) => message).join(' ')} Nothing was saved.`, errors)
}
