import { type RawBuilder, sql } from 'kysely'
import { AS_JSON, PLANNED_EACH_TIME } from '../db/client.ts'
import type { Db } from '../db/database.ts'
import { afterCursor, type Cursor, sorted } from './cursor.ts'
import type { Approach } from './estimate.ts'
import type { Filters } from './filters.ts'
import type { ListSource, Order } from './list-source.ts'

/**
 * Rows that are read for a page, whatever fewer it is asked for: each number in the text of a statement makes another
 * one to prepare, and a connection keeps what it has prepared.
 */
const PAGE_ROWS = [25, 50, 100, 200]

/** How many rows to read for a page of `limit`: one more than it may have at least, which says whether there are more. */
export function rowsToRead(limit: number): number {
  return (PAGE_ROWS.find((rows) => rows >= limit) ?? limit) + 1
}

/** Rows of a list that lie together. */
export interface Part {
  order: Order
  /** Only rows strictly after it, in the direction of reading. */
  cursor: Cursor | undefined
  descending: boolean
  limit: number
}

/** One way to find a list's rows in SQL. Whichever is chosen, the rows are the same. */
export interface ListPlan {
  /** A part: `columns` of each row, over `t`, and as total_rows the number of rows in the list where that is wanted. */
  part: (part: Part, columns: RawBuilder<unknown>, counted: boolean) => RawBuilder<unknown>
  /** `columns` of every row, in no order. */
  rows: (columns: RawBuilder<unknown>) => RawBuilder<unknown>
  /** Where an index gives the rows in the order of the sort: `columns` of those that meet a condition, to be ordered. */
  along?: (columns: RawBuilder<unknown>, condition: RawBuilder<boolean>) => RawBuilder<unknown>
  /** The number of rows, as far as the list counts; undefined where it counts none. */
  count: RawBuilder<number> | undefined
  /** Whether the best way to run it depends on the values, so that one prepared plan will not do. */
  replan: boolean
  /** For a plan that gives up: a part with fewer rows than its limit may lack some unless it looked through to the end. */
  gaveUp?: { lookedToTheEnd: (part: Part) => RawBuilder<boolean>; instead: ListPlan }
  /** Identifies the rows, for caches. */
  key: string
}

/** The conditions of a part on `t`, its order and its limit. */
export function bounds({ order, cursor, descending, limit }: Part): RawBuilder<unknown> {
  return sql`${afterCursor(order, cursor, descending)} ${sorted(order, descending)} LIMIT ${sql.lit(limit)}`
}

/** The plan of a list that has filters at most. */
export function filteredPlan(
  source: ListSource,
  filters: Filters,
  { narrow, replan, served }: Approach,
  count: RawBuilder<number> | undefined,
): ListPlan {
  const table = sql.table(source.table)
  const where = narrow ? filters.whereByFacets : filters.where
  const rows: ListPlan['rows'] = (columns) => sql`SELECT ${columns} FROM ${table} t WHERE ${where}`
  return {
    part: (part, columns, counted) =>
      narrow
        ? narrowPart(rows(columns), part, columns, counted)
        : sql`SELECT ${columns}, ${count && counted ? sql`(${count})` : sql`NULL`} AS total_rows
            FROM ${table} t WHERE ${where} AND ${bounds(part)}`,
    rows,
    ...(served && { along: (columns, condition) => sql`${rows(columns)} AND ${condition}` }),
    count,
    replan,
    key: filters.key,
  }
}

/**
 * Few rows match: find them all by the index of the filter, then count and sort them. Left to itself the planner may
 * walk the index of the sort past half a million rows to find the few (measured: 528 against 42 ms).
 */
export function narrowPart(
  rows: RawBuilder<unknown>,
  part: Part,
  columns: RawBuilder<unknown>,
  counted: boolean,
): RawBuilder<unknown> {
  return sql`WITH t AS MATERIALIZED (${rows})
    SELECT ${columns}, ${counted ? sql`(SELECT count(*) FROM t)` : sql`NULL`} AS total_rows FROM t WHERE ${bounds(part)}`
}

/** How a part is made into what is answered. */
export interface Answered {
  /** SQL over a part called `t`. */
  columns: RawBuilder<unknown>
  joins: string
}

/** Reads a part: `read` of its rows, answered as `answered` says. The rows are those of a query AS_JSON if `asJson`. */
export async function readPart<Row>(
  db: Db,
  plan: ListPlan,
  part: Part,
  read: RawBuilder<unknown>,
  answered: Answered,
  { counted, asJson }: { counted: boolean; asJson: boolean },
): Promise<Row[]> {
  const hints = `${asJson ? AS_JSON : ''}${plan.replan ? PLANNED_EACH_TIME : ''}`
  const { rows } = await sql<Row>`${sql.raw(hints)} SELECT ${answered.columns}
    FROM (${plan.part(part, read, counted)}) t ${sql.raw(answered.joins)} ${sorted(part.order, part.descending)}`.execute(
    db,
  )
  if (!plan.gaveUp || rows.length === part.limit) return rows
  const { rows: ended } = await sql<{
    yes: boolean
  }>`SELECT ${plan.gaveUp.lookedToTheEnd(part)} AS yes`.execute(db)
  if (ended[0]?.yes) return rows
  return readPart(db, plan.gaveUp.instead, part, read, answered, { counted, asJson })
}
