import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { migrate } from '../db/migrate.ts'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations')
const COMPARISON = '0011_one_comparison.sql'

const { pool } = await openTestDatabase({ size: 2 })
const directory = mkdtempSync(join(tmpdir(), 'rapport-comparison-'))
after(() => rmSync(directory, { recursive: true, force: true }))

/** What people had before there was one comparison. */
const OLD_RECORDS = `
  INSERT INTO workspaces (id, name, unique_customer_emails) VALUES (1, 'Loose', false), (2, 'Unique', true);
  INSERT INTO customers (workspace_id, first_name, last_name, email, city, phone, notes) VALUES
    (1, '', 'Blank', ' ', '', E' \\t', ''), (1, '', '', '', 'Zürich', NULL, NULL), (1, 'O’Neil', 'Ｗｉｄｅ', NULL, 'Oslo', NULL, NULL),
    (1, 'Ann', 'Mc Donald', NULL, NULL, NULL, NULL);
  INSERT INTO customers (workspace_id, last_name, email, email_unique) VALUES
    (2, 'One', 'x@example.com', true), (2, 'Two', E'x@example.com\\u200b', true), (2, '', E'X@example.com\\ufeff', true);
  INSERT INTO companies (workspace_id, name, industry) VALUES (1, 'ABC商事', ' ');
  INSERT INTO products (workspace_id, product_name, sku, unit_price, currency) VALUES
    (1, 'Chair 10', 'É-1', 4006381333931, 'EUR'), (1, 'Chair 9', 'E-1', 1, 'EUR');
  INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits, notes) VALUES
    (1, 'Ｔ-9', '2026-01-01', 'EUR', 2, ''), (1, 'T-10', '2026-01-01', 'EUR', 2, 'x');`

before(async () => {
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const names = readdirSync(MIGRATIONS).sort()
  for (const name of names.slice(0, names.indexOf(COMPARISON))) {
    copyFileSync(join(MIGRATIONS, name), join(directory, name))
  }
  await migrate(pool, directory)
  await pool.query(OLD_RECORDS)
  copyFileSync(join(MIGRATIONS, COMPARISON), join(directory, COMPARISON))
  await migrate(pool, directory)
})

async function rows(query: string): Promise<unknown[]> {
  const result = await pool.query<Record<string, unknown>>(query)
  return result.rows.map((row) => Object.values(row))
}

describe('records from before there was one comparison', () => {
  test('have no text that looks empty', async () => {
    const blank = `SELECT email, city, phone, notes FROM customers WHERE last_name IN ('Blank', '?') ORDER BY id`
    assert.deepEqual(await rows(blank), [
      [null, null, null, null],
      [null, 'Zürich', null, null],
    ])
    assert.deepEqual(await rows('SELECT industry FROM companies'), [[null]])
    await assert.rejects(pool.query(`UPDATE customers SET city = ''`), /customers_texts/)
  })

  test('are compared by what people take for the same', async () => {
    const folded = `SELECT first_name_sort, last_name_sort, city_key FROM customers WHERE city = 'Oslo'`
    assert.deepEqual(await rows(folded), [["o'neil", 'wide', 'oslo']])
    const byFacet = `SELECT last_name FROM customers WHERE facets @> ARRAY[facet(1, 'city', 'zurich')]`
    assert.deepEqual(await rows(byFacet), [['?']])
    const byNumber = 'SELECT order_number FROM orders ORDER BY order_number_natural'
    assert.deepEqual(await rows(byNumber), [['Ｔ-9'], ['T-10']])
    const byName = 'SELECT product_name FROM products ORDER BY product_name_natural'
    assert.deepEqual(await rows(byName), [['Chair 9'], ['Chair 10']])
  })

  test('that were told apart by nothing anybody sees are told apart, and say what they had', async () => {
    const emails = 'SELECT last_name, email, notes FROM customers WHERE workspace_id = 2 ORDER BY id'
    assert.deepEqual(await rows(emails), [
      ['One', 'x@example.com', null],
      ['Two', null, 'Email: x@example.com\u200b (of another customer too)'],
      ['X@example.com\ufeff', null, 'Email: X@example.com\ufeff (of another customer too)'],
    ])
    assert.deepEqual(await rows('SELECT sku FROM products ORDER BY id'), [['É-1'], ['E-1 (2)']])
  })

  test('are found by the words that they have now', async () => {
    assert.deepEqual(
      await rows(
        `SELECT workspace_id, kind, entity_id, words, codes, sales_rep_id FROM search_source EXCEPT SELECT workspace_id, kind, entity_id, words, codes, sales_rep_id FROM search_document`,
      ),
      [],
    )
    const tokens = `SELECT kind FROM search_token WHERE token IN ('商事', 'mcdonald', 't9') ORDER BY kind`
    assert.deepEqual(await rows(tokens), [[1], [2], [4]])
  })
})
