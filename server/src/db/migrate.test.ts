import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type pg from 'pg'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { ConfigError } from '../config.ts'
import { migrate } from './migrate.ts'

const { pool } = await openTestDatabase({ size: 6 })
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
  assert.deepEqual(await migrate(pool, { directory }), ['0001_first.sql', '0002_second.sql'])
  assert.deepEqual(await tables(), ['one', 'two'])
  assert.deepEqual(await migrate(pool, { directory }), [])
  add('0003_third.sql', 'CREATE TABLE tried.three (id int)')
  assert.deepEqual(await migrate(pool, { directory }), ['0003_third.sql'])
})

test('a migration that fails leaves nothing of itself, keeps those before it, and can be tried again', async () => {
  add('0001_first.sql', 'CREATE TABLE tried.one (id int)')
  add('0002_wrong.sql', 'CREATE TABLE tried.two (id int); SELECT 1 / 0; CREATE TABLE tried.three (id int)')
  add('0003_later.sql', 'CREATE TABLE tried.four (id int)')
  await assert.rejects(
    migrate(pool, { directory }),
    /0002_wrong\.sql failed and was rolled back: division by zero/,
  )
  assert.deepEqual(await tables(), ['one'])
  add('0002_wrong.sql', 'CREATE TABLE tried.two (id int)')
  assert.deepEqual(await migrate(pool, { directory }), ['0002_wrong.sql', '0003_later.sql'])
  assert.deepEqual(await tables(), ['four', 'one', 'two'])
})

describe('a database that another program has migrated', () => {
  beforeEach(async () => {
    add('0001_first.sql', 'CREATE TABLE tried.one (id int)')
    add('0002_second.sql', '-- compatible-from: 0001\nCREATE TABLE tried.two (id int)')
    await migrate(pool, { directory })
  })

  async function later(name: string, compatibleFrom: string): Promise<void> {
    await pool.query('INSERT INTO migrations (name, compatible_from) VALUES ($1, $2)', [name, compatibleFrom])
  }

  async function refused(saying: RegExp): Promise<void> {
    await assert.rejects(migrate(pool, { directory }), (error: Error) => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, saying)
      return true
    })
  }

  test('is opened as it is while its migrations are fit for this program: it restarts, or goes back', async () => {
    await later('0003_expand.sql', '0001')
    await later('0004_contract.sql', '0002')
    assert.deepEqual(await migrate(pool, { directory }), [])
    assert.deepEqual(await tables(), ['one', 'two'])
  })

  test('is refused as soon as one of them needs a program that knows more', async () => {
    await later('0003_expand.sql', '0001')
    await later('0004_contract.sql', '0003')
    await refused(
      /newer Rapport, and this one is too old for it \(0004_contract\.sql: a program must know migration 0003, this one knows those up to 0002\)\. Start the newer version/,
    )
  })

  test('is refused when either has what the other lacks', async () => {
    await later('0003_of_another_branch.sql', '0002')
    add('0003_ours.sql', 'CREATE TABLE tried.three (id int)')
    await refused(
      /it has 0003_of_another_branch\.sql, which this one does not know, and lacks 0003_ours\.sql/,
    )
    assert.deepEqual(await tables(), ['one', 'two'])
  })

  test('says itself from which program on it can be used: one that knows the migration, unless its file says less', async () => {
    const { rows } = await pool.query('SELECT name, compatible_from FROM migrations ORDER BY name')
    assert.deepEqual(rows, [
      { name: '0001_first.sql', compatible_from: '0001' },
      { name: '0002_second.sql', compatible_from: '0001' },
    ])
  })
})

test('a database from before the first release is refused, and keeps what it has', async () => {
  await pool.query('ALTER TABLE migrations DROP COLUMN compatible_from')
  await pool.query(`INSERT INTO migrations (name) VALUES ('0001_workspaces_and_users.sql')`)
  try {
    await assert.rejects(
      migrate(pool),
      /before its first release .*\. Start this one with a database of its own/,
    )
  } finally {
    await pool.query('DELETE FROM migrations')
    await pool.query('ALTER TABLE migrations ADD COLUMN compatible_from text NOT NULL')
  }
})

test('several migrators at once apply each migration once', async () => {
  for (let n = 1; n <= 5; n++) add(`000${n}_step.sql`, `CREATE TABLE tried.table_${n} (id int)`)
  const applied = await Promise.all([
    migrate(pool, { directory }),
    migrate(pool, { directory }),
    migrate(pool, { directory }),
  ])
  assert.equal(applied.flat().length, 5)
  assert.equal((await tables()).length, 5)
})

