import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { recordKinds, type SearchKind, searchKinds } from '../vocabulary.ts'
import { type Found, findByTerms, numberOf } from './find.ts'
import type { SearchHit } from './schema.ts'
import { readTyped } from './typed.ts'
import { correctTerms } from './typos.ts'

interface Question {
  q: string
  kind?: SearchKind
  limit: number
}

/** SQL over the record `t` of what is shown of a hit of each kind; constants, never input. */
export type ShownOfHits = Record<SearchKind, { title: string; detail: string }>

/**
 * The best hits for what someone typed: exact words and their own records first, then the newest. Nothing for a text
 * without a letter or digit.
 */
export async function search(
  db: Db,
  scope: Scope,
  question: Question,
  shown: ShownOfHits,
): Promise<SearchHit[]> {
  const kinds = (question.kind ? [question.kind] : searchKinds).map(numberOf)
  const found = await find(db, scope, kinds, question.q, question.limit)
  return found.length === 0 ? [] : describeHits(db, scope, found, shown)
}

async function find(
  db: Db,
  scope: Scope,
  kinds: readonly number[],
  q: string,
  limit: number,
): Promise<Found[]> {
  const { readings, joined } = await readTyped(db, q)
  for (const terms of readings) {
    const found = await findByTerms(db, scope, kinds, { terms, joined }, limit)
    if (found.length > 0) return found
  }
  for (const terms of readings) {
    const meant = await correctTerms(db, scope, kinds, terms)
    const found = meant ? await findByTerms(db, scope, kinds, { terms: meant, joined }, limit) : []
    if (found.length > 0) return found
  }
  return []
}

/** What is shown of each hit, from the records themselves, in the order of `found`. */
async function describeHits(db: Db, scope: Scope, found: Found[], shown: ShownOfHits): Promise<SearchHit[]> {
  const each = searchKinds.map(
    (kind) => sql`
      SELECT ${kind}::text AS kind, ${sql.raw(shown[kind].title)} AS title, ${sql.raw(shown[kind].detail)} AS detail
      FROM ${sql.table(recordKinds[kind].table)} t
      WHERE f.kind = ${sql.lit(numberOf(kind))} AND t.id = f.entity_id
        AND ${visible(scope, recordKinds[kind].table, 't')} AND t.deleted_at IS NULL`,
  )
  const { rows } = await sql<SearchHit>`
    SELECT shown.kind, f.entity_id AS id, shown.title, shown.detail
    FROM unnest(${found.map((hit) => hit.kind)}::smallint[], ${found.map((hit) => hit.entity_id)}::bigint[])
      WITH ORDINALITY AS f (kind, entity_id, place)
    CROSS JOIN LATERAL (${sql.join(each, sql` UNION ALL `)}) shown
    ORDER BY f.place`.execute(db)
  return rows
}
