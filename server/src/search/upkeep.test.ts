import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import type pg from 'pg'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { copyRows } from '../db/copy.ts'
import { kindParts } from '../kinds.ts'
import type { Scope } from '../scope.ts'
import { search } from './queries.ts'

const scope: Scope = { workspaceId: 1, userId: 'nobody', role: 'manager' }

const { pool, db } = await openTestDatabase({ size: 4 })

before(async () => {
  await pool.query(`INSERT INTO workspaces (id, name) VALUES (1, 'One'), (2, 'Two')`)
  await pool.query(
    `INSERT INTO sales_representatives (workspace_id, id, last_name) VALUES (1, 1, 'Rep'), (1, 2, 'Rep')`,
  )
})
beforeEach(async () => {
  for (const table of ['orders', 'customers', 'companies', 'products'])
    await pool.query(`DELETE FROM ${table}`)
})

const ids = async (q: string) => {
  const hits = await search(db, scope, { q, kind: 'customer', limit: 200 }, kindParts)
  return hits.map(({ id }) => id)
}

async function addCustomer(lastName: string): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    'INSERT INTO customers (workspace_id, last_name) VALUES (1, $1) RETURNING id',
    [lastName],
  )
  return rows[0]?.id ?? 0
}

/** What the search tables hold, and what they should, as far as these differ. */
async function drift(): Promise<unknown[]> {
  const documents = 'workspace_id, kind, entity_id, words, codes, sales_rep_id'
  const tokens = 'workspace_id, kind, token, entity_id, sales_rep_id'
  const expected = `SELECT DISTINCT workspace_id, kind, token, entity_id, sales_rep_id
      FROM search_source, string_to_table(words || codes, E'\\n') AS token WHERE token <> ''
    UNION SELECT workspace_id, 5, token, id, sales_rep_id FROM orders, unnest(number_ends(order_number)) AS token
      WHERE deleted_at IS NULL`
  const { rows } = await pool.query(`
    (SELECT 'document missing' AS what, d::text FROM (SELECT ${documents} FROM search_source EXCEPT SELECT ${documents} FROM search_document) d)
    UNION ALL (SELECT 'document left', d::text FROM (SELECT ${documents} FROM search_document EXCEPT SELECT ${documents} FROM search_source) d)
    UNION ALL (SELECT 'token missing', t::text FROM (${expected} EXCEPT SELECT ${tokens} FROM search_token) t)
    UNION ALL (SELECT 'token left', t::text FROM (SELECT ${tokens} FROM search_token EXCEPT (${expected})) t)`)
  return rows
}

