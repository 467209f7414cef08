import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { cleanEmail } from '../values/email.ts'
import { phoneKeys } from '../values/phone.ts'
import { visible } from '../visible.ts'
import type { AnyListQuery, FilterColumn, ListSource } from './list-source.ts'

/** What has to be known before filters of emails and phones are SQL. */
export interface Contacts {
  /** Where phones are dialled from; null where none is asked for or the workspace names no country. */
  country: string | null
  /** Records that have the value asked for among their further ones, by field. Nearly always none. */
  further: ReadonlyMap<string, number[]>
}

export const noContacts: Contacts = { country: null, further: new Map() }

type Asked = [field: string, filter: FilterColumn, value: string]

/** Most lists ask for neither, and nothing is read for them. */
export async function contactsFor(
  db: Db,
  source: ListSource,
  scope: Scope,
  query: AnyListQuery,
): Promise<Contacts> {
  const asked = Object.entries(query).flatMap(([parameter, value]): [...Asked, string][] => {
    const [, field = '', operator = 'eq'] = /^(\w+)(?:\[(\w+)\])?$/.exec(parameter) ?? []
    const filter = source.filters[field]
    return filter && value !== undefined ? [[field, filter, String(value), operator]] : []
  })
  const phones = asked.some(([, filter]) => filter.normalize === 'phone')
  const country = phones ? await countryOf(db, scope) : null
  const further = new Map<string, number[]>()
  for (const [field, filter, value, operator] of asked) {
    if (!filter.further || (operator !== 'eq' && operator !== 'not')) continue
    const ids = await furtherIds(db, source, scope, filter.further, value, country)
    if (ids.length > 0) further.set(`${field} ${operator}`, ids)
  }
  return { country, further }
}

async function countryOf(db: Db, { workspaceId }: Scope): Promise<string | null> {
  const { country } = await db
    .selectFrom('workspaces')
    .where('id', '=', workspaceId)
    .select('country')
    .executeTakeFirstOrThrow()
  return country
}

async function furtherIds(
  db: Db,
  { table }: ListSource,
  scope: Scope,
  { column, keys }: NonNullable<FilterColumn['further']>,
  value: string,
  country: string | null,
): Promise<number[]> {
  const list = sql.raw(`t.${column}`)
  const phone = column === 'more_phones' ? phoneKeys(value, country) : undefined
  const wanted = phone ? keysOfPhone(value, phone.keys) : sql`ARRAY[email_key(${cleanEmail(value)}::text)]`
  const extended = phone?.extension
    ? sql`AND EXISTS (SELECT FROM jsonb_array_elements(${list}) AS each
        WHERE phone_key(each ->> 'phone') = ANY(${wanted}) AND phone_extension(each ->> 'phone') = ${phone.extension}::text)`
    : sql``
  const { rows } = await sql<{ id: number }>`
    SELECT t.id FROM ${sql.table(table)} t
    WHERE ${visible(scope, table, 't')} AND t.deleted_at IS NULL AND ${list} IS NOT NULL
      AND in_workspace(t.workspace_id, ${sql.raw(keys)}(${list})) && in_workspace(${scope.workspaceId}::int, array_remove(${wanted}, ''))
      ${extended}`.execute(db)
  return rows.map(({ id }) => id)
}

/** The key of what was typed, and those of the same number in other spellings. */
export function keysOfPhone(typed: string, others: string[]): RawBuilder<string[]> {
  const keys = [sql`phone_key(${typed}::text)`, ...others.map((key) => sql`${key}::text`)]
  return sql`ARRAY[${sql.join(keys)}]`
}
