import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { afterCursor, decodeCursor, encodeCursor, sorted } from '../lists/cursor.ts'
import type { Order } from '../lists/list-source.ts'
import { COUNT_CAP, LIST_LIMIT_DEFAULT, type Total } from '../lists/schema.ts'
import type { KindParts } from '../records/kind.ts'
import { deletedBy } from '../records/records.ts'
import type { Scope } from '../scope.ts'
import { readTyped } from '../search/typed.ts'
import { visible } from '../visible.ts'
import { kinds, recordKinds } from '../vocabulary.ts'
import type { TrashCount, TrashEntry, TrashListQuery, TrashPage } from './schema.ts'

/** The last deleted first: the one order of the trash, that of its indexes. */
const order: Order = {
  name: 'deleted_at',
  column: { column: 'deleted_at', type: 'timestamptz' },
  descending: true,
}

/** A page of one kind's trash by keyset: any depth costs the same. `q` keeps what has words that begin so. */
export async function listTrash(
  db: Db,
  scope: Scope,
  kind: KindParts,
  { limit = LIST_LIMIT_DEFAULT, after, q }: TrashListQuery,
): Promise<TrashPage> {
  const cursor = after === undefined ? undefined : decodeCursor(order, after, 'after')
  for (const reading of await readings(db, scope, kind, q)) {
    const where = sql`${visible(scope, kind.source.table, 't')} AND t.deleted_at IS NOT NULL AND ${reading}`
    const page = sql`${afterCursor(order, cursor, true)} ${sorted(order, true)} LIMIT ${sql.lit(limit + 1)}`
    const { rows } = await sql<TrashEntry>`
      WITH page AS MATERIALIZED (
        ${q === undefined ? sql`SELECT t.id FROM ${sql.table(kind.source.table)} t WHERE ${where} AND ${page}` : sql`${found(kind, where)} SELECT t.id FROM found t WHERE ${page}`})
      SELECT t.id, ${sql.raw(kind.title)} AS title, ${sql.raw(kind.detail)} AS detail, t.deleted_at,
        ${sql.raw(deletedBy(kind.source.object))} AS deleted_by
      FROM page JOIN ${sql.table(kind.source.table)} t ON ${visible(scope, kind.source.table, 't')} AND t.id = page.id
      ${sorted(order, true)}`.execute(db)
    const last = rows[limit - 1]
    const next =
      rows.length > limit && last ? encodeCursor(order, { value: last.deleted_at, id: last.id }) : null
    const total = await countTrash(db, kind, where, q !== undefined)
    if (total.count > 0) return { items: rows.slice(0, limit), next_cursor: next, total }
  }
  return { items: [], next_cursor: null, total: { count: 0, exact: true } }
}

/** Conditions to try one after the other until something is found: what was typed may be read in several ways. */
async function readings(
  db: Db,
  { workspaceId }: Scope,
  { words }: KindParts,
  q: string | undefined,
): Promise<RawBuilder<boolean>[]> {
  if (q === undefined) return [sql<boolean>`true`]
  const { readings, joined } = await readTyped(db, q)
  // A number may have been typed in parts: "SO 2025 17".
  const all = joined ? [...readings, [joined]] : readings
  return all.map((terms) => {
    const query = terms.map((term) => `${quoted(`${workspaceId} ${term}`)}:*`).join(' & ')
    return sql<boolean>`${sql.raw(words)} @@ ${query}::tsquery`
  })
}

/** A word of a tsquery, whatever signs are in it. */
function quoted(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

/**
 * All that a search matches, from the index of the words. With the order and the limit in the same query the planner
 * walks the trash and makes words of every record instead: seconds for a word that is not there.
 */
function found({ source }: KindParts, where: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`WITH found AS MATERIALIZED (SELECT t.id, t.deleted_at FROM ${sql.table(source.table)} t WHERE ${where})`
}

async function countTrash(
  db: Db,
  kind: KindParts,
  where: RawBuilder<unknown>,
  searched: boolean,
): Promise<Total> {
  const rowsOf = searched
    ? sql`${found(kind, where)} SELECT FROM found LIMIT ${sql.lit(COUNT_CAP + 1)}`
    : sql`SELECT FROM ${sql.table(kind.source.table)} t WHERE ${where} ${sorted(order, true)} LIMIT ${sql.lit(COUNT_CAP + 1)}`
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM (${rowsOf}) counted`.execute(db)
  const n = rows[0]?.n ?? 0
  return { count: Math.min(n, COUNT_CAP), exact: n <= COUNT_CAP }
}

/** How much is in the trash of each kind, counted to COUNT_CAP. */
export async function countEachTrash(db: Db, scope: Scope): Promise<TrashCount[]> {
  const counts = kinds.map(
    (kind) => sql`
      SELECT ${recordKinds[kind].path}::text AS kind, count(*) AS n FROM (
        SELECT FROM ${sql.table(recordKinds[kind].table)} t
        WHERE ${visible(scope, recordKinds[kind].table, 't')} AND t.deleted_at IS NOT NULL
        ${sorted(order, true)} LIMIT ${sql.lit(COUNT_CAP + 1)}) counted`,
  )
  const { rows } = await sql<{
    kind: TrashCount['kind']
    n: number
  }>`${sql.join(counts, sql` UNION ALL `)}`.execute(db)
  return rows.map(({ kind, n }) => ({ kind, count: Math.min(n, COUNT_CAP), exact: n <= COUNT_CAP }))
}
