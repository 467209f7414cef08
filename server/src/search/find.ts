import { type RawBuilder, sql } from 'kysely'
import { AFTER_PREFIX } from '../db/after-prefix.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { recordKinds, type SearchKind, searchKinds } from '../vocabulary.ts'

/** Records looked at for what begins with one term, of each kind. */
const CANDIDATES_MAX = 200
/** Documents of the rarest of several terms that are tried for the others. */
const DOCUMENTS_MAX = 2_000
/** Tokens of each of several terms that are intersected when even the rarest has more documents than that. */
const INTERSECTED_MAX = 5_000
/** As in word_pairs() in SQL. */
const PAIRED_TERM_LENGTH_MAX = 30

/** The number of a kind in the tables of the search. */
export function numberOf(kind: SearchKind): number {
  return recordKinds[kind].number
}
const ORDER = numberOf('order')
/** In the order in which kinds take turns. */
const TURNS: readonly number[] = searchKinds.map(numberOf)

/** For each term that is a whole word, and for being the caller's own. */
const EXACT = 2
const OWN = 1

export interface Found {
  kind: number
  entity_id: number
  points: number
}

/**
 * Records of which every term begins a word, best first: exact words before begun ones, the person's own before those
 * of others, then the newest; kinds take turns. Orders have nothing but their number, which may have been typed in
 * parts: they are found by `joined`. `limit` is at most CANDIDATES_MAX.
 */
export async function findByTerms(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  { terms, joined }: { terms: readonly string[]; joined: string },
  limit: number,
): Promise<Found[]> {
  if (terms.length === 1) return ranked(await findBegun(db, scope, kinds, terms, limit), limit)
  const documented = kinds.filter((kind) => kind !== ORDER)
  const found = documented.length > 0 ? await findBySeveral(db, scope, documented, terms, limit) : []
  if (kinds.includes(ORDER) && /\d/.test(joined)) {
    found.push(...(await findBegun(db, scope, [ORDER], [joined], limit)))
  }
  return ranked(found, limit)
}

function ranked(found: readonly Found[], limit: number): Found[] {
  const best = found.toSorted((a, b) => b.points - a.points || b.entity_id - a.entity_id)
  const placesTaken = new Map<string, number>()
  const placed = best.map((hit) => {
    const group = `${hit.kind} ${hit.points}`
    const place = placesTaken.get(group) ?? 0
    placesTaken.set(group, place + 1)
    return { hit, place }
  })
  placed.sort((a, b) => b.hit.points - a.hit.points || a.place - b.place || turnOf(a.hit) - turnOf(b.hit))
  return placed.slice(0, limit).map(({ hit }) => hit)
}

function turnOf({ kind }: Found): number {
  return TURNS.indexOf(kind)
}

/** The caller's representative; without one nothing is equal to it. */
function representativeOf(scope: Scope): RawBuilder<number> {
  return sql`(SELECT id FROM sales_representatives
    WHERE ${visible(scope, 'sales_representatives')} AND user_id = ${scope.userId} AND deleted_at IS NULL)`
}

/** Condition on search_token: of the kind in `wanted` and in the range of what begins with `term`. */
function begun(scope: Scope, term: RawBuilder<string>): RawBuilder<boolean> {
  return sql`workspace_id = ${scope.workspaceId} AND kind = wanted.kind
    AND token >= ${term} AND token < (${term} || ${AFTER_PREFIX}) COLLATE "C"`
}

