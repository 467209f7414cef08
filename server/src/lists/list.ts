import { sql } from 'kysely'
import type { JsonRow } from '../db/client.ts'
import { JsonText } from '../http/json-text.ts'
import type { Scope } from '../scope.ts'
import { anyMeets, meaningsOf } from '../search/matches.ts'
import { type SearchKind, searchKinds } from '../vocabulary.ts'
import { contactsFor } from './contacts.ts'
import { type Counting, countQuery, total } from './count.ts'
import { type Cursor, decodeCursor } from './cursor.ts'
import { chooseApproach } from './estimate.ts'
import { buildFilters, type Filters } from './filters.ts'
import { filteredPlan, type ListPlan, readPart, rowsToRead } from './list-plan.ts'
import { type AnyListQuery, type ListReader, type ListSource, type Order, orderOf } from './list-source.ts'
import { withMoments } from './moments.ts'
import { columnsOf, type ObjectRow, objectRows, type RowForm } from './page-columns.ts'
import { jsonRows, pageJson } from './page-json.ts'
import { LIST_LIMIT_DEFAULT, type ListPage, type ListPageJson } from './schema.ts'
import { searchedPlan } from './searched-plan.ts'
import { cursorBefore, STEP_ROWS } from './waypoints.ts'

/** A list as it is asked for. */
interface Asked<Row> {
  reader: ListReader
  source: ListSource
  scope: Scope
  query: AnyListQuery
  filters: Filters
  order: Order
  limit: number
  counting: Counting
  form: RowForm<Row>
}

/** What a page says besides its items. */
type Rest = Omit<ListPage<unknown>, 'items'>

/**
 * One page of a list by keyset: any depth costs the same. `q` keeps the records that meet its words, all of them.
 * Its items have `id` and the fields asked for, all of the source's without `fields`.
 */
export async function readPage<T extends { id: number }>(
  reader: ListReader,
  source: ListSource,
  scope: Scope,
  query: AnyListQuery,
): Promise<ListPage<T>> {
  const { rows, names, rest } = await findPage<ObjectRow>(reader, source, scope, query, objectRows)
  // The fields of the source are those of its rows.
  const items = rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])) as unknown as T)
  return { items, ...rest }
}

/** The same as the finished JSON of an answer, whose rows are never objects here. */
export async function readPageJson<T extends { id: number }>(
  reader: ListReader,
  source: ListSource,
  scope: Scope,
  query: AnyListQuery,
): Promise<ListPageJson<T>> {
  if (reader.config?.without.has('page-json')) {
    return new JsonText(JSON.stringify(await readPage<T>(reader, source, scope, query)))
  }
  const { rows, names, rest } = await findPage<JsonRow>(reader, source, scope, query, jsonRows)
  return pageJson(names, rows, rest)
}

interface FoundPage<Row> {
  rows: Row[]
  /** The fields of an item. */
  names: string[]
  rest: Rest
}

async function findPage<Row>(
  reader: ListReader,
  source: ListSource,
  scope: Scope,
  given: AnyListQuery,
  form: RowForm<Row>,
): Promise<FoundPage<Row>> {
  const { db } = reader
  const query = await withMoments(db, source, scope, given)
  const asked: Asked<Row> = {
    reader,
    source,
    scope,
    query,
    filters: buildFilters(source, scope, query, await contactsFor(db, source, scope, query)),
    order: orderOf(source, query),
    limit: query.limit ?? LIST_LIMIT_DEFAULT,
    counting: query.count ?? 'capped',
    form,
  }
  if (query.q !== undefined) return searchedPage(asked, query.q)
  const { filters, order, counting } = asked
  const approach = await chooseApproach(reader, source, filters, order)
  const count =
    counting === 'none'
      ? undefined
      : countQuery(source, scope, filters, order, approach.countByFilter, counting)
  const page = await readRows(asked, filteredPlan(source, filters, approach, count))
  return answer(asked, page, filters.none, null)
}

