import { type RawBuilder, sql } from 'kysely'
import { idsOf, meetsWords, tokensOf } from '../search/matches.ts'
import { visible } from '../visible.ts'
import type { Counting } from './count.ts'
import { bounds, type ListPlan, narrowPart, type Part } from './list-plan.ts'
import type { ListReader } from './list-source.ts'
import { COUNT_CAP } from './schema.ts'
import {
  chooseWay,
  DOCUMENT_WALK_MAX,
  type Expected,
  expectedOf,
  HASH_WALK_MAX,
  type Searched,
  type Way,
} from './searched-costs.ts'

/** Times as many tokens as there must be records to prove that a list has more than are counted. */
const PROVING_TOKENS = 3

interface Planned extends Searched, Expected {
  /** SQL: the ids (entity_id) of the records that meet the words, each once. */
  ids: RawBuilder<unknown>
}

/** The plan of a searched list by the `way` that is likely to cost least; by each it has the same rows. */
export async function searchedPlan(reader: ListReader, searched: Searched, way?: Way): Promise<ListPlan> {
  const expected = await expectedOf(reader, searched)
  const planned = {
    ...searched,
    ...expected,
    ids: idsOf(searched.scope, expected.words, expected.byDocuments),
  }
  switch (way ?? chooseWay(searched, expected)) {
    case 'hits':
      return byHits(planned)
    case 'filters and hash':
      return byFilters(planned, inHash(planned.ids))
    case 'filters and documents':
      return byFilters(planned, meetsWords(planned.scope, planned.words))
    case 'walk and hash':
      return byHash(planned)
    case 'walk and documents':
      return byDocuments(planned)
  }
}

function keyOf({ filters, words }: Planned): string {
  return `${filters.key} ${JSON.stringify([words.kind, words.terms])}`
}

/** The row that has the id of a hit if the filters keep it, for a join: looked up one by one by its key. */
function rowOf(
  { source, filters }: Planned,
  hit: string,
  columns: RawBuilder<unknown>,
  condition = sql<boolean>`true`,
): RawBuilder<unknown> {
  return sql`CROSS JOIN LATERAL (SELECT ${columns} FROM ${sql.table(source.table)} t
    WHERE t.id = ${sql.raw(hit)} AND ${filters.where} AND ${condition} LIMIT 1) t`
}

/** Those of the hits that the filters keep, to be counted. */
function among(planned: Planned, hits: RawBuilder<unknown>): RawBuilder<unknown> {
  // Every token belongs to a record that is there.
  return sql`FROM ${hits} hit ${planned.filters.none ? sql`` : rowOf(planned, 'hit.entity_id', sql`t.id`)}`
}

/** The same from the rows of the filters, where that is likely to be cheaper. */
function keptByFilter(planned: Planned, ids: RawBuilder<unknown>): RawBuilder<unknown> | undefined {
  const { source, filters, filtered, matches } = planned
  const inIndex = filters.servedInOrderOf !== undefined
  if (filters.none || !(inIndex || filtered < matches)) return undefined
  const where = inIndex ? filters.where : filters.whereByFacets
  return sql`FROM ${sql.table(source.table)} t WHERE ${where} AND ${inHash(ids)}`
}

/** A count of the rows of `from`, no further than the list counts. */
function counted(counting: Counting, from: RawBuilder<unknown>): RawBuilder<number> | undefined {
  if (counting === 'none') return undefined
  const limit = counting === 'exact' ? sql`` : sql`LIMIT ${sql.lit(COUNT_CAP + 1)}`
  return sql<number>`SELECT count(*) FROM (SELECT 1 ${from} ${limit}) matches`
}

/** Looks up every hit. */
function byHits(planned: Planned): ListPlan {
  const rows: ListPlan['rows'] = (columns) =>
    sql`SELECT ${columns} FROM (${planned.ids}) hit ${rowOf(planned, 'hit.entity_id', columns)}`
  return {
    part: (part, columns, wanted) => narrowPart(rows(columns), part, columns, wanted),
    rows,
    count: counted(planned.counting, among(planned, sql`(${planned.ids})`)),
    replan: false,
    key: keyOf(planned),
  }
}