test('after a failure the lock is free for the next one', async () => {
  add('0001_wrong.sql', 'no SQL at all')
  await assert.rejects(migrate(pool, { directory }))
  await assert.rejects(migrate(pool, { directory }))
  const { rows } = await pool.query<{ n: number }>(
    `SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  assert.equal(rows[0]?.n, 0)
})

describe('a lock that somebody else has', () => {
  let holder: pg.PoolClient
  beforeEach(async () => {
    add('0001_first.sql', 'CREATE TABLE tried.one (id int)')
    await migrate(pool, { directory })
    add('0002_second.sql', 'CREATE TABLE tried.two (id int); ALTER TABLE tried.one ADD COLUMN more int')
    holder = await pool.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT id FROM tried.one')
  })
  afterEach(() => holder.release(true))

  test('delays a migration, which says so and goes on when it is free', async () => {
    const reports: string[] = []
    const applied = await migrate(pool, {
      directory,
      lockTimeoutMs: 50,
      pausesMs: Array.from({ length: 1_000 }, () => 1),
      report: (sentence) => {
        if (reports.push(sentence) === 2) holder.query('COMMIT').catch(assert.fail)
      },
    })
    assert.deepEqual(applied, ['0002_second.sql'])
    assert.match(
      reports[0] ?? '',
      /^Migration 0002_second\.sql waits for a lock and tries again\. The longest transactions are those of process \d+ \(.*, idle in transaction, for \d+ s\)/,
    )
  })

  test('does not let the others wait: between two tries they have their turn', async () => {
    let read: Promise<unknown> | undefined
    await migrate(pool, {
      directory,
      lockTimeoutMs: 50,
      pausesMs: Array.from({ length: 1_000 }, () => 1),
      report: () => {
        // It would wait behind the migration if that still waited.
        read ??= pool.query('SELECT id FROM tried.one').then(() => holder.query('COMMIT'))
      },
    })
    await read
  })

  test('that is not given back ends it with a sentence, and nothing of it is done', async () => {
    await assert.rejects(
      migrate(pool, { directory, lockTimeoutMs: 50, pausesMs: [1], report: () => {} }),
      (error: Error) => {
        assert.ok(error instanceof ConfigError)
        assert.match(
          error.message,
          /could not get a lock that it needs, in 2 tries; nothing of it was done\./,
        )
        return true
      },
    )
    assert.deepEqual(await tables(), ['one'])
  })
})

describe('an index that is built while people work', () => {
  const build =
    '-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS one_id ON tried.one (id);\nANALYZE tried.one;'
  const quiet = { report: () => {} }
  beforeEach(async () => {
    add('0001_first.sql', 'CREATE TABLE tried.one (id int); INSERT INTO tried.one VALUES (1), (1)')
    await migrate(pool, { directory })
  })

  async function indexes(): Promise<unknown[]> {
    const { rows } = await pool.query<{ name: string; valid: boolean }>(
      `SELECT indexrelid::regclass::text AS name, indisvalid AS valid FROM pg_index WHERE indrelid = 'tried.one'::regclass`,
    )
    return rows.map(({ name, valid }) => [name.replace('tried.', ''), valid])
  }

  /** The process that builds it, once it waits for those who were writing before it. */
  async function builder(): Promise<number> {
    for (;;) {
      const { rows } = await pool.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_progress_create_index WHERE phase = 'waiting for writers before build'`,
      )
      if (rows[0]) return rows[0].pid
    }
  }

  test('is told of, but not in a new database', async () => {
    add('0002_index.sql', build)
    const reports: string[] = []
    const report = (sentence: string) => void reports.push(sentence)
    await migrate(pool, { directory, report })
    assert.deepEqual(reports, [
      'Migration 0002_index.sql runs while people work; it ends after all transactions that began before it.',
    ])
    await pool.query('DELETE FROM migrations; DROP TABLE tried.one')
    await migrate(pool, { directory, report })
    assert.equal(reports.length, 1)
  })

  test('is there once, however many processes start', async () => {
    add('0002_index.sql', build)
    const applied = await Promise.all([
      migrate(pool, { directory, ...quiet }),
      migrate(pool, { directory, ...quiet }),
      migrate(pool, { directory, ...quiet }),
    ])
    assert.deepEqual(applied.flat(), ['0002_index.sql'])
    assert.deepEqual(await indexes(), [['one_id', true]])
  })

  test('and whose building was killed is built anew, without what was left of it', async () => {
    add('0002_index.sql', build)
    const writer = await pool.connect()
    try {
      await writer.query('BEGIN')
      await writer.query('INSERT INTO tried.one VALUES (2)')
      const killed = assert.rejects(
        migrate(pool, { directory, ...quiet }),
        /It is tried again at the next start/,
      )
      await pool.query('SELECT pg_terminate_backend($1)', [await builder()])
      await killed
      assert.deepEqual(await indexes(), [['one_id', false]])
      await writer.query('COMMIT')
    } finally {
      writer.release(true)
    }
    assert.deepEqual(await migrate(pool, { directory, ...quiet }), ['0002_index.sql'])
    assert.deepEqual(await indexes(), [['one_id', true]])
  })

  test('and cannot be leaves nothing that writers would have to keep up', async () => {
    add('0002_index.sql', build.replace('INDEX', 'UNIQUE INDEX'))
    await assert.rejects(migrate(pool, { directory, ...quiet }), /could not create unique index/)
    assert.deepEqual(await indexes(), [])
  })

  test('and was whole when the program was killed is not built twice', async () => {
    await pool.query('CREATE INDEX one_id ON tried.one (id)')
    add('0002_index.sql', build)
    assert.deepEqual(await migrate(pool, { directory, ...quiet }), ['0002_index.sql'])
    assert.deepEqual(await indexes(), [['one_id', true]])
  })
})
