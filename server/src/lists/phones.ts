import type { Scope } from '../auth/scope.ts'
import type { Db } from '../db/database.ts'
import type { AnyListQuery, ListSource } from './list-source.ts'

/** The country in which the phones of a query are read; null where it asks for none or the workspace names none. */
export async function countryFor(
  db: Db,
  source: ListSource,
  { workspaceId }: Scope,
  query: AnyListQuery,
): Promise<string | null> {
  const asked = Object.entries(query).some(
    ([parameter, value]) =>
      value !== undefined && source.filters[parameter.replace(/\[\w+\]$/, '')]?.normalize === 'phone',
  )
  if (!asked) return null
  const { country } = await db
    .selectFrom('workspaces')
    .where('id', '=', workspaceId)
    .select('country')
    .executeTakeFirstOrThrow()
  return country
}
