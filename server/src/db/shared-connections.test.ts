import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { Problem } from '../errors.ts'
import type { Database } from './database.ts'
import { CONNECTIONS, openPointReads, UNDER_WAY_MAX } from './shared-connections.ts'

const NAME = 'test-shared-connections'

const { pool } = await openTestDatabase({ size: 1, applicationName: NAME })
const pointReads = openPointReads(pool.options)
after(() => pointReads.destroy())

async function square(n: number, db: Database = pointReads): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT ${n}::int * ${n}::int AS n`.execute(db)
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

/** Those who ask before the end of a connection was heard of may fail with it; nobody waits for ever. */
async function answeredAgain(db: Database): Promise<void> {
  const ask = () => Promise.allSettled(numbers(4).map((n) => square(n, db)))
  while ((await ask()).some(({ status }) => status === 'rejected'));
}

describe('reads that share connections', () => {
  test('each get their own answer, over no more connections than allowed', async () => {
    const asked = numbers(CONNECTIONS * UNDER_WAY_MAX)
    assert.deepEqual(
      await Promise.all(asked.map((n) => square(n))),
      asked.map((n) => n * n),
    )
    assert.equal(await connections(), CONNECTIONS)
  })

  test('do not fail with one that fails', async () => {
    const results = await Promise.allSettled(
      numbers(20).map((n) => (n % 5 === 2 ? sql`SELECT 1 / ${0}::int`.execute(pointReads) : square(n))),
    )
    assert.deepEqual(
      results.map(({ status }) => status === 'fulfilled'),
      numbers(20).map((n) => n % 5 !== 2),
    )
  })

  test('are turned away at once when too many wait, and none of the others is lost', async () => {
    const asked = numbers(CONNECTIONS * UNDER_WAY_MAX + 10)
    const results = await Promise.allSettled(asked.map((n) => square(n)))
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
    await answeredAgain(pointReads)
    assert.equal(await connections(), CONNECTIONS)
  })

  test('do not wait for ever for a server that is silent', async () => {
    const name = 'test-silent-server'
    const hasty = openPointReads({ ...pool.options, application_name: name, statement_timeout: 100 })
    await Promise.all(numbers(CONNECTIONS).map((n) => square(n, hasty)))
    const { rows } = await pool.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
      [name],
    )
    assert.equal(rows.length, CONNECTIONS)
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP')
    try {
      const asked = await Promise.allSettled(numbers(CONNECTIONS * 3).map((n) => square(n, hasty)))
      assert.deepEqual(new Set(asked.map(({ status }) => status)), new Set(['rejected']))
      await answeredAgain(hasty)
    } finally {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT')
      await hasty.destroy()
    }
  })
})
