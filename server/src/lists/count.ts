import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../scope.ts'
import { sorted } from './cursor.ts'
import type { Filters } from './filters.ts'
import type { ListSource, Order } from './list-source.ts'
import { COUNT_CAP, type Total } from './schema.ts'

/** How far to count: to COUNT_CAP, to the end, or not at all. Without filters the summary knows all rows. */
export type Counting = 'capped' | 'exact' | 'none'

/** A query of one number: how many rows a list has, as far as is counted. `total` says what the number means. */
export function countQuery(
  source: ListSource,
  scope: Scope,
  filters: Filters,
  order: Order,
  byFilter: boolean,
  counting: Exclude<Counting, 'none'>,
): RawBuilder<number> {
  if (filters.none) return countAll(source, scope)
  const where = byFilter ? filters.whereByFacets : filters.where
  if (counting === 'exact') return sql`SELECT count(*) FROM ${sql.table(source.table)} t WHERE ${where}`
  // In the order of the list: then it walks the same index and stops as early.
  const inOrder = byFilter ? sql`` : sorted(order, order.descending)
  return sql`SELECT count(*) FROM (
    SELECT 1 FROM ${sql.table(source.table)} t WHERE ${where} ${inOrder} LIMIT ${sql.lit(COUNT_CAP + 1)}) matches`
}

/** `whole`: all rows of the workspace are meant, which the summary has counted. */
export function total(rows: number, whole: boolean, counting: Counting): Total {
  if (whole || counting === 'exact') return { count: rows, exact: true }
  return { count: Math.min(rows, COUNT_CAP), exact: rows <= COUNT_CAP }
}

function countAll(source: ListSource, scope: Scope): RawBuilder<number> {
  return sql`SELECT coalesce(sum(n), 0)::bigint FROM summary_current
    WHERE workspace_id = ${scope.workspaceId} AND kind = 'records' AND key = ${sql.lit(source.recordsKey)}`
}
