import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { ConfigError } from '../config.ts'
import { migrate } from './migrate.ts'

const { pool } = await openTestDatabase({ size: 4 })
let directory: string

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rapport-migrations-'))
  await pool.query('DROP SCHEMA IF EXISTS tried CASCADE')
  await pool.query('CREATE SCHEMA tried')
  await pool.query('DELETE FROM migrations')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

function add(name: string, sql: string): void {
  writeFileSync(join(directory, name), sql)
}

async function tables(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'tried' ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

test('migrations run in order, once, and files of other kinds are left alone', async () => {
  add('0002_second.sql', 'ALTER TABLE tried.one ADD COLUMN more int; CREATE TABLE tried.two (id int)')
  add('0001_first.sql', 'CREATE TABLE tried.one (id int)')
  add('notes.md', 'not SQL')
  assert.deepEqual(await migrate(pool, directory), ['0001_first.sql', '0002_second.sql'])
  assert.deepEqual(await tables(), ['one', 'two'])
  assert.deepEqual(await migrate(pool, directory), [])
  add('0003_third.sql', 'CREATE TABLE tried.three (id int)')
  assert.deepEqual(await migrate(pool, directory), ['0003_third.sql'])
})

test('a migration that fails leaves nothing of itself, keeps those before it, and can be tried again', async () => {
  add('0001_first.sql', 'CREATE TABLE tried.one (id int)')
  add('0002_wrong.sql', 'CREATE TABLE tried.two (id int); SELECT 1 / 0; CREATE TABLE tried.three (id int)')
  add('0003_later.sql', 'CREATE TABLE tried.four (id int)')
  await assert.rejects(
    migrate(pool, directory),
    /0002_wrong\.sql failed and was rolled back: division by zero/,
  )
  assert.deepEqual(await tables(), ['one'])
  add('0002_wrong.sql', 'CREATE TABLE tried.two (id int)')
  assert.deepEqual(await migrate(pool, directory), ['0002_wrong.sql', '0003_later.sql'])
  assert.deepEqual(await tables(), ['four', 'one', 'two'])
})

test('a database of a newer Rapport is refused and not touched', async () => {
  add('0001_first.sql', 'CREATE TABLE tried.one (id int)')
  await pool.query(`INSERT INTO migrations (name) VALUES ('9999_from_the_future.sql')`)
  await assert.rejects(migrate(pool, directory), (error: Error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /newer Rapport \(it has 9999_from_the_future\.sql\)\. Start that version/)
    return true
  })
  assert.deepEqual(await tables(), [])
})

test('several migrators at once apply each migration once', async () => {
  for (let n = 1; n <= 5; n++) add(`000${n}_step.sql`, `CREATE TABLE tried.table_${n} (id int)`)
  const applied = await Promise.all([
    migrate(pool, directory),
    migrate(pool, directory),
    migrate(pool, directory),
  ])
  assert.equal(applied.flat().length, 5)
  assert.equal((await tables()).length, 5)
})

test('after a failure the lock is free for the next one', async () => {
  add('0001_wrong.sql', 'no SQL at all')
  await assert.rejects(migrate(pool, directory))
  await assert.rejects(migrate(pool, directory))
  const { rows } = await pool.query<{ n: number }>(
    `SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  assert.equal(rows[0]?.n, 0)
})