/** IS TRUE keeps it from becoming a join: the ids are read once, into a hash. */
function inHash(ids: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(t.id IN (${ids})) IS TRUE`
}

/** Finds the rows of the filters and tries each for the words. */
function byFilters(planned: Planned, meets: RawBuilder<boolean>): ListPlan {
  const { source, filters, counting } = planned
  const from = sql`FROM ${sql.table(source.table)} t WHERE ${filters.whereByFacets} AND ${meets}`
  const rows: ListPlan['rows'] = (columns) => sql`SELECT ${columns} ${from}`
  return {
    part: (part, columns, wanted) => narrowPart(rows(columns), part, columns, wanted),
    rows,
    count: counted(counting, from),
    replan: !filters.onePlan,
    key: keyOf(planned),
  }
}

/** Steps along the index of the sort, in the index alone, at most `max` rows: their ids and places as `w`. */
function walk({ source, scope, filters, served }: Planned, part: Part, max: number): RawBuilder<unknown> {
  const where = served ? filters.where : sql`t.deleted_at IS NULL AND ${visible(scope, source.table, 't')}`
  const column = sql.raw(part.order.column.column)
  return sql`(SELECT t.id, t.${column} FROM ${sql.table(source.table)} t
    WHERE ${where} AND ${bounds({ ...part, limit: max })}) w`
}

function inOrderOfWalk({ order, descending, limit }: Part): RawBuilder<unknown> {
  const direction = sql.raw(descending ? 'DESC' : 'ASC')
  return sql`ORDER BY w.${sql.raw(order.column.column)} ${direction}, w.id ${direction} LIMIT ${sql.lit(limit)}`
}

/** What becomes of a part that `max` rows of the walk did not fill. */
function gaveUp(planned: Planned, max: number, count: ListPlan['count']): Pick<ListPlan, 'gaveUp'> {
  const { filtered, matches, filters, ids } = planned
  const instead = !filters.none && filtered < matches ? byFilters(planned, inHash(ids)) : byHits(planned)
  return {
    gaveUp: {
      lookedToTheEnd: (part) =>
        sql<boolean>`(SELECT count(*) < ${sql.lit(max)} FROM ${walk(planned, part, max)})`,
      instead: { ...instead, count },
    },
  }
}

/** Walks along the sort and looks up the rows whose ids are in the hash. */
function byHash(planned: Planned): ListPlan {
  const { ids, counting } = planned
  const hits = sql`WITH hits AS MATERIALIZED (${ids})`
  const exact = counting === 'exact' ? keptByFilter(planned, sql`SELECT entity_id FROM hits`) : undefined
  const count = counted(counting, exact ?? among(planned, sql`hits`))
  return {
    ...byHits(planned),
    part: (part, columns, wanted) => sql`${hits}
      SELECT ${columns}, ${wanted && count ? sql`(${count})` : sql`NULL`} AS total_rows
      FROM ${walk(planned, part, HASH_WALK_MAX)} ${rowOf(planned, 'w.id', columns)}
      WHERE (w.id IN (SELECT entity_id FROM hits)) IS TRUE ${inOrderOfWalk(part)}`,
    count: count && sql<number>`${hits} ${count}`,
    ...gaveUp(planned, HASH_WALK_MAX, count && sql<number>`${hits} ${count}`),
  }
}

/** Walks along the sort and tries each row by its document. */
function byDocuments(planned: Planned): ListPlan {
  const { source, scope, words, filters, filtered, matches, ids } = planned
  const count = countOfMany(planned)
  const byIds = sql`FROM ${sql.table(source.table)} t WHERE ${filters.whereByFacets} AND ${inHash(ids)}`
  return {
    part: (part, columns, wanted) => sql`
      SELECT ${columns}, ${wanted && count ? sql`(${count})` : sql`NULL`} AS total_rows
      FROM ${walk(planned, part, DOCUMENT_WALK_MAX)} ${rowOf(planned, 'w.id', columns, meetsWords(scope, words))}
      ${inOrderOfWalk(part)}`,
    rows: filtered < matches ? (columns) => sql`SELECT ${columns} ${byIds}` : byHits(planned).rows,
    count,
    replan: false,
    key: keyOf(planned),
    ...gaveUp(planned, DOCUMENT_WALK_MAX, count),
  }
}

/**
 * Where so many records meet the words, some thousands of the rarest word's tokens mostly prove that there are more
 * than are counted. Only where they do not, all are.
 */
function countOfMany(planned: Planned): RawBuilder<number> | undefined {
  const { scope, words, filtered, all, counting, ids } = planned
  if (counting === 'none') return undefined
  const full = counted(counting, keptByFilter(planned, ids) ?? among(planned, sql`(${ids})`))
  if (counting === 'exact') return full
  const [first = '', ...others] = words.terms
  const tokens = Math.ceil((PROVING_TOKENS * COUNT_CAP * all) / filtered)
  const some = sql`SELECT DISTINCT entity_id FROM (${tokensOf(scope, words.kind, first)} LIMIT ${tokens}) tokens`
  const meetsOthers = meetsWords(scope, { ...words, terms: others })
  const tested = sql`SELECT entity_id FROM (${some}) hit, LATERAL (SELECT hit.entity_id AS id) t WHERE ${meetsOthers}`
  const proving = counted(counting, among(planned, sql`(${others.length > 0 ? tested : some})`))
  return sql<number>`SELECT CASE WHEN (${proving}) > ${sql.lit(COUNT_CAP)} THEN ${sql.lit(COUNT_CAP + 1)} ELSE (${full}) END`
}