/** The page of the first meaning of `q` that any record meets, whether or not the filters keep it. */
async function searchedPage<Row>(asked: Asked<Row>, q: string): Promise<FoundPage<Row>> {
  const { reader, source, scope, query, filters, order, limit, counting } = asked
  const { db } = reader
  for await (const words of meaningsOf(db, scope, searchKindOf(source), q)) {
    const plan = await searchedPlan(reader, {
      source,
      scope,
      words,
      filters,
      order,
      limit: Math.max(rowsToRead(limit), query.at ? STEP_ROWS : 0),
      counting,
    })
    const page = await readRows(asked, plan)
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

interface PageRows<Row> {
  rows: Row[]
  /** Whether rows of the list lie before and after these. */
  exists: { before: boolean; after: boolean }
  /** Rows in the list, as far as is counted; undefined where none are. */
  counted: number | undefined
}

async function readRows<Row>(asked: Asked<Row>, plan: ListPlan): Promise<PageRows<Row>> {
  const { reader, source, query, order, limit, form } = asked
  const start = await findStart(reader, plan, order, query)
  const columns = columnsOf(source, query.fields, order)
  const descending = order.descending !== start.backwards
  const part = { order, cursor: start.cursor, descending, limit: rowsToRead(limit) }
  const answered = { columns: columns.answered, joins: source.joins }
  const rows = await readPart<Row>(reader.db, plan, part, columns.read, answered, {
    counted: plan.count !== undefined,
    asJson: form.asJson,
  })
  const [first] = rows
  const told = first && form.totalRows(columns, first)
  const counted = plan.count && (told ?? (await readCount(reader, plan)))
  const more = rows.length > limit
  const kept = rows.slice(0, limit)
  if (start.backwards) kept.reverse()
  const exists = start.backwards
    ? { before: more, after: start.inTheMiddle }
    : { before: start.inTheMiddle, after: more }
  return { rows: kept, exists, counted }
}

function answer<Row>(
  { source, query, order, counting, form }: Asked<Row>,
  { rows, exists, counted }: PageRows<Row>,
  whole: boolean,
  searchedFor: string | null,
): FoundPage<Row> {
  const columns = columnsOf(source, query.fields, order)
  const [first, last] = [rows[0], rows.at(-1)]
  const rest = {
    next_cursor: exists.after && last ? form.cursor(order, columns, last) : null,
    previous_cursor: exists.before && first ? form.cursor(order, columns, first) : null,
    total: counted === undefined ? null : total(counted, whole, counting),
    searched_for: searchedFor,
  }
  return { rows, names: columns.names, rest }
}

interface Start {
  /** Rows strictly after this place, in the direction of reading; undefined from the very start. */
  cursor: Cursor | undefined
  /** Read against the order and turned round: for the page before a cursor and for the last page. */
  backwards: boolean
  /** Whether rows lie before the first one read. */
  inTheMiddle: boolean
}

async function findStart(
  reader: ListReader,
  plan: ListPlan,
  order: Order,
  query: AnyListQuery,
): Promise<Start> {
  if (query.after !== undefined) {
    return { cursor: decodeCursor(order, query.after, 'after'), backwards: false, inTheMiddle: true }
  }
  if (query.before === 'end') return { cursor: undefined, backwards: true, inTheMiddle: false }
  if (query.before !== undefined) {
    return { cursor: decodeCursor(order, query.before, 'before'), backwards: true, inTheMiddle: true }
  }
  if (query.at) {
    const cursor = await cursorBefore(reader, plan, order, query.at)
    return { cursor, backwards: false, inTheMiddle: cursor !== undefined }
  }
  return { cursor: undefined, backwards: false, inTheMiddle: false }
}

/** For a page without rows, which has no place for the number. */
async function readCount({ db }: ListReader, { count }: ListPlan): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT (${count}) AS n`.execute(db)
  return rows[0]?.n ?? 0
}
