import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Db } from '../db/database.ts'
import { COUNT_CAP, type Total } from '../http/list.ts'
import { sorted } from './cursor.ts'
import type { Filters } from './filters.ts'
import type { ListSource, Order } from './list-source.ts'

/** How many rows a list has: all of them from the summary, filtered ones up to COUNT_CAP unless exactly asked for. */
export async function countRows(
  db: Db,
  source: ListSource,
  scope: Scope,
  filters: Filters,
  order: Order,
  narrow: boolean,
  count: 'capped' | 'exact' | 'none' = 'capped',
): Promise<Total> {
  if (filters.none) return { count: await countAll(db, source, scope), exact: true }
  if (count === 'exact') return { count: await countExactly(db, source, filters), exact: true }
  const found = await countCapped(db, source, filters, order, narrow)
  return { count: Math.min(found, COUNT_CAP), exact: found <= COUNT_CAP }
}

async function countAll(db: Db, source: ListSource, scope: Scope): Promise<number> {
  const { n } = await db
    .selectFrom('summary_current')
    .where('workspace_id', '=', scope.workspaceId)
    .where('kind', '=', 'records')
    .where('key', '=', source.recordsKey)
    .select(sql<number>`coalesce(sum(n), 0)::bigint`.as('n'))
    .executeTakeFirstOrThrow()
  return n
}

async function countExactly(db: Db, source: ListSource, filters: Filters): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM ${sql.table(source.table)} t WHERE ${filters.whereByFacets}`.execute(db)
  return rows[0]?.n ?? 0
}

/** Counts in the order of the list, so that it walks the same index and stops as early. */
async function countCapped(
  db: Db,
  source: ListSource,
  filters: Filters,
  order: Order,
  narrow: boolean,
): Promise<number> {
  const where = narrow ? filters.whereByFacets : filters.where
  const inOrder = narrow ? sql`` : sorted(order, order.descending)
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM (
      SELECT 1 FROM ${sql.table(source.table)} t WHERE ${where} ${inOrder} LIMIT ${sql.lit(COUNT_CAP + 1)}) matches`.execute(
    db,
  )
  return rows[0]?.n ?? 0
}
