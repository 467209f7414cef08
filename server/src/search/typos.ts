import { sql } from 'kysely'
import { AFTER_PREFIX } from '../db/after-prefix.ts'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'

/** As in tokens_of_documents() in SQL: shorter words have too many neighbours to guess from, longer ones are not kept. */
const WORD_LENGTH_MIN = 4
const WORD_LENGTH_MAX = 20
/** Words looked at for one term that are spelled nearly like it. */
const SIMILAR_MAX = 100
/** Records counted for a word to tell which of two is the more common. */
const COUNTED_MAX = 100

/**
 * The terms with each one that begins no word replaced by the most common word that is one typing error away: a
 * letter wrong, missing, too many, or two swapped. Undefined when there is nothing to correct.
 */
export async function correctTerms(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  terms: readonly string[],
): Promise<string[] | undefined> {
  const unknown = (await unknownTerms(db, scope, kinds, terms)).filter(isCorrectable)
  if (unknown.length === 0) return undefined
  const similar = await similarWords(db, scope, unknown)
  const near = similar.filter(({ term, word }) => isOneErrorApart(term, word))
  if (near.length === 0) return undefined
  const best = await mostCommon(db, scope, kinds, near)
  return best.size > 0 ? terms.map((term) => best.get(term) ?? term) : undefined
}

interface Similar {
  term: string
  word: string
}

function isCorrectable(term: string): boolean {
  const { length } = [...term]
  return length >= WORD_LENGTH_MIN && length <= WORD_LENGTH_MAX && !/\d/.test(term)
}

async function unknownTerms(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  terms: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ term: string }>`
    SELECT term FROM unnest(${terms}::text[]) AS term
    WHERE NOT EXISTS (
      SELECT 1 FROM unnest(${kinds}::smallint[]) AS wanted (kind) CROSS JOIN LATERAL (
        SELECT 1 FROM search_token
        WHERE workspace_id = ${scope.workspaceId} AND kind = wanted.kind AND token >= term COLLATE "C"
          AND token < (term || ${AFTER_PREFIX}) COLLATE "C"
        LIMIT 1) known)`.execute(db)
  return rows.map(({ term }) => term)
}

/** Words with a form in common with a term: both with one letter left out, or none. */
async function similarWords(db: Db, scope: Scope, terms: string[]): Promise<Similar[]> {
  const forms = terms.flatMap((term) => shortened(term).map((form) => ({ term, form })))
  const { rows } = await sql<Similar>`
    SELECT DISTINCT asked.term, known.token AS word
    FROM unnest(${forms.map(({ term }) => term)}::text[], ${forms.map(({ form }) => form)}::text[]) AS asked (term, form)
    CROSS JOIN LATERAL (
      SELECT token FROM search_vocabulary
      WHERE workspace_id = ${scope.workspaceId} AND variant = asked.form COLLATE "C"
      LIMIT ${sql.lit(SIMILAR_MAX)}) known`.execute(db)
  return rows
}

/** A word and its forms with one letter left out. */
function shortened(word: string): string[] {
  const letters = [...word]
  return [...new Set([word, ...letters.map((_, at) => letters.toSpliced(at, 1).join(''))])]
}

/** One letter wrong, missing or too many, or two neighbours swapped. */
export function isOneErrorApart(one: string, other: string): boolean {
  const [a, b] = one.length <= other.length ? [[...one], [...other]] : [[...other], [...one]]
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const rest = (letters: string[], from: number) => letters.slice(from).join('')
  if (b.length - a.length === 1) return rest(a, start) === rest(b, start + 1)
  if (a.length !== b.length || start === a.length) return false
  if (rest(a, start + 1) === rest(b, start + 1)) return true
  return a[start] === b[start + 1] && a[start + 1] === b[start] && rest(a, start + 2) === rest(b, start + 2)
}

async function mostCommon(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  near: Similar[],
): Promise<Map<string, string>> {
  const { rows } = await sql<Similar>`
    SELECT DISTINCT ON (meant.term) meant.term, meant.word
    FROM unnest(${near.map(({ term }) => term)}::text[], ${near.map(({ word }) => word)}::text[]) AS meant (term, word)
    CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM unnest(${kinds}::smallint[]) AS wanted (kind) CROSS JOIN LATERAL (
        SELECT 1 FROM search_token
        WHERE workspace_id = ${scope.workspaceId} AND kind = wanted.kind AND token = meant.word COLLATE "C"
        LIMIT ${sql.lit(COUNTED_MAX)}) found) counted
    WHERE counted.n > 0
    ORDER BY meant.term, counted.n DESC, meant.word`.execute(db)
  return new Map(rows.map(({ term, word }) => [term, word]))
}
