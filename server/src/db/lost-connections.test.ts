import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { type Problem, toProblem } from '../errors.ts'
import { createDatabase, createPool, type Database, transaction } from './database.ts'

const { pool, db } = await openTestDatabase({ size: 2 })
// Before the tests cut the pool's connections, which it may not notice at once.
await pool.query(`
  CREATE TABLE fragile (n int);
  CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON fragile DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cut()`)

/** What a client is answered when `work` fails. */
async function answerTo(work: Promise<unknown>): Promise<Problem> {
  return work.then(
    () => assert.fail('it should have failed'),
    (error) => toProblem(error),
  )
}

/** Asks until all connections of the pool live: it may not have noticed yet which the test before has cut. */
async function allAlive(): Promise<void> {
  const ask = () =>
    pool.query('SELECT 1').then(
      () => true,
      () => false,
    )
  while (!(await Promise.all([ask(), ask()])).every(Boolean));
}

describe('a connection that breaks', () => {
  beforeEach(allAlive)

  test('between two statements of a transaction: nothing was saved, try again', async () => {
    const problem = await answerTo(
      transaction(db, (tx) => sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(tx)),
    )
    assert.deepEqual([problem.status, problem.type], [503, 'database-away'])
    assert.match(problem.message, /Nothing was saved; try again/)
  })

  test('while a transaction is being committed: nobody knows, and nobody says that nothing was saved', async () => {
    const problem = await answerTo(transaction(db, (tx) => sql`INSERT INTO fragile VALUES (1)`.execute(tx)))
    assert.deepEqual([problem.status, problem.type], [503, 'outcome-unknown'])
    assert.doesNotMatch(problem.message, /[Nn]othing was saved/)
    assert.match(problem.message, /Idempotency-Key/)
  })

  test('outside of a transaction it is the same kind of answer', async () => {
    const problem = await answerTo(sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(db))
    assert.deepEqual([problem.status, problem.extras.retryAfterSeconds], [503, 1])
  })
})

test('a database that is not there is 503, whatever the reason of the network', async () => {
  const nowhere = createPool({ host: '127.0.0.1', port: 1 }, { size: 1, statementTimeoutMs: 1_000 })
  const problem = await answerTo(sql`SELECT 1`.execute(createDatabase(nowhere)))
  assert.deepEqual([problem.status, problem.type], [503, 'database-away'])
  await nowhere.end()
})

test('a full disk is said to be one', () => {
  for (const code of ['53100', 'ENOSPC']) {
    const problem = toProblem(Object.assign(new Error('No space left on device'), { code }))
    assert.deepEqual([problem.status, problem.type], [503, 'disk-full'])
    assert.match(problem.message, /disk .* is full/)
  }
})

/** Stops a process, and returns when it has stopped: the signal may find it at work on another core. */
function halt(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  while (!spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T'));
}

describe('a server that goes silent', () => {
  const NAME = 'test-silent-pool'

  async function stopped(work: (hasty: Database) => Promise<void>): Promise<void> {
    const { options } = pool
    const quick = createPool({ ...options }, { size: 1, statementTimeoutMs: 100, applicationName: NAME })
    const hasty = createDatabase(quick)
    await sql`SELECT 1`.execute(hasty)
    // By a connection of its own: those of the pool were cut above, and it may not have noticed yet.
    const onlooker = createPool({ ...options }, { size: 1, statementTimeoutMs: 10_000 })
    const { rows } = await onlooker.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
      [NAME],
    )
    await onlooker.end()
    assert.equal(rows.length, 1)
    for (const { pid } of rows) halt(pid)
    try {
      await work(hasty)
    } finally {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT')
      await quick.end()
    }
  }

  test('is given up some seconds after its time, and the next asker is answered over a new connection', async () => {
    await stopped(async (hasty) => {
      const problem = await answerTo(sql`SELECT 2`.execute(hasty))
      assert.equal(problem.type, 'database-away')
      const { rows } = await sql<{ n: number }>`SELECT 3 AS n`.execute(hasty)
      assert.deepEqual(rows, [{ n: 3 }])
    })
  })

  test('but a transaction that takes more time for itself is waited for', async () => {
    const { options } = pool
    const quick = createPool({ ...options }, { size: 1, statementTimeoutMs: 100 })
    const { rows } = await transaction(createDatabase(quick), async (tx) => {
      await sql`SET LOCAL statement_timeout = 20000`.execute(tx)
      return sql<{ slept: boolean }>`SELECT pg_sleep(6) IS NOT NULL AS slept`.execute(tx)
    })
    assert.deepEqual(rows, [{ slept: true }])
    await quick.end()
  })
})
