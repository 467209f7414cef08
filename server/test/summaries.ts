import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Scope } from '../src/auth/scope.ts'
import type { Database, Db } from '../src/db/database.ts'

export interface Shop {
  scope: Scope
  representatives: number[]
  customers: number[]
  products: number[]
}

/** A workspace with an owner, `count` customers and a few representatives and products; nothing is sold yet. */
export async function openShop(db: Database, count: number): Promise<Shop> {
  const { rows } = await sql<{
    id: number
  }>`INSERT INTO workspaces (name) VALUES ('Shop') RETURNING id`.execute(db)
  const workspaceId = rows[0]?.id ?? 0
  const userId = randomUUID()
  await sql`INSERT INTO users (id, name, email) VALUES (${userId}, 'Owner', ${`${userId}@example.com`})`.execute(
    db,
  )
  await sql`INSERT INTO memberships (workspace_id, user_id, role) VALUES (${workspaceId}, ${userId}, 'owner')`.execute(
    db,
  )
  const ids = async (insert: ReturnType<typeof sql<{ id: number }>>) =>
    (await insert.execute(db)).rows.map((row) => row.id)
  const representatives = await ids(sql<{ id: number }>`
    INSERT INTO sales_representatives (workspace_id, last_name)
    SELECT ${workspaceId}, 'Rep ' || n FROM generate_series(1, 3) n RETURNING id`)
  const products = await ids(sql<{ id: number }>`
    INSERT INTO products (workspace_id, product_name, unit_price, currency)
    SELECT ${workspaceId}, 'Product ' || n, n * 1.25, 'EUR' FROM generate_series(1, 4) n RETURNING id`)
  const customers = await ids(sql<{ id: number }>`
    INSERT INTO customers (workspace_id, last_name, assigned_sales_rep_id)
    SELECT ${workspaceId}, 'Customer ' || n, ${representatives[0]}::bigint FROM generate_series(1, ${count}::int) n
    RETURNING id`)
  return { scope: { workspaceId, userId, role: 'owner' }, representatives, customers, products }
}

/** Every summary and customer_activity equal the plain SQL over the tables, in the snapshot of `db`. */
export async function assertSummariesExact(db: Db, scope: Scope, when: string): Promise<void> {
  const drift = await sql`
    SELECT kind, period, key, currency, n_missing, amount_missing FROM summary_drift(${scope.workspaceId})`.execute(
    db,
  )
  assert.deepEqual(drift.rows, [], `summaries ${when}`)
  const activity = await sql`
    SELECT customer_id, a.last_interaction_at AS kept, i.last AS plain
    FROM (SELECT customer_id, last_interaction_at FROM customer_activity WHERE workspace_id = ${scope.workspaceId}) a
    FULL JOIN (SELECT customer_id, max(occurred_at) AS last FROM interactions
      WHERE workspace_id = ${scope.workspaceId} AND deleted_at IS NULL AND customer_id IS NOT NULL
      GROUP BY customer_id) i USING (customer_id)
    WHERE a.last_interaction_at IS DISTINCT FROM i.last`.execute(db)
  assert.deepEqual(activity.rows, [], `customer_activity ${when}`)
}
