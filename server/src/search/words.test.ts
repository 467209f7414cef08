import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'

const { pool } = await openTestDatabase({ size: 2 })

before(async () => {
  await pool.query(`INSERT INTO workspaces (id, name) VALUES (1, 'Words')`)
})

async function words(text: string | null): Promise<string[]> {
  const { rows } = await pool.query<{ words: string[] }>('SELECT search_words($1) AS words', [text])
  return (rows[0]?.words ?? []).sort()
}

test('words are without case, accents and punctuation, each once; what signs hold together also as one', async () => {
  assert.deepEqual(await words("Zoë O'Brien-Müller, ZOE (zoé)"), [
    'brien',
    'muller',
    'o',
    'obrien',
    'obrienmuller',
    'zoe',
  ])
  assert.deepEqual(await words('Олена  Шевченко'), ['олена', 'шевченко'])
  assert.deepEqual(await words(null), [])
  assert.deepEqual(await words(' -- '), [])
})

test('words of scripts without blanks count from each of their characters on', async () => {
  assert.deepEqual(await words('山田 Ken'), ['ken', '山田', '田'])
  assert.deepEqual(await words('ABC商事'), ['abc商事', '事', '商事'])
  assert.deepEqual(await words('商事abc'), ['abc', '事abc', '商事abc'])
})

test('a prefix of a name that is written apart also counts as part of it, an article as none', async () => {
  assert.deepEqual(await words('Mc Donald'), ['donald', 'mc', 'mcdonald'])
  assert.deepEqual(await words('الأحمدي'), ['احمدي', 'الاحمدي'])
})

test('words and their number are bounded', async () => {
  assert.deepEqual(await words('a'.repeat(90)), ['a'.repeat(60)])
  assert.equal((await words(Array.from({ length: 100 }, (_, n) => `w${n}`).join(' '))).length, 64)
})

test('a record whose texts share a word is found by it once', async () => {
  const insert = `INSERT INTO customers (workspace_id, last_name, email, phone)
    VALUES (1, '3456', '3456@3456', '3456'), (1, '5555555 5555555', NULL, '5555555') RETURNING id`
  const { rows } = await pool.query<{ id: number }>(insert)
  const found = await pool.query<{ entity_id: number }>(
    `SELECT entity_id FROM search_token WHERE workspace_id = 1 AND kind = 1 AND token IN ('3456', '5555555')`,
  )
  assert.deepEqual(found.rows.map((row) => row.entity_id).sort(), rows.map((row) => row.id).sort())
})

/** What the functions of search make of a value: [function, value, ...further arguments] and the ends. */
const ends: [call: string, value: string, ends: string[]][] = [
  ['word_pairs($1)', 'John Smith', [' john smith', ' smith john']],
  ['word_pairs($1)', 'Cher', []],
  ['code_ends($1, 2)', 'Ann.Lee@mail.example', ['annleemailexample', 'leemailexample', 'mailexample']],
  ['code_ends($1, 2)', 'northwind.example', ['northwindexample']],
  ['number_ends($1)', 'SO-2025-0017', ['so20250017', '20250017', '17']],
  ['number_ends($1)', 'AB1024', ['ab1024', '1024']],
  ['number_ends($1)', '000', ['0']],
  ['phone_ends($1)', '+49 (0)30 123-4567', ['49301234567', '301234567', '1234567', '4567']],
  ['phone_ends($1)', '030/1234567', ['301234567', '1234567']],
  ['phone_ends($1)', '+4930123456', ['4930123456', '930123456', '30123456', '123456', '123456']],
  ['phone_ends($1)', '٠٣٠ ١٢٣٤', ['301234', '1234']],
  ['phone_ends($1)', 'ask the office', []],
]
for (const [call, value, expected] of ends) {
  test(`${call.replace('$1', `'${value}'`)}`, async () => {
    const { rows } = await pool.query<{ ends: string[] }>(`SELECT ${call} AS ends`, [value])
    assert.deepEqual(rows[0]?.ends, expected)
  })
}
