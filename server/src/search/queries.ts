import { type RawBuilder, sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Db } from '../db/database.ts'
import { type SearchHit, searchKinds } from './schema.ts'

/** Records looked at for one word, of each kind. */
const CANDIDATES_MAX = 200
/** The same for several words: those of the rarest one are tried for the others. */
const CANDIDATES_OF_SEVERAL_MAX = 2_000
const WORDS_MAX = 5
/** Shorter words have too many neighbours to guess from. */
const TYPO_LENGTH_MIN = 4
/** Greater than every text that continues a prefix, in the C collation. */
const AFTER_PREFIX = '\u{10FFFF}'

export type SearchKind = (typeof searchKinds)[number]

/** The numbers that the kinds have in migration 0004. */
const kindNumbers: Record<SearchKind, number> = {
  customer: 1,
  company: 2,
  product: 3,
  order: 4,
  sales_representative: 5,
}

interface Question {
  q: string
  kind?: SearchKind
  limit: number
}

/** The best hits for what someone typed: exact words and their own records first, then the newest. */
export async function search(db: Db, scope: Scope, question: Question): Promise<SearchHit[]> {
  const kinds = question.kind ? [kindNumbers[question.kind]] : Object.values(kindNumbers)
  const found = await findEntities(db, scope, kinds, question.q, question.limit)
  return found.length === 0 ? [] : describeHits(db, scope, found)
}

/** The ids of the best hits of one kind, at most `limit`; lists narrow themselves to them. */
export async function searchIds(
  db: Db,
  scope: Scope,
  kind: SearchKind,
  q: string,
  limit: number,
): Promise<number[]> {
  const found = await findEntities(db, scope, [kindNumbers[kind]], q, Math.min(limit, CANDIDATES_MAX))
  return found.map((hit) => hit.entity_id)
}

interface Found {
  kind: number
  entity_id: number
}

async function findEntities(
  db: Db,
  scope: Scope,
  kinds: number[],
  q: string,
  limit: number,
): Promise<Found[]> {
  const phone = phoneDigits(q)
  const found = phone ? await findByOneWord(db, scope, kinds, phone, limit) : []
  if (found.length > 0) return found
  const words = await wordsOf(db, q)
  if (words.length === 0) return []
  const exact = await findByWords(db, scope, kinds, words, limit)
  if (exact.length > 0) return exact
  const meant = await correctWords(db, scope, words)
  return meant ? findByWords(db, scope, kinds, meant, limit) : []
}

const PHONE = /^[\d\s()+./-]+$/
const PHONE_DIGITS_MIN = 3

/** What looks like a phone number is one word: its digits, without the zeros or + before it. */
function phoneDigits(q: string): string | undefined {
  const digits = q.replace(/\D/g, '').replace(/^0+/, '')
  return PHONE.test(q) && digits.length >= PHONE_DIGITS_MIN ? digits : undefined
}

async function wordsOf(db: Db, q: string): Promise<string[]> {
  const { rows } = await sql<{
    words: string[]
  }>`SELECT search_words(${q.replaceAll('\0', '')}) AS words`.execute(db)
  return (rows[0]?.words ?? []).slice(0, WORDS_MAX)
}

function findByWords(
  db: Db,
  scope: Scope,
  kinds: number[],
  words: string[],
  limit: number,
): Promise<Found[]> {
  const [word = ''] = words
  return words.length === 1
    ? findByOneWord(db, scope, kinds, word, limit)
    : findBySeveralWords(db, scope, kinds, words, limit)
}

/** Rows of search_token whose word begins with `word`, for each kind: exact ones and then the newest first. */
function candidates(scope: Scope, kinds: number[], word: string, max: number): RawBuilder<unknown> {
  return sql`
    SELECT wanted.kind, hit.entity_id, hit.token = ${word} AS exact
    FROM unnest(${kinds}::smallint[]) AS wanted (kind)
    CROSS JOIN LATERAL (
      SELECT token, entity_id FROM search_token
      WHERE workspace_id = ${scope.workspaceId} AND kind = wanted.kind AND token >= ${word} AND token < ${word + AFTER_PREFIX}
      ORDER BY token, entity_id DESC LIMIT ${sql.lit(max)}) hit`
}

/** The candidates `c` that pass, best first: own records and exact words, then by kind the newest. */
function best(
  scope: Scope,
  from: RawBuilder<unknown>,
  condition: RawBuilder<unknown>,
  limit: number,
): RawBuilder<Found> {
  return sql<Found>`
    SELECT c.kind, c.entity_id
    FROM (${from}) c
    JOIN search_document d ON d.workspace_id = ${scope.workspaceId} AND d.kind = c.kind AND d.entity_id = c.entity_id
    LEFT JOIN sales_representatives own ON own.workspace_id = ${scope.workspaceId} AND own.user_id = ${scope.userId}
      AND own.deleted_at IS NULL AND own.id = d.sales_rep_id
    WHERE ${condition}
    GROUP BY c.kind, c.entity_id
    ORDER BY bool_or(c.exact)::int + bool_or(own.id IS NOT NULL)::int DESC, c.kind, c.entity_id DESC
    LIMIT ${limit}`
}

async function findByOneWord(
  db: Db,
  scope: Scope,
  kinds: number[],
  word: string,
  limit: number,
): Promise<Found[]> {
  const { rows } = await best(
    scope,
    candidates(scope, kinds, word, CANDIDATES_MAX),
    sql`true`,
    limit,
  ).execute(db)
  return rows
}

/**
 * The rarest word gives the candidates, and their documents are asked for the others. If every word is common the
 * inverted index of whole documents intersects them.
 */