/** The best `limit` of each kind that have a word which is, or begins with, one of the terms. */
async function findBegun(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  terms: readonly string[],
  limit: number,
): Promise<Found[]> {
  const wanted = (some: (kind: number) => boolean = () => true) => sql`
    (SELECT kind, term COLLATE "C" AS term FROM unnest(${kinds.filter(some)}::smallint[]) AS kind, unnest(${terms}::text[]) AS term) wanted`
  const range = begun(scope, sql`wanted.term`)
  const { rows } = await sql<Found>`
    SELECT kind, entity_id, points FROM (
      SELECT kind, entity_id, max(points) AS points,
        row_number() OVER (PARTITION BY kind ORDER BY max(points) DESC, entity_id DESC) AS place
      FROM (
        SELECT wanted.kind, entity_id, ${sql.lit(EXACT)} AS points FROM ${wanted()} CROSS JOIN LATERAL (
          SELECT entity_id FROM search_token
          WHERE workspace_id = ${scope.workspaceId} AND kind = wanted.kind AND token = wanted.term
          ORDER BY entity_id DESC LIMIT ${limit}) hit
        UNION ALL
        SELECT wanted.kind, entity_id, ${sql.lit(OWN)} + CASE WHEN token = term THEN ${sql.lit(EXACT)} ELSE 0 END
        FROM ${wanted()} CROSS JOIN LATERAL (
          SELECT token, entity_id FROM search_token WHERE ${range} AND sales_rep_id = ${representativeOf(scope)}
          ORDER BY token, entity_id DESC LIMIT ${limit}) hit
        UNION ALL
        SELECT wanted.kind, entity_id, 0 FROM ${wanted((kind) => kind !== ORDER)} CROSS JOIN LATERAL (
          SELECT entity_id FROM search_token WHERE ${range} AND token > wanted.term
          ORDER BY token, entity_id DESC LIMIT ${sql.lit(CANDIDATES_MAX)}) hit
        UNION ALL
        -- Of numbers that begin alike the highest are the newest.
        SELECT wanted.kind, entity_id, 0 FROM ${wanted((kind) => kind === ORDER)} CROSS JOIN LATERAL (
          SELECT entity_id FROM search_token WHERE ${range} AND token > wanted.term
          ORDER BY token DESC, entity_id LIMIT ${sql.lit(CANDIDATES_MAX)}) hit
      ) hits GROUP BY kind, entity_id) placed
    WHERE place <= ${limit}`.execute(db)
  return rows
}

/**
 * Two words are mostly a name, which its pairs of words find at once, however common both are. What these leave
 * open comes from the documents of the rarest term, or else from the intersection of all terms.
 */
async function findBySeveral(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  terms: readonly string[],
  limit: number,
): Promise<Found[]> {
  const [first = '', second = ''] = terms.map((term) => term.slice(0, PAIRED_TERM_LENGTH_MAX))
  const pairs = [` ${first} ${second}`, ` ${second} ${first}`]
  const named = terms.length === 2 ? await findBegun(db, scope, kinds, pairs, limit) : []
  if (named.length >= limit) return named
  const rarest = await rarestTerms(db, scope, kinds, terms)
  const few = rarest.filter(({ n }) => n <= DOCUMENTS_MAX)
  const many = rarest.filter(({ n }) => n > DOCUMENTS_MAX).map(({ kind }) => kind)
  const found = [
    ...named,
    ...(few.length > 0 ? await findInDocuments(db, scope, few, terms, limit) : []),
    ...(many.length > 0 ? await intersect(db, scope, many, terms, limit) : []),
  ]
  return mostPoints(found)
}

/** Each record once, with the most points it was found with. */
function mostPoints(found: readonly Found[]): Found[] {
  const best = new Map<string, Found>()
  for (const hit of found) {
    const key = `${hit.kind} ${hit.entity_id}`
    if ((best.get(key)?.points ?? -1) < hit.points) best.set(key, hit)
  }
  return [...best.values()]
}

interface Rarest {
  kind: number
  term: string
  /** Tokens that begin with it, counted up to DOCUMENTS_MAX + 1. */
  n: number
}

/** The rarest term of each kind in which all terms occur. */
async function rarestTerms(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  terms: readonly string[],
): Promise<Rarest[]> {
  const { rows } = await sql<Rarest>`
    SELECT DISTINCT ON (kind) kind, term, n
    FROM (SELECT kind, term COLLATE "C" AS term FROM unnest(${kinds}::smallint[]) AS kind, unnest(${terms}::text[]) AS term) wanted
    CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM (
        SELECT 1 FROM search_token WHERE ${begun(scope, sql`wanted.term`)} LIMIT ${sql.lit(DOCUMENTS_MAX + 1)}) matches) counted
    ORDER BY kind, n, length(term) DESC`.execute(db)
  return rows.filter(({ n }) => n > 0)
}