describe('search follows what is written', () => {
  test('a new name, the trash and the way out of it, and the end', async () => {
    const id = await addCustomer('Before')
    assert.deepEqual(await ids('before'), [id])
    await pool.query(`UPDATE customers SET last_name = 'Afterwards', email = 'a@new.example' WHERE id = $1`, [
      id,
    ])
    assert.deepEqual([await ids('before'), await ids('afterw'), await ids('new.ex')], [[], [id], [id]])
    await pool.query('UPDATE customers SET deleted_at = now() WHERE id = $1', [id])
    assert.deepEqual(await ids('afterwards'), [])
    await pool.query('UPDATE customers SET deleted_at = NULL WHERE id = $1', [id])
    assert.deepEqual(await ids('afterwards'), [id])
    await pool.query('DELETE FROM customers WHERE id = $1', [id])
    assert.deepEqual(await ids('afterwards'), [])
    assert.deepEqual(await drift(), [])
  })

  test('a change of what is not searched leaves the search tables alone', async () => {
    const id = await addCustomer('Still')
    const stamp = `SELECT string_agg(ctid::text || xmin::text, ' ') AS stamp FROM search_token WHERE entity_id = ${id}`
    const before = await pool.query(stamp)
    await pool.query(`UPDATE customers SET city = 'Oslo', version = version + 1 WHERE id = $1`, [id])
    assert.deepEqual((await pool.query(stamp)).rows, before.rows)
  })

  test('a COPY', async () => {
    const client = await pool.connect()
    try {
      const columns = ['workspace_id', 'id', 'first_name', 'last_name']
      await copyRows(client, { table: 'customers', columns, frozen: false }, [
        [1, 900_001, 'Copied', 'Person'],
        [2, 900_002, 'Copied', 'Elsewhere'],
      ])
    } finally {
      client.release()
    }
    assert.deepEqual(await ids('copied'), [900_001])
    assert.deepEqual(await drift(), [])
  })

  test('any statement on any kind of record', async () => {
    const add = `
      INSERT INTO customers (workspace_id, first_name, last_name, email, phone, assigned_sales_rep_id)
        SELECT 1 + i % 2, 'Ann' || i % 7, 'O''Neil-' || i % 5, 'a' || i || '@x.example', '+49 30 ' || i,
          CASE WHEN i % 4 = 0 THEN 1 END FROM generate_series(1, 300) i;
      INSERT INTO companies (workspace_id, name, domain, phone) SELECT 1, 'Firm ' || i, 'f' || i || '.example', '0' || i
        FROM generate_series(1, 50) i;
      INSERT INTO products (workspace_id, product_name, sku, category, unit_price, currency)
        SELECT 2, 'Chair 東京' || i, 'CH-00' || i, 'Chairs', 1, 'EUR' FROM generate_series(1, 50) i;
      INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits, sales_rep_id)
        SELECT 1, 'SO-0' || i, '2026-01-01', 'EUR', 2, 1 FROM generate_series(1, 100) i;`
    const change = `
      UPDATE customers SET last_name = 'New' || id % 3 WHERE id % 3 = 0;
      UPDATE customers SET assigned_sales_rep_id = 2 WHERE workspace_id = 1 AND id % 5 = 0;
      UPDATE customers SET deleted_at = now() WHERE id % 7 = 0;
      UPDATE companies SET domain = NULL, phone = 'none' WHERE id % 2 = 0;
      UPDATE products SET category = NULL, sku = 'X' || id, deleted_at = CASE WHEN id % 3 = 0 THEN now() END;
      UPDATE orders SET status = 'shipped';
      UPDATE orders SET sales_rep_id = 2, order_number = 'N' || order_number WHERE id % 2 = 0;
      UPDATE orders SET deleted_at = now() WHERE id % 5 = 0;
      UPDATE sales_representatives SET email = 'rep' || id || '@x.example';
      INSERT INTO customers (workspace_id, id, last_name) SELECT workspace_id, id, 'Upserted' FROM customers WHERE id % 11 = 0
        ON CONFLICT (workspace_id, id) DO UPDATE SET last_name = excluded.last_name;
      UPDATE customers SET deleted_at = NULL WHERE id % 14 = 0;
      DELETE FROM customers WHERE id % 13 = 0; DELETE FROM orders WHERE id % 6 = 0; DELETE FROM products WHERE id % 4 = 0;`
    // Each on its own: one after the other in one session, small and large, by the plans that the first ones left.
    const client = await pool.connect()
    try {
      for (const statement of `${add}${change}${add.replaceAll("'SO-0'", "'S-'").replaceAll("'CH-00'", "'CG-'")}${change}`.split(
        ';',
      )) {
        await client.query(statement)
        assert.deepEqual(await drift(), [], statement)
      }
    } finally {
      client.release()
    }
  })

  test('a workspace can be made anew from any state', async () => {
    const id = await addCustomer('Rebuilt')
    await pool.query(`UPDATE search_token SET token = 'wrong' WHERE workspace_id = 1 AND token = 'rebuilt'`)
    await pool.query('DELETE FROM search_document WHERE workspace_id = 1 AND kind = 3')
    assert.notDeepEqual(await drift(), [])
    await pool.query('SELECT rebuild_search(1)')
    assert.deepEqual(await drift(), [])
    assert.deepEqual(await ids('rebuilt'), [id])
    assert.deepEqual(await ids('rebiult'), [id])
  })
})

describe('many writers', () => {
  test('who bring the same new words in opposite order do not wait for each other', async () => {
    const [one, other] = [await pool.connect(), await pool.connect()]
    const add = (client: pg.PoolClient, word: string) =>
      client.query('INSERT INTO customers (workspace_id, last_name) VALUES (1, $1)', [word])
    try {
      for (const client of [one, other]) await client.query('BEGIN')
      await add(one, 'Quetzalcoatl')
      await add(other, 'Huitzilopochtli')
      // Both transactions are open: whoever waited for a word here would wait for ever.
      await add(one, 'Huitzilopochtli')
      await add(other, 'Quetzalcoatl')
      await Promise.all([one.query('COMMIT'), other.query('COMMIT')])
    } finally {
      for (const client of [one, other]) client.release(true)
    }
    assert.equal((await ids('quetzalcoatl')).length, 2)
    assert.equal((await ids('quetzalcoalt')).length, 2)
    assert.deepEqual(await drift(), [])
  })

  test('who change the same records end without a deadlock and without a difference', async () => {
    await pool.query(`INSERT INTO customers (workspace_id, first_name, last_name)
      SELECT 1, 'Shared', 'Name' || i FROM generate_series(1, 40) i`)
    const statements = [
      `UPDATE customers SET last_name = 'Left' || id WHERE workspace_id = 1`,
      `UPDATE customers SET last_name = 'Right' || id, assigned_sales_rep_id = 1 + id % 2 WHERE workspace_id = 1`,
      'UPDATE customers SET deleted_at = now() WHERE workspace_id = 1 AND id % 3 = 0',
      'UPDATE customers SET deleted_at = NULL WHERE workspace_id = 1 AND id % 3 = 0',
      `INSERT INTO customers (workspace_id, first_name, last_name) SELECT 1, 'Shared', 'Left' || i FROM generate_series(1, 10) i`,
    ]
    // Rows are locked in the order of their ids, as every writer of the product does; what search adds must keep to it.
    const inOrder = (statement: string) =>
      statement.replace(
        / WHERE (.*)$/,
        ' WHERE (workspace_id, id) IN (SELECT workspace_id, id FROM customers WHERE $1 ORDER BY id FOR UPDATE)',
      )
    const write = async (offset: number) => {
      for (let n = 0; n < 20; n++)
        await pool.query(inOrder(statements[(offset + n) % statements.length] ?? ''))
    }
    await Promise.all([write(0), write(1), write(2), write(3)])
    assert.deepEqual(await drift(), [])
  })
})
