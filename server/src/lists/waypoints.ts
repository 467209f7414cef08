import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Db } from '../db/database.ts'
import { afterCursor, type Cursor, sorted } from './cursor.ts'
import type { Filters } from './filters.ts'
import type { ListSource, Order } from './list-source.ts'

/** Rows from one waypoint to the next. */
const STEP_ROWS = 500
const LISTS_MAX = 50
const LIFETIME_MS = 5 * 60_000

/**
 * Every 500th row of the lists that someone jumps about in, so that a drag of a scroll bar over a million rows
 * costs two short index reads instead of an OFFSET. They age for some minutes: a jump lands near, not wrongly.
 */
const waypoints = new LRUCache<string, Promise<Cursor[]>>({ max: LISTS_MAX, ttl: LIFETIME_MS })

/** The place just before row `at` of a list (0 is the first); undefined at its start. */
export async function cursorBefore(
  db: Db,
  source: ListSource,
  filters: Filters,
  order: Order,
  at: number,
  narrow: boolean,
): Promise<Cursor | undefined> {
  const where = narrow ? filters.whereByFacets : filters.where
  const step = Math.floor(at / STEP_ROWS)
  const known = step === 0 ? [] : await waypointsOf(db, source, filters, order, where)
  const from = known[Math.min(step, known.length) - 1]
  const rest = Math.min(at - Math.min(step, known.length) * STEP_ROWS, STEP_ROWS)
  if (rest === 0) return from
  const column = sql.raw(order.column.column)
  const { rows } = await sql<Cursor>`
    SELECT t.${column} AS value, t.id FROM ${sql.table(source.table)} t
    WHERE ${where} AND ${afterCursor(order, from, order.descending)} ${sorted(order, order.descending)} LIMIT ${rest}`.execute(
    db,
  )
  return rows.at(-1) ?? from
}

async function waypointsOf(
  db: Db,
  source: ListSource,
  filters: Filters,
  order: Order,
  where: Filters['where'],
): Promise<Cursor[]> {
  const key = `${filters.key} ${order.descending ? '-' : ''}${order.name}`
  const known = waypoints.get(key)
  if (known) return known
  const reading = readWaypoints(db, source, order, where)
  waypoints.set(key, reading)
  // A failed reading must not be what the next five minutes get.
  reading.catch(() => waypoints.delete(key))
  return reading
}

async function readWaypoints(
  db: Db,
  source: ListSource,
  order: Order,
  where: Filters['where'],
): Promise<Cursor[]> {
  const column = sql.raw(order.column.column)
  const { rows } = await sql<Cursor>`
    SELECT value, id FROM (
      SELECT t.${column} AS value, t.id, row_number() OVER (${sorted(order, order.descending)}) AS n
      FROM ${sql.table(source.table)} t WHERE ${where}) numbered
    WHERE n % ${STEP_ROWS} = 0 ORDER BY n`.execute(db)
  return rows
}