/** The documents of the rarest terms that have a word for every other term too. */
function findInDocuments(
  db: Db,
  scope: Scope,
  rarest: readonly Rarest[],
  terms: readonly string[],
  limit: number,
): Promise<Found[]> {
  const candidates = sql`
    SELECT DISTINCT wanted.kind, entity_id
    FROM (SELECT kind, term COLLATE "C" AS term FROM unnest(${rarest.map(({ kind }) => kind)}::smallint[],
      ${rarest.map(({ term }) => term)}::text[]) AS each (kind, term)) wanted
    CROSS JOIN LATERAL (
      SELECT entity_id FROM search_token WHERE ${begun(scope, sql`wanted.term`)} LIMIT ${sql.lit(DOCUMENTS_MAX)}) hit`
  return fromDocuments(db, scope, candidates, terms, limit)
}

/** The newest records that have a token for every term, among the first INTERSECTED_MAX of each and the caller's own. */
function intersect(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  terms: readonly string[],
  limit: number,
): Promise<Found[]> {
  const tokens = (term: string, own: RawBuilder<unknown>) => sql`(
    SELECT entity_id FROM search_token WHERE ${begun(scope, sql`${term}::text`)} ${own}
    ORDER BY token, entity_id DESC LIMIT ${sql.lit(INTERSECTED_MAX)})`
  // Not by joins: a plan for any terms cannot know how many rows these bring, and may loop over both.
  const newest = (own: RawBuilder<unknown>) => sql`(
    ${sql.join(
      terms.map((term) => tokens(term, own)),
      sql` INTERSECT `,
    )}
    ORDER BY entity_id DESC LIMIT ${sql.lit(CANDIDATES_MAX)})`
  const candidates = sql`
    SELECT wanted.kind, entity_id FROM unnest(${kinds}::smallint[]) AS wanted (kind) CROSS JOIN LATERAL (
      ${newest(sql``)} UNION ${newest(sql`AND sales_rep_id = ${representativeOf(scope)}`)}) hit`
  return fromDocuments(db, scope, candidates, terms, limit)
}

/** Those of the candidates (kind, entity_id) whose documents have a word for every term; the best of each kind. */
async function fromDocuments(
  db: Db,
  scope: Scope,
  candidates: RawBuilder<unknown>,
  terms: readonly string[],
  limit: number,
): Promise<Found[]> {
  const begins = (term: string) => sql`strpos(words || codes, ${`\n${term}`}) > 0`
  const exact = (term: string) =>
    sql`CASE WHEN strpos(words || codes || chr(10), ${`\n${term}\n`}) > 0 THEN ${sql.lit(EXACT)} ELSE 0 END`
  // The documents are looked up one by one (LATERAL with LIMIT 1): left to itself the planner may read them all.
  const { rows } = await sql<Found>`
    SELECT kind, entity_id, points FROM (
      SELECT candidate.kind, candidate.entity_id, points,
        row_number() OVER (PARTITION BY candidate.kind ORDER BY points DESC, candidate.entity_id DESC) AS place
      FROM (${candidates}) candidate
      CROSS JOIN LATERAL (
        SELECT ${sql.join(terms.map(exact), sql` + `)}
          + CASE WHEN sales_rep_id = ${representativeOf(scope)} THEN ${sql.lit(OWN)} ELSE 0 END AS points
        FROM search_document d
        WHERE d.workspace_id = ${scope.workspaceId} AND d.kind = candidate.kind AND d.entity_id = candidate.entity_id
          AND ${sql.join(terms.map(begins), sql` AND `)}
        LIMIT 1) document) placed
    WHERE place <= ${limit}`.execute(db)
  return rows
}
