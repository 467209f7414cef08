import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { migrate } from '../db/migrate.ts'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations')
const OF_CONTACTS = ['0012_phones.sql', '0020_further_contacts.sql']

const { pool } = await openTestDatabase({ size: 2 })
const directory = mkdtempSync(join(tmpdir(), 'rapport-contacts-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const OLD_RECORDS = `
  INSERT INTO workspaces (id, name, unique_customer_emails) VALUES (1, 'Loose', false), (2, 'Unique', true);
  INSERT INTO customers (workspace_id, last_name, email, phone, email_unique, deleted_at) VALUES
    (1, 'A', 'x@example.com', '+49 (0)30 1234-5678 ext. 42', false, NULL), (1, 'B', 'x@example.com', 'none', false, NULL),
    (2, 'C', 'X@example.com', '0049 30 1', true, NULL), (2, 'D', NULL, NULL, true, NULL), (2, 'E', 'x@example.com', NULL, true, now());`

before(async () => {
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const names = readdirSync(MIGRATIONS)
  const before = names.filter((name) => name < '0020' && !OF_CONTACTS.includes(name))
  for (const name of before) copyFileSync(join(MIGRATIONS, name), join(directory, name))
  await migrate(pool, directory)
  await pool.query(OLD_RECORDS)
  for (const name of OF_CONTACTS) copyFileSync(join(MIGRATIONS, name), join(directory, name))
  await migrate(pool, directory)
})

async function rows(query: string): Promise<unknown[]> {
  const result = await pool.query<Record<string, unknown>>(query)
  return result.rows.map((row) => Object.values(row))
}

describe('customers from before they had several emails and phones', () => {
  test('are found by their phones, and have no further ones', async () => {
    assert.deepEqual(await rows('SELECT phone_key, more_emails, more_phones FROM customers ORDER BY id'), [
      ['+493012345678', null, null],
      ['', null, null],
      ['0049301', null, null],
      ['', null, null],
      ['', null, null],
    ])
  })

  test('hold their addresses where these are unique, as long as they live', async () => {
    assert.deepEqual(await rows('SELECT workspace_id, email_key, customer_id FROM customer_email_claims'), [
      [2, 'x@example.com', 3],
    ])
    await assert.rejects(
      pool.query(
        `UPDATE customers SET more_emails = '[{"label": "work", "email": "x@EXAMPLE.com"}]' WHERE id = 4`,
      ),
      /Another customer has this email address/,
    )
  })

  test('are in the search as they were', async () => {
    const differing = `(SELECT kind, entity_id, words, codes FROM search_source EXCEPT SELECT kind, entity_id, words, codes FROM search_document)
      UNION ALL (SELECT kind, entity_id, words, codes FROM search_document EXCEPT SELECT kind, entity_id, words, codes FROM search_source)`
    assert.deepEqual(await rows(differing), [])
  })

  test('give their addresses back when they are deleted for good', async () => {
    await pool.query('DELETE FROM customers WHERE id = 3')
    assert.deepEqual(await rows('SELECT email_key FROM customer_email_claims'), [])
  })
})
