import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import type pg from 'pg'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { workspacesOf } from '../demo/draw/shapes.ts'
import { seedDemo } from '../demo/load/seed-demo.ts'

const CLIENTS = 6
const ROUNDS = 25
const RETRYABLE = ['40P01', '40001']

const { pool } = await openTestDatabase({ size: CLIENTS + 2 })
let mine: number
let other: number

before(async () => {
  const { workspaceIds } = await seedDemo({ pool, shape: workspacesOf('triggers', [60, 40]), log: () => {} })
  ;[mine = 0, other = 0] = workspaceIds
})

/** Runs plain SQL, as a person in a SQL client would, and compares every derived table with its plain SQL. */
async function exactAfter(sql: string, parameters: unknown[] = [mine]): Promise<number> {
  const { rowCount } = await pool.query(sql, parameters)
  await assertExact()
  return rowCount ?? 0
}

async function assertExact(client: pg.ClientBase | pg.Pool = pool): Promise<void> {
  const drift = await client.query(
    `SELECT w.id, d.kind, d.period, d.key, d.currency, d.n_missing, d.amount_missing FROM workspaces w, summary_drift(w.id) d`,
  )
  assert.deepEqual(drift.rows, [])
}

describe('summaries stay exact when plain SQL changes', () => {
  const changes: [what: string, sql: string][] = [
    ['customers trashed', 'UPDATE customers SET deleted_at = now() WHERE workspace_id = $1 AND id % 3 = 0'],
    ['customers restored', 'UPDATE customers SET deleted_at = NULL WHERE workspace_id = $1 AND id % 6 = 0'],
    [
      'customers given to nobody',
      'UPDATE customers SET assigned_sales_rep_id = NULL WHERE workspace_id = $1 AND id % 5 = 0',
    ],
    [
      'the stage and the representative at once',
      `UPDATE customers SET lifecycle_stage = 'churned', assigned_sales_rep_id = (SELECT min(id) FROM sales_representatives r
         WHERE r.workspace_id = customers.workspace_id) WHERE workspace_id = $1 AND id % 2 = 0`,
    ],
    ['a field that no summary reads', `UPDATE customers SET notes = 'called' WHERE workspace_id = $1`],
    ['orders cancelled', `UPDATE orders SET status = 'cancelled' WHERE workspace_id = $1 AND id % 4 = 0`],
    [
      'orders confirmed again',
      `UPDATE orders SET status = 'confirmed' WHERE workspace_id = $1 AND id % 8 = 0`,
    ],
    [
      'orders moved to another month',
      `UPDATE orders SET order_date = order_date - 45 WHERE workspace_id = $1 AND id % 3 = 0`,
    ],
    [
      'the status and the month at once',
      `UPDATE orders SET order_date = order_date + 31, status = 'completed' WHERE workspace_id = $1 AND id % 2 = 0`,
    ],
    ['orders trashed', 'UPDATE orders SET deleted_at = now() WHERE workspace_id = $1 AND id % 7 = 0'],
    ['orders restored', 'UPDATE orders SET deleted_at = NULL WHERE workspace_id = $1'],
    [
      'orders without a customer',
      'UPDATE orders SET customer_id = NULL WHERE workspace_id = $1 AND id % 9 = 0',
    ],
    [
      'the currency of orders',
      `UPDATE orders SET currency = 'JPY', currency_digits = 0, total_amount = round(total_amount)
       WHERE workspace_id = $1 AND id % 10 = 0`,
    ],
    [
      'quantities',
      'UPDATE order_items SET quantity = quantity + 2, discount = 0.0333 WHERE workspace_id = $1 AND id % 3 = 0',
    ],
    [
      'products of items',
      `UPDATE order_items SET product_id = (SELECT min(id) FROM products p
       WHERE p.workspace_id = order_items.workspace_id) WHERE workspace_id = $1 AND id % 4 = 0`,
    ],
    ['items removed', 'DELETE FROM order_items WHERE workspace_id = $1 AND id % 11 = 0'],
    ['orders removed with their items', 'DELETE FROM orders WHERE workspace_id = $1 AND id % 6 = 0'],
    [
      'interactions trashed',
      'UPDATE interactions SET deleted_at = now() WHERE workspace_id = $1 AND id % 2 = 0',
    ],
    [
      'interactions restored',
      'UPDATE interactions SET deleted_at = NULL WHERE workspace_id = $1 AND id % 4 = 0',
    ],
    [
      'interactions moved in time',
      `UPDATE interactions SET occurred_at = occurred_at - interval '70 days' WHERE workspace_id = $1`,
    ],
    [
      'interactions moved to another customer',
      `UPDATE interactions SET customer_id = (SELECT max(id) FROM customers c
       WHERE c.workspace_id = interactions.workspace_id), sales_rep_id = NULL WHERE workspace_id = $1 AND id % 3 = 0`,
    ],
    [
      'interactions left to a company alone',
      `UPDATE interactions SET customer_id = NULL
       WHERE workspace_id = $1 AND company_id IS NOT NULL AND id % 5 = 0`,
    ],
    ['interactions removed', 'DELETE FROM interactions WHERE workspace_id = $1 AND id % 3 = 1'],
    [
      'customers removed with all they had',
      `WITH gone AS (SELECT id FROM customers WHERE workspace_id = $1 AND id % 4 = 0),
       i AS (DELETE FROM interactions WHERE workspace_id = $1 AND customer_id IN (SELECT id FROM gone)),
       o AS (DELETE FROM orders WHERE workspace_id = $1 AND customer_id IN (SELECT id FROM gone))
       DELETE FROM customers WHERE workspace_id = $1 AND id IN (SELECT id FROM gone)`,
    ],
    [
      'companies, products and representatives trashed',
      `WITH p AS (UPDATE products SET deleted_at = now() WHERE workspace_id = $1),
       r AS (UPDATE sales_representatives SET deleted_at = now() WHERE workspace_id = $1)
       UPDATE companies SET deleted_at = now() WHERE workspace_id = $1`,
    ],
    [
      'products put back by an upsert',
      `INSERT INTO products (workspace_id, id, product_name, unit_price, currency)
       SELECT workspace_id, id + (id % 2) * 1000000, product_name, 1, currency FROM products WHERE workspace_id = $1
       ON CONFLICT (workspace_id, id) DO UPDATE SET deleted_at = NULL`,
    ],
  ]

  for (const [what, sql] of changes) {
    test(what, async () => {
      assert.ok((await exactAfter(sql)) > 0, 'the change must meet rows')
    })
  }

  test('rows inserted in one statement, some of them in the trash', async () => {
    await exactAfter(
      `WITH c AS (INSERT INTO customers (workspace_id, last_name, lifecycle_stage, deleted_at)
         SELECT $1, 'New ' || n, CASE n % 2 WHEN 0 THEN 'lead' ELSE 'customer' END, CASE n % 3 WHEN 0 THEN now() END
         FROM generate_series(1, 20) n RETURNING id)
       INSERT INTO interactions (workspace_id, kind, customer_id, occurred_at, deleted_at)
         SELECT $1, 'note', id, now() - id * interval '1 day', CASE id % 4 WHEN 0 THEN now() END FROM c`,
    )
    await exactAfter(
      `WITH o AS (INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits, status, total_amount)
         SELECT $1, 'N' || n, current_date - n, 'EUR', 2, CASE n % 3 WHEN 0 THEN 'draft' ELSE 'shipped' END, 30
         FROM generate_series(1, 20) n RETURNING id, order_date, is_sale)
       INSERT INTO order_items (workspace_id, order_id, position, product_id, quantity, unit_price, order_date, is_sale, currency, currency_digits)
         SELECT $1, o.id, 1, (SELECT min(id) FROM products WHERE workspace_id = $1), 3, 10, order_date, is_sale, 'EUR', 2 FROM o`,
    )
  })

  test('one statement over several workspaces', async () => {
    await exactAfter(`UPDATE customers SET lifecycle_stage = 'prospect' WHERE workspace_id = ANY ($1)`, [
      [mine, other],
    ])
    await exactAfter(`UPDATE orders SET status = 'shipped' WHERE workspace_id = ANY ($1)`, [[mine, other]])
  })

  test('a change that is rolled back leaves nothing behind', async () => {
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query('UPDATE customers SET deleted_at = now() WHERE workspace_id = $1', [mine])
    await assertExact(client)
    await client.query('ROLLBACK')
    client.release()
    await assertExact()
  })

  test('folding in portions changes no answer', async () => {
    const { rows } = await pool.query<{ pending: number }>(
      'SELECT count(*) AS pending FROM summary_delta WHERE workspace_id = $1',
      [mine],
    )
    const pending = rows[0]?.pending ?? 0
    assert.ok(pending > 20)
    let folded = 0
    for (;;) {
      const result = await pool.query<{ n: number }>('SELECT fold_summaries($1, 60) AS n', [mine])
      await assertExact()
      if (result.rows[0]?.n === 0) break
      folded += result.rows[0]?.n ?? 0
    }
    assert.equal(folded, pending)
  })
})

