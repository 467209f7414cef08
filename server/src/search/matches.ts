import { type RawBuilder, sql } from 'kysely'
import type { ListMemory } from '../cache/list-memory.ts'
import { AFTER_PREFIX } from '../db/after-prefix.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { rightsClass } from '../visible.ts'
import type { SearchKind } from '../vocabulary.ts'
import { numberOf } from './find.ts'
import { readTyped } from './typed.ts'
import { correctTerms } from './typos.ts'

/** How far the tokens of a term are counted, to choose a plan: 0.1 us each. Farther where much depends on it. */
export const TOKENS_COUNTED_MAX = 25_000
export const TOKENS_COUNTED_FAR = 200_000

/** One meaning of what someone typed: the records of a kind of which every term begins a word. */
export interface Words {
  kind: number
  terms: string[]
  /** What was searched for in place of a misspelled text. */
  corrected: string | undefined
}

/**
 * What a typed text can mean for the records of one kind, the likeliest first. The first that any record meets is
 * what it means; the search goes by the same rule.
 */
export async function* meaningsOf(
  db: Db,
  scope: Scope,
  searchKind: SearchKind,
  q: string,
): AsyncGenerator<Words> {
  const kind = numberOf(searchKind)
  const { readings, joined } = await readTyped(db, q)
  const termsOf = (reading: string[]) => {
    // Orders have nothing but their number, which may have been typed in parts.
    if (kind !== numberOf('order') || reading.length === 1) return reading
    return /\d/.test(joined) ? [joined] : []
  }
  for (const reading of readings) {
    const terms = termsOf(reading)
    if (terms.length > 0) yield { kind, terms, corrected: undefined }
  }
  for (const reading of readings) {
    const meant = await correctTerms(db, scope, [kind], reading)
    const terms = meant ? termsOf(meant) : []
    if (meant && terms.length > 0) yield { kind, terms, corrected: meant.join(' ') }
  }
}

/** How many tokens begin with each of the terms, the fewest first, counted as far as `max`. Known `sizes` are believed. */
export async function sizesOf(
  db: Db,
  sizes: ListMemory['sizes'],
  scope: Scope,
  { kind, terms }: Words,
  max: number,
): Promise<{ term: string; n: number }[]> {
  const keyOf = (term: string) => `${rightsClass(scope)} ${kind} ${term}`
  const isKnown = (size = { n: 0, max: 0 }) => size.n < size.max || size.max >= max
  const unknown = terms.filter((term) => !isKnown(sizes.get(keyOf(term))))
  if (unknown.length > 0) {
    const { rows } = await sql<{ term: string; n: number }>`
      SELECT term, n FROM unnest(${unknown}::text[]) AS term CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM (
          SELECT 1 FROM search_token WHERE workspace_id = ${scope.workspaceId} AND kind = ${kind}
            AND token >= term COLLATE "C" AND token < (term || ${AFTER_PREFIX}) COLLATE "C"
          LIMIT ${max}) tokens) counted`.execute(db)
    for (const { term, n } of rows) sizes.set(keyOf(term), { n, max })
  }
  return terms
    .map((term) => ({ term, n: sizes.get(keyOf(term))?.n ?? 0 }))
    .sort((a, b) => a.n - b.n || b.term.length - a.term.length)
}

/**
 * SQL: the tokens (entity_id) that begin with a term. The values are in sub-selects so that the planner supposes the
 * same small share of the tokens for any of them.
 */
export function tokensOf(scope: Scope, kind: number, term: string): RawBuilder<unknown> {
  return sql`SELECT entity_id FROM search_token WHERE workspace_id = ${scope.workspaceId} AND kind = ${kind}
    AND token >= (SELECT ${term}::text COLLATE "C") AND token < (SELECT ${term + AFTER_PREFIX}::text COLLATE "C")`
}

/**
 * SQL: the ids (entity_id) of all records that meet the words, each once. From the tokens of all terms; `byDocuments`
 * from those of the first and the documents of its records, for other terms that are much commoner.
 */
export function idsOf(scope: Scope, { kind, terms }: Words, byDocuments: boolean): RawBuilder<unknown> {
  const [first = '', ...others] = terms
  const ofFirst = sql`SELECT DISTINCT entity_id FROM (${tokensOf(scope, kind, first)}) tokens`
  if (others.length === 0) return ofFirst
  if (!byDocuments) {
    const each = terms.map((term) => sql`(${tokensOf(scope, kind, term)})`)
    return sql`SELECT entity_id FROM (${sql.join(each, sql` INTERSECT `)}) in_all`
  }
  // The documents are looked up one by one (LATERAL with LIMIT 1): left to itself the planner may read them all.
  return sql`SELECT c.entity_id FROM (${ofFirst}) c CROSS JOIN LATERAL (
    SELECT 1 FROM search_document d
    WHERE d.workspace_id = ${scope.workspaceId} AND d.kind = ${kind} AND d.entity_id = c.entity_id
      AND ${inDocument(others)}
    LIMIT 1) document`
}

function inDocument(terms: readonly string[]): RawBuilder<boolean> {
  const begins = (term: string) =>
    sql`(strpos(d.words, ${`\n${term}`}) > 0 OR strpos(d.codes, ${`\n${term}`}) > 0)`
  return sql<boolean>`${sql.join(terms.map(begins), sql` AND `)}`
}

/** SQL: whether the record `t` meets the words, from what is kept of it alone. Not a join: it is asked row by row. */
export function meetsWords(scope: Scope, { kind, terms }: Words): RawBuilder<boolean> {
  if (kind === numberOf('order')) {
    return sql<boolean>`(SELECT bool_or(starts_with(number, ${terms[0] ?? ''})) FROM unnest(number_ends(t.order_number)) AS number)`
  }
  return sql<boolean>`(SELECT ${inDocument(terms)} FROM search_document d
    WHERE d.workspace_id = ${scope.workspaceId} AND d.kind = ${kind} AND d.entity_id = t.id)`
}

/** Whether any record meets the words. */
export async function anyMeets(db: Db, scope: Scope, words: Words): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`SELECT EXISTS (${idsOf(scope, words, false)}) AS yes`.execute(
    db,
  )
  return rows[0]?.yes === true
}
