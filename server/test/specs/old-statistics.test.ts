import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { openTestDatabase } from '../fixtures/database.ts'

const ROWS = 5_000
/** Of 8 kB. Reading all rows touches as many blocks as there are rows, or some hundred. */
const BLOCKS_MAX = 40

const { db } = await openTestDatabase({ size: 1 })
let workspaceId: number
before(async () => {
  // PostgreSQL knows the tables as they were when they were empty, as in the first minutes of a large import.
  for (const table of ['orders', 'external_ids']) {
    await sql`ALTER TABLE ${sql.table(table)} SET (autovacuum_enabled = off)`.execute(db)
    await sql`ANALYZE ${sql.table(table)}`.execute(db)
  }
  const workspace = await db.insertInto('workspaces').values({ name: 'New' }).returning('id').execute()
  workspaceId = workspace[0]?.id ?? 0
  await sql`
    INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits, deleted_at)
    SELECT ${workspaceId}::int, 'A' || n, '2026-01-01', 'EUR', 2, CASE WHEN n % 2 = 0 THEN now() END
    FROM generate_series(1, ${ROWS}::int) n`.execute(db)
  await sql`
    INSERT INTO external_ids (workspace_id, source, object, external_id, entity_id, import_id)
    SELECT ${workspaceId}::int, 'shop', 'orders', 'A' || n, n, 1 FROM generate_series(1, ${ROWS}::int) n`.execute(
    db,
  )
})

async function blocksOf(query: RawBuilder<unknown>): Promise<number> {
  type Explained = { 'QUERY PLAN': [{ Plan: Record<'Shared Hit Blocks' | 'Shared Read Blocks', number> }] }
  const explain = sql<Explained>`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`
  // The first time also reads the catalogue.
  await explain.execute(db)
  const { rows } = await explain.execute(db)
  const plan = rows[0]?.['QUERY PLAN'][0].Plan
  return plan ? plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] : Number.NaN
}

test('the number of a new order is found to be free without reading all orders, while statistics are old', async () => {
  const blocks = await blocksOf(sql`SELECT new_order_id(${sql.lit(workspaceId)})`)
  assert.ok(blocks <= BLOCKS_MAX, `${blocks} blocks`)
})

test('a row of an import finds its record by its id without reading all ids, while statistics are old', async () => {
  const blocks = await blocksOf(sql`
    SELECT (
      SELECT e.entity_id FROM external_ids e
      WHERE e.workspace_id = ${sql.lit(workspaceId)} AND e.source = 'shop' AND e.object = 'orders' AND e.external_id = given.id)
    FROM unnest(ARRAY['A17', 'A4000']) AS given (id)`)
  assert.ok(blocks <= BLOCKS_MAX, `${blocks} blocks`)
})
