import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { type Found, findByTerms, kindNumbers } from './find.ts'
import { type SearchHit, searchKinds } from './schema.ts'
import { readTyped } from './typed.ts'
import { correctTerms } from './typos.ts'

export type SearchKind = (typeof searchKinds)[number]

interface Question {
  q: string
  kind?: SearchKind
  limit: number
}

/**
 * The best hits for what someone typed: exact words and their own records first, then the newest. Nothing for a text
 * without a letter or digit.
 */
export async function search(db: Db, scope: Scope, question: Question): Promise<SearchHit[]> {
  const kinds = question.kind ? [kindNumbers[question.kind]] : Object.values(kindNumbers)
  const found = await find(db, scope, kinds, question.q, question.limit)
  return found.length === 0 ? [] : describeHits(db, scope, found)
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
async function describeHits(db: Db, scope: Scope, found: Found[]): Promise<SearchHit[]> {
  const shown = sql`f.entity_id AND workspace_id = ${scope.workspaceId} AND deleted_at IS NULL`
  const { rows } = await sql<SearchHit>`
    SELECT (${searchKinds}::text[])[f.kind] AS kind, f.entity_id AS id, shown.title, shown.detail
    FROM unnest(${found.map((hit) => hit.kind)}::smallint[], ${found.map((hit) => hit.entity_id)}::bigint[])
      WITH ORDINALITY AS f (kind, entity_id, place)
    CROSS JOIN LATERAL (
      SELECT coalesce(nullif(btrim(first_name || ' ' || last_name), ''), email) AS title, coalesce(email, phone) AS detail
      FROM customers WHERE f.kind = ${sql.lit(kindNumbers.customer)} AND id = ${shown}
      UNION ALL
      SELECT name, domain FROM companies WHERE f.kind = ${sql.lit(kindNumbers.company)} AND id = ${shown}
      UNION ALL
      SELECT product_name, sku FROM products WHERE f.kind = ${sql.lit(kindNumbers.product)} AND id = ${shown}
      UNION ALL
      SELECT order_number, (
        SELECT coalesce(nullif(btrim(first_name || ' ' || last_name), ''), email) FROM customers
        WHERE workspace_id = ${scope.workspaceId} AND id = orders.customer_id)
      FROM orders WHERE f.kind = ${sql.lit(kindNumbers.order)} AND id = ${shown}
      UNION ALL
      SELECT btrim(first_name || ' ' || last_name), email FROM sales_representatives
      WHERE f.kind = ${sql.lit(kindNumbers.sales_representative)} AND id = ${shown}) shown
    ORDER BY f.place`.execute(db)
  return rows
}
