import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Scope } from '../scope.ts'
import { type BusinessTable, named, visible } from '../visible.ts'
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
  const kinds = (question.kind ? [question.kind] : searchKinds).map((kind) => kindNumbers[kind])
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
  const shown = (kind: SearchKind, table: BusinessTable) =>
    sql`FROM ${sql.table(table)} t WHERE f.kind = ${sql.lit(kindNumbers[kind])} AND t.id = f.entity_id
      AND ${visible(scope, table, 't')} AND t.deleted_at IS NULL`
  const { rows } = await sql<SearchHit>`
    SELECT (${searchKinds}::text[])[array_position(${searchKinds.map((kind) => kindNumbers[kind])}::smallint[], f.kind)] AS kind, f.entity_id AS id, shown.title, shown.detail
    FROM unnest(${found.map((hit) => hit.kind)}::smallint[], ${found.map((hit) => hit.entity_id)}::bigint[])
      WITH ORDINALITY AS f (kind, entity_id, place)
    CROSS JOIN LATERAL (
      SELECT coalesce(nullif(btrim(first_name || ' ' || last_name), ''), email) AS title, coalesce(email, phone) AS detail
      ${shown('customer', 'customers')}
      UNION ALL
      SELECT name, domain ${shown('company', 'companies')}
      UNION ALL
      SELECT product_name, sku ${shown('product', 'products')}
      UNION ALL
      SELECT order_number, (
        SELECT coalesce(nullif(btrim(c.first_name || ' ' || c.last_name), ''), c.email) FROM customers c
        WHERE ${sql.raw(named('c', 't.customer_id'))})
      ${shown('order', 'orders')}
      UNION ALL
      SELECT btrim(first_name || ' ' || last_name), email ${shown('sales_representative', 'sales_representatives')}) shown
    ORDER BY f.place`.execute(db)
  return rows
}
