import { sql } from 'kysely'
import type { JsonRow } from '../db/client.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { anyMeets, meaningsOf } from '../search/matches.ts'
import { type SearchKind, searchKinds } from '../vocabulary.ts'
import { contactsFor } from './contacts.ts'
import { type Counting, countQuery, total } from './count.ts'
import { type Cursor, decodeCursor } from './cursor.ts'
import { chooseApproach } from './estimate.ts'
import { buildFilters, type Filters } from './filters.ts'
import { filteredPlan, type ListPlan, readPart } from './list-plan.ts'
import { type AnyListQuery, type ListSource, type Order, orderOf } from './list-source.ts'
import { withMoments } from './moments.ts'
import { columnsOf, cursorOf, pageJson, totalRowsOf } from './page-json.ts'
import { LIST_LIMIT_DEFAULT, type ListPageJson } from './schema.ts'
import { searchedPlan } from './searched-plan.ts'
import { cursorBefore, STEP_ROWS } from './waypoints.ts'

/** A list as it is asked for. */
interface Asked {
  source: ListSource
  scope: Scope
  query: AnyListQuery
  filters: Filters
  order: Order
  limit: number
  counting: Counting
}

/**
 * One page of a list by keyset: any depth costs the same. `q` keeps the records that meet its words, all of them.
 * Its items have `id` and the fields asked for, all of the source's without `fields`.
 */
export async function listRows<T extends { id: number }>(
  db: Db,
  source: ListSource,
  scope: Scope,
  given: AnyListQuery,
): Promise<ListPageJson<T>> {
  const query = await withMoments(db, source, scope, given)
  const asked: Asked = {
    source,
    scope,
    query,
    filters: buildFilters(source, scope, query, await contactsFor(db, source, scope, query)),
    order: orderOf(source, query),
    limit: query.limit ?? LIST_LIMIT_DEFAULT,
    counting: query.count ?? 'capped',
  }
  if (query.q !== undefined) return searchedPage(db, asked, query.q)
  const { filters, order, counting } = asked
  const approach = await chooseApproach(db, source, filters, order)
  const count =
    counting === 'none'
      ? undefined
      : countQuery(source, scope, filters, order, approach.countByFilter, counting)
  const page = await readPage(db, asked, filteredPlan(source, filters, approach, count))
  return answer(asked, page, filters.none, null)
}

/** The page of the first meaning of `q` that any record meets, whether or not the filters keep it. */
async function searchedPage<T extends { id: number }>(
  db: Db,
  asked: Asked,
  q: string,
): Promise<ListPageJson<T>> {
  const { source, scope, query, filters, order, limit, counting } = asked
  for await (const words of meaningsOf(db, scope, searchKindOf(source), q)) {
    const plan = await searchedPlan(db, {
      source,
      scope,
      words,
      filters,
      order,
      limit: Math.max(limit + 1, query.at ? STEP_ROWS : 0),
      counting,
    })
    const page = await readPage(db, asked, plan)
    if (page.rows.length > 0 || (await anyMeets(db, scope, words))) {
      return answer(asked, page, false, words.corrected ?? null)
    }
  }
  const nothing = {
    rows: [],
    exists: { before: false, after: false },
    counted: counting === 'none' ? undefined : 0,
  }
  return answer(asked, nothing, false, null)
}

function searchKindOf(source: ListSource): SearchKind {
  const kind = searchKinds.find((each) => each === source.object)
  if (!kind) throw new Error(`The search does not know the records of ${source.table}.`)
  return kind
}

interface Page {
  rows: JsonRow[]
  /** Whether rows of the list lie before and after these. */
  exists: { before: boolean; after: boolean }
  /** Rows in the list, as far as is counted; undefined where none are. */
  counted: number | undefined
}

async function readPage(db: Db, asked: Asked, plan: ListPlan): Promise<Page> {
  const { source, query, order, limit } = asked
  const start = await findStart(db, plan, order, query)
  const columns = columnsOf(source, query.fields, order)
  const descending = order.descending !== start.backwards
  const part = { order, cursor: start.cursor, descending, limit: limit + 1 }
  const answered = { columns: columns.answered, joins: source.joins }
  const rows = await readPart<JsonRow>(db, plan, part, columns.read, answered, {
    counted: plan.count !== undefined,
    asJson: true,
  })
  const counted = plan.count && (totalRowsOf(columns, rows[0]) ?? (await readCount(db, plan)))
  const more = rows.length > limit
  const kept = rows.slice(0, limit)
  if (start.backwards) kept.reverse()
  const exists = start.backwards
    ? { before: more, after: start.inTheMiddle }
    : { before: start.inTheMiddle, after: more }
  return { rows: kept, exists, counted }
}

function answer<T extends { id: number }>(
  { source, query, order, counting }: Asked,
  { rows, exists, counted }: Page,
  whole: boolean,
  searchedFor: string | null,
): ListPageJson<T> {
  const columns = columnsOf(source, query.fields, order)
  return pageJson(columns, rows, {
    next_cursor: exists.after ? cursorOf(order, columns, rows.at(-1)) : null,
    previous_cursor: exists.before ? cursorOf(order, columns, rows[0]) : null,
    total: counted === undefined ? null : total(counted, whole, counting),
    searched_for: searchedFor,
  })
}

interface Start {
  /** Rows strictly after this place, in the direction of reading; undefined from the very start. */
  cursor: Cursor | undefined
  /** Read against the order and turned round: for the page before a cursor and for the last page. */
  backwards: boolean
  /** Whether rows lie before the first one read. */
  inTheMiddle: boolean
}

async function findStart(db: Db, plan: ListPlan, order: Order, query: AnyListQuery): Promise<Start> {
  if (query.after !== undefined) {
    return { cursor: decodeCursor(order, query.after, 'after'), backwards: false, inTheMiddle: true }
  }
  if (query.before === 'end') return { cursor: undefined, backwards: true, inTheMiddle: false }
  if (query.before !== undefined) {
    return { cursor: decodeCursor(order, query.before, 'before'), backwards: true, inTheMiddle: true }
  }
  if (query.at) {
    const cursor = await cursorBefore(db, plan, order, query.at)
    return { cursor, backwards: false, inTheMiddle: cursor !== undefined }
  }
  return { cursor: undefined, backwards: false, inTheMiddle: false }
}

/** For a page without rows, which has no place for the number. */
async function readCount(db: Db, { count }: ListPlan): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT (${count}) AS n`.execute(db)
  return rows[0]?.n ?? 0
}