/** Statements that writers run at the same time; $1 is the workspace, $2 any number. */
const writes = [
  `UPDATE customers SET lifecycle_stage = (ARRAY['lead', 'prospect', 'customer'])[1 + $2 % 3] WHERE workspace_id = $1
     AND id = (SELECT id FROM customers WHERE workspace_id = $1 ORDER BY id OFFSET $2 % 10 LIMIT 1)`,
  `UPDATE orders SET status = (ARRAY['draft', 'confirmed', 'cancelled'])[1 + $2 % 3], order_date = order_date + $2::int % 40 - 20
     WHERE workspace_id = $1 AND id = (SELECT id FROM orders WHERE workspace_id = $1 ORDER BY id OFFSET $2 % 20 LIMIT 1)`,
  `INSERT INTO interactions (workspace_id, kind, customer_id, occurred_at)
     SELECT $1, 'call', id, now() - $2 * interval '7 hours' FROM customers WHERE workspace_id = $1 ORDER BY id LIMIT 5`,
  `UPDATE interactions SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE workspace_id = $1
     AND id IN (SELECT id FROM interactions WHERE workspace_id = $1 ORDER BY occurred_at DESC OFFSET $2 % 5 LIMIT 3)`,
  `DELETE FROM interactions WHERE workspace_id = $1
     AND id IN (SELECT id FROM interactions WHERE workspace_id = $1 ORDER BY occurred_at DESC OFFSET $2 % 7 LIMIT 2)`,
  'SELECT fold_summaries($1, 50), $2::int',
]

describe('with many writers', () => {
  beforeEach(() => assertExact())

  test('summaries are exact in every snapshot', async () => {
    let deadlocks = 0
    const write = async (writer: number) => {
      for (let round = 0; round < ROUNDS; round++) {
        const sql = writes[(writer + round * 5) % writes.length] ?? ''
        try {
          await pool.query(sql, [round % 4 === 0 ? other : mine, writer * 31 + round * 17])
        } catch (error) {
          if (!RETRYABLE.includes((error as { code?: string }).code ?? '')) throw error
          deadlocks++
        }
      }
    }
    let writing = true
    const watch = async () => {
      const client = await pool.connect()
      while (writing) {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
        await assertExact(client)
        await client.query('COMMIT')
      }
      client.release()
    }
    const watching = watch()
    await Promise.all(Array.from({ length: CLIENTS }, (_, writer) => write(writer))).finally(() => {
      writing = false
    })
    await watching
    await assertExact()
    // Writers of the same few rows may meet in a circle of their own making; the triggers add none.
    assert.ok(deadlocks < ROUNDS, `${deadlocks} deadlocks`)
  })
})
