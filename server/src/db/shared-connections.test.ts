import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { Problem } from '../errors.ts'
import { createPool, type Database } from './database.ts'
import { CONNECTIONS, openPointReads, UNDER_WAY_MAX } from './shared-connections.ts'

const NAME = 'test-shared-connections'

let database: TestDatabase
let pool: pg.Pool
let points: Database
before(async () => {
  database = await createTestDatabase()
  pool = createPool(database.target, { size: 1, statementTimeoutMs: 20_000, applicationName: NAME })
  points = openPointReads(pool.options)
})
after(async () => {
  await points.destroy()
  await pool.end()
  await database.drop()
})

async function square(n: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT ${n}::int * ${n}::int AS n`.execute(points)
  return rows[0]?.n ?? Number.NaN
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

async function connections(): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
    [NAME],
  )
  return rows[0]?.n ?? 0
}

describe('reads that share connections', () => {
  test('each get their own answer, over no more connections than allowed', async () => {
    const asked = numbers(CONNECTIONS * UNDER_WAY_MAX)
    assert.deepEqual(
      await Promise.all(asked.map(square)),
      asked.map((n) => n * n),
    )
    assert.equal(await connections(), CONNECTIONS)
  })

  test('do not fail with one that fails', async () => {
    const results = await Promise.allSettled(
      numbers(20).map((n) => (n % 5 === 2 ? sql`SELECT 1 / ${0}::int`.execute(points) : square(n))),
    )
    assert.deepEqual(
      results.map(({ status }) => status === 'fulfilled'),
      numbers(20).map((n) => n % 5 !== 2),
    )
  })

  test('are turned away at once when too many wait, and none of the others is lost', async () => {
    const asked = numbers(CONNECTIONS * UNDER_WAY_MAX + 10)
    const results = await Promise.allSettled(asked.map(square))
    const refused = results.filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 10)
    for (const result of refused) {
      assert.ok(result.status === 'rejected' && result.reason instanceof Problem)
      assert.equal(result.reason.status, 503)
    }
    assert.equal(await square(12), 144, 'and afterwards there is room again')
  })

  test('go on over new connections after theirs were cut', async () => {
    await square(1)
    await pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
      [NAME],
    )
    // Those who ask before the end was heard of may fail with the connection; nobody waits for ever.
    const failures = async () =>
      (await Promise.allSettled(numbers(4).map(square))).filter(({ status }) => status === 'rejected').length
    while ((await failures()) > 0);
    assert.equal(await connections(), CONNECTIONS)
  })
})
