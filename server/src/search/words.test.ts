import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type pg from 'pg'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool } from '../db/database.ts'

let database: TestDatabase
let pool: pg.Pool

before(async () => {
  database = await createTestDatabase()
  pool = createPool(database.target, { size: 2, statementTimeoutMs: 60_000 })
  await pool.query(`INSERT INTO workspaces (id, name) VALUES (1, 'Words')`)
})

after(async () => {
  await pool.end()
  await database.drop()
})

async function words(text: string | null): Promise<string[]> {
  const { rows } = await pool.query<{ words: string[] }>('SELECT search_words($1) AS words', [text])
  return (rows[0]?.words ?? []).sort()
}

test('words are without case, accents and punctuation, each once', async () => {
  assert.deepEqual(await words("Zoë O'Brien-Müller, ZOE@zoe.example"), [
    'brien',
    'example',
    'muller',
    'o',
    'zoe',
  ])
  assert.deepEqual(await words('Олена  Шевченко'), ['олена', 'шевченко'])
  assert.deepEqual(await words(null), [])
  assert.deepEqual(await words(' -- '), [])
})

test('words of scripts without blanks count from each of their characters on', async () => {
  assert.deepEqual(await words('山田 Ken'), ['ken', '山田', '田'])
})

test('words and their number are bounded', async () => {
  assert.deepEqual(await words('a'.repeat(60)), ['a'.repeat(40)])
  assert.equal((await words(Array.from({ length: 100 }, (_, n) => `w${n}`).join(' '))).length, 64)
})

test('a record whose texts share a word is found by it once', async () => {
  const insert = `INSERT INTO customers (workspace_id, last_name, email, phone)
    VALUES (1, 'Doe', 'doe.3456@mail.example', '12 34 56'), (1, '555555555', NULL, '555 555 555') RETURNING id`
  const { rows } = await pool.query<{ id: number }>(insert)
  const found = await pool.query<{ entity_id: number }>(
    `SELECT entity_id FROM search_token WHERE workspace_id = 1 AND kind = 1 AND token IN ('3456', '5555555')`,
  )
  assert.deepEqual(found.rows.map((row) => row.entity_id).sort(), rows.map((row) => row.id).sort())
  const company = `INSERT INTO companies (workspace_id, name, phone) VALUES (1, 'Studio 4711', '04711')`
  assert.equal((await pool.query(company)).rowCount, 1)
})