async function findBySeveralWords(
  db: Db,
  scope: Scope,
  kinds: number[],
  words: string[],
  limit: number,
): Promise<Found[]> {
  const { word, n } = await rarestWord(db, scope, kinds, words)
  if (n > CANDIDATES_OF_SEVERAL_MAX) return findByDocuments(db, scope, kinds, words, limit)
  const others = words.filter((other) => other !== word)
  const all = others.map(
    (other) =>
      sql`EXISTS (SELECT 1 FROM unnest(d.words) AS w (word) WHERE w.word COLLATE "C" >= ${other} AND w.word COLLATE "C" < ${other + AFTER_PREFIX})`,
  )
  const { rows } = await best(
    scope,
    candidates(scope, kinds, word, CANDIDATES_OF_SEVERAL_MAX),
    sql.join(all, sql` AND `),
    limit,
  ).execute(db)
  return rows
}

async function rarestWord(
  db: Db,
  scope: Scope,
  kinds: number[],
  words: string[],
): Promise<{ word: string; n: number }> {
  const { rows } = await sql<{ word: string; n: number }>`
    SELECT asked.word, sum(counted.n)::int AS n
    FROM unnest(${words}::text[]) AS asked (word)
    CROSS JOIN unnest(${kinds}::smallint[]) AS wanted (kind)
    CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM (
        SELECT 1 FROM search_token
        WHERE workspace_id = ${scope.workspaceId} AND kind = wanted.kind AND token >= asked.word COLLATE "C"
          AND token < (asked.word || ${AFTER_PREFIX}) COLLATE "C"
        LIMIT ${sql.lit(CANDIDATES_OF_SEVERAL_MAX + 1)}) matches) counted
    GROUP BY asked.word ORDER BY n, length(asked.word) DESC LIMIT 1`.execute(db)
  return rows[0] ?? { word: words[0] ?? '', n: 0 }
}

async function findByDocuments(
  db: Db,
  scope: Scope,
  kinds: number[],
  words: string[],
  limit: number,
): Promise<Found[]> {
  // search_words() leaves only letters and digits, so the text of the query cannot hold an operator.
  const query = words.map((word) => `${word}:*`).join(' & ')
  const from = sql`
    SELECT kind, entity_id, false AS exact FROM search_document
    WHERE workspace_id = ${scope.workspaceId} AND tsv @@ ${query}::tsquery AND kind = ANY(${kinds}::smallint[])
    LIMIT ${sql.lit(CANDIDATES_MAX)}`
  const { rows } = await best(scope, from, sql`true`, limit).execute(db)
  return rows
}

/** For each word that begins nothing, the most similar word that occurs; undefined if there is none to try. */
async function correctWords(db: Db, scope: Scope, words: string[]): Promise<string[] | undefined> {
  const { rows } = await sql<{ word: string; known: boolean; meant: string | null }>`
    SELECT asked.word, EXISTS (
        SELECT 1 FROM search_vocabulary v WHERE v.workspace_id = ${scope.workspaceId}
          AND v.token >= asked.word COLLATE "C" AND v.token < (asked.word || ${AFTER_PREFIX}) COLLATE "C") AS known,
      (SELECT token FROM (
          SELECT v.token FROM search_vocabulary v
          WHERE v.workspace_id = ${scope.workspaceId} AND length(asked.word) >= ${TYPO_LENGTH_MIN} AND v.token % asked.word
            AND abs(length(v.token) - length(asked.word)) <= 1
          LIMIT ${sql.lit(CANDIDATES_MAX)}) similar_words
        ORDER BY similarity(token, asked.word) DESC, token LIMIT 1) AS meant
    FROM unnest(${words}::text[]) AS asked (word)`.execute(db)
  if (!rows.some((row) => !row.known && row.meant)) return undefined
  return rows.map((row) => (row.known ? row.word : (row.meant ?? row.word)))
}

/** What is shown of each hit, from the records themselves; `found` keeps its order. */
async function describeHits(db: Db, scope: Scope, found: Found[]): Promise<SearchHit[]> {
  const { rows } = await sql<SearchHit>`
    SELECT (${searchKinds}::text[])[f.kind] AS kind, f.entity_id AS id,
      coalesce(nullif(btrim(cu.first_name || ' ' || cu.last_name), ''), cu.email, co.name, p.product_name, o.order_number,
        btrim(r.first_name || ' ' || r.last_name)) AS title,
      coalesce(cu.email, cu.phone, co.domain, p.sku, nullif(btrim(oc.first_name || ' ' || oc.last_name), ''), r.email) AS detail
    FROM unnest(${found.map((hit) => hit.kind)}::smallint[], ${found.map((hit) => hit.entity_id)}::bigint[])
      WITH ORDINALITY AS f (kind, entity_id, place)
    LEFT JOIN customers cu ON f.kind = 1 AND cu.workspace_id = ${scope.workspaceId} AND cu.id = f.entity_id
    LEFT JOIN companies co ON f.kind = 2 AND co.workspace_id = ${scope.workspaceId} AND co.id = f.entity_id
    LEFT JOIN products p ON f.kind = 3 AND p.workspace_id = ${scope.workspaceId} AND p.id = f.entity_id
    LEFT JOIN orders o ON f.kind = 4 AND o.workspace_id = ${scope.workspaceId} AND o.id = f.entity_id
    LEFT JOIN customers oc ON oc.workspace_id = ${scope.workspaceId} AND oc.id = o.customer_id
    LEFT JOIN sales_representatives r ON f.kind = 5 AND r.workspace_id = ${scope.workspaceId} AND r.id = f.entity_id
    ORDER BY f.place`.execute(db)
  return rows
}
