import { sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Db } from '../db/database.ts'
import { type Cursor, sorted } from './cursor.ts'
import { type ListPlan, readPart } from './list-plan.ts'
import type { Order } from './list-source.ts'

/** Rows from one waypoint to the next. */
export const STEP_ROWS = 500
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
  plan: ListPlan,
  order: Order,
  at: number,
): Promise<Cursor | undefined> {
  const step = Math.floor(at / STEP_ROWS)
  const known = step === 0 ? [] : await waypointsOf(db, plan, order)
  const from = known[Math.min(step, known.length) - 1]
  const rest = Math.min(at - Math.min(step, known.length) * STEP_ROWS, STEP_ROWS)
  if (rest === 0) return from
  const part = { order, cursor: from, descending: order.descending, limit: rest }
  const columns = sql.raw(`t.${order.column.column}, t.id`)
  const answered = { columns: sql.raw(`t.${order.column.column} AS value, t.id`), joins: '' }
  const rows = await readPart<Cursor>(db, plan, part, columns, answered, { counted: false, asJson: false })
  return rows.at(-1) ?? from
}

async function waypointsOf(db: Db, plan: ListPlan, order: Order): Promise<Cursor[]> {
  const key = `${plan.key} ${order.descending ? '-' : ''}${order.name}`
  const known = waypoints.get(key)
  if (known) return known
  const reading = readWaypoints(db, plan, order)
  waypoints.set(key, reading)
  // A failed reading must not be what the next five minutes get.
  reading.catch(() => waypoints.delete(key))
  return reading
}

async function readWaypoints(db: Db, plan: ListPlan, order: Order): Promise<Cursor[]> {
  const column = sql.raw(order.column.column)
  const { rows } = await sql<Cursor>`
    SELECT value, id FROM (
      SELECT t.${column} AS value, t.id, row_number() OVER (${sorted(order, order.descending)}) AS n
      FROM (${plan.rows(sql`t.${column}, t.id`)}) t) numbered
    WHERE n % ${STEP_ROWS} = 0 ORDER BY n`.execute(db)
  return rows
}
