import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'

const { pool } = await openTestDatabase({ size: 2 })

before(async () => {
  await pool.query(`
    INSERT INTO workspaces (id, name, unique_customer_emails) VALUES (1, 'Loose', false), (2, 'Unique', true);
    INSERT INTO customers (workspace_id, last_name, email, email_unique, deleted_at) VALUES
      (1, 'A', 'x@example.com', false, NULL), (1, 'B', 'x@example.com', false, NULL),
      (2, 'C', 'X@example.com', true, NULL), (2, 'D', NULL, true, NULL), (2, 'E', 'x@example.com', true, now())`)
})

async function claims(): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    'SELECT workspace_id, email_key, customer_id FROM customer_email_claims ORDER BY email_key',
  )
  return rows.map((row) => Object.values(row))
}

describe('an email address, whatever SQL writes it,', () => {
  test('is held by its customer where it is to be unique, while the customer is not in the trash', async () => {
    assert.deepEqual(await claims(), [[2, 'x@example.com', 3]])
    await assert.rejects(
      pool.query(
        `UPDATE customers SET more_emails = '[{"label": "work", "email": "x@EXAMPLE.com"}]' WHERE id = 4`,
      ),
      /Another customer has this email address/,
    )
  })

  test('is free again once its customer is deleted for good', async () => {
    await pool.query('DELETE FROM customers WHERE id = 3')
    assert.deepEqual(await claims(), [])
  })

  test('is no value when it is nothing', async () => {
    await assert.rejects(pool.query(`UPDATE customers SET email = '' WHERE id = 1`), /customers_texts/)
  })
})
