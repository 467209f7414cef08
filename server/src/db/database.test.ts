import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createTestDatabase, type TestDatabase } from '../../test/fixtures/database.ts'
import { createWorkspace, type Member, problemOf, request } from '../../test/fixtures/workspace.ts'
import { Problem } from '../errors.ts'
import {
  createDatabase,
  createPool,
  type Database,
  transaction,
  WAITING_PER_CONNECTION_MAX,
} from './database.ts'

const SIZE = 3
const RETRIES_MAX = 3

let database: TestDatabase
let pool: pg.Pool
let db: Database

before(async () => {
  database = await createTestDatabase()
  pool = createPool(database.target, { size: SIZE, statementTimeoutMs: 20_000, applicationName: 'test-pool' })
  db = createDatabase(pool)
  await pool.query('CREATE TABLE tried (id int PRIMARY KEY, n int NOT NULL)')
  await pool.query('INSERT INTO tried VALUES (1, 0), (2, 0)')
})

after(async () => {
  await pool.end()
  await database.drop()
})

async function n(id: number): Promise<number> {
  return (await pool.query<{ n: number }>('SELECT n FROM tried WHERE id = $1', [id])).rows[0]?.n ?? -1
}

describe('a transaction', () => {
  test('is seen by others once it is committed, and not before', async () => {
    const start = await n(1)
    const result = await transaction(db, async (tx) => {
      await sql`UPDATE tried SET n = n + 1 WHERE id = 1`.execute(tx)
      assert.equal(await n(1), start)
      return 'done'
    })
    assert.deepEqual([result, await n(1)], ['done', start + 1])
  })

  test('that fails changes nothing', async () => {
    const start = await n(1)
    const failing = transaction(db, async (tx) => {
      await sql`UPDATE tried SET n = n + 1 WHERE id = 1`.execute(tx)
      throw new Error('changed my mind')
    })
    await assert.rejects(failing, /changed my mind/)
    assert.equal(await n(1), start)
  })

  for (const code of ['40001', '40P01']) {
    test(`that meets ${code} is run again, and what it did before is forgotten`, async () => {
      const start = await n(1)
      let attempts = 0
      await transaction(db, async (tx) => {
        attempts++
        await sql`UPDATE tried SET n = n + 1 WHERE id = 1`.execute(tx)
        if (attempts <= 2) throw Object.assign(new Error('try again'), { code })
      })
      assert.deepEqual([attempts, await n(1)], [3, start + 1])
    })
  }

  test('gives up after so many attempts, and tells why', async () => {
    let attempts = 0
    const failing = transaction(db, async () => {
      attempts++
      throw Object.assign(new Error('always'), { code: '40001' })
    })
    await assert.rejects(failing, /always/)
    assert.equal(attempts, RETRIES_MAX + 1)
  })

  test('is not run again after any other failure', async () => {
    let attempts = 0
    const failing = transaction(db, async (tx) => {
      attempts++
      await sql`INSERT INTO tried VALUES (1, 1)`.execute(tx)
    })
    await assert.rejects(failing, { code: '23505' })
    assert.equal(attempts, 1)
  })

  test('survives a real deadlock: both writers succeed', async () => {
    const start = [await n(1), await n(2)]
    let attempts = 0
    let arrived = 0
    let bothHoldOne: () => void = () => {}
    const both = new Promise<void>((resolve) => {
      bothHoldOne = resolve
    })
    const cross = (first: number, second: number) =>
      transaction(db, async (tx) => {
        attempts++
        await sql`UPDATE tried SET n = n + 1 WHERE id = ${first}`.execute(tx)
        if (++arrived === 2) bothHoldOne()
        await both
        await sql`UPDATE tried SET n = n + 1 WHERE id = ${second}`.execute(tx)
      })
    await Promise.all([cross(1, 2), cross(2, 1)])
    assert.equal(attempts, 3)
    assert.deepEqual(
      [await n(1), await n(2)],
      start.map((value) => value + 2),
    )
  })
})

test('statements with values are prepared once for a connection', async () => {
  const client = await pool.connect()
  try {
    for (let value = 0; value < 3; value++) await client.query('SELECT $1::int + 41', [value])
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*) AS n FROM pg_prepared_statements WHERE statement = 'SELECT $1::int + 41'`,
    )
    assert.equal(rows[0]?.n, 1)
  } finally {
    client.release()
  }
})

test('ids are numbers, money and days text, moments ISO 8601', async () => {
  const { rows } = await pool.query(
    `SELECT 9007199254740991::bigint AS id, 12.50::numeric AS money, date '2026-03-01' AS day,
       timestamptz '2026-03-01 12:00:00.5+02' AS moment`,
  )
  assert.deepEqual(rows, [
    { id: Number.MAX_SAFE_INTEGER, money: '12.50', day: '2026-03-01', moment: '2026-03-01T10:00:00.5Z' },
  ])
})

/** Takes every connection, so that whoever asks now has to wait; the function gives them back. */
async function takeAll(from: pg.Pool): Promise<() => void> {
  const taken = await Promise.all(Array.from({ length: from.options.max }, () => from.connect()))
  return () => {
    for (const client of taken) client.release()
  }
}

/** Lets everything that is under way go on until the pool has so many waiters. */
async function untilWaiting(from: pg.Pool, count: number): Promise<void> {
  while (from.waitingCount < count) await new Promise((resolve) => setImmediate(resolve))
}

describe('the pool', () => {
  test('never opens more connections than it may', async () => {
    const answers = await Promise.all(
      Array.from({ length: SIZE * 8 }, () =>
        pool.query<{ n: number }>(
          `SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'test-pool'`,
        ),
      ),
    )
    for (const { rows } of answers) assert.ok((rows[0]?.n ?? 99) <= SIZE)
    assert.equal(pool.totalCount, SIZE)
  })

  test('turns askers away at once when its queue is full, and serves all that it let in', async () => {
    const giveBack = await takeAll(pool)
    const waiting = Array.from({ length: SIZE * WAITING_PER_CONNECTION_MAX }, (_, value) =>
      pool.query<{ value: number }>('SELECT $1::int AS value', [value]),
    )
    const refused = (error: Problem) => error instanceof Problem && error.status === 503
    await assert.rejects(pool.query('SELECT 1'), refused)
    await assert.rejects(pool.connect(), refused)
    await assert.rejects(sql`SELECT 1`.execute(db), refused)
    await assert.rejects(
      transaction(db, async () => {}),
      refused,
    )
    giveBack()
    const served = await Promise.all(waiting)
    assert.deepEqual(
      served.map(({ rows }) => rows[0]?.value),
      waiting.map((_, value) => value),
    )
    assert.equal((await pool.query('SELECT 1')).rowCount, 1)
  })

  test('goes on after its connections were cut, in use or not', async () => {
    const held = await pool.connect()
    const { rows } = await held.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'test-pool' AND pid <> pg_backend_pid()`,
    )
    await assert.rejects(held.query('SELECT 1'))
    held.release(true)
    assert.ok(rows[0]?.pid)
    assert.equal(await n(1), await n(1))
  })
})

describe('a server with too many requests', () => {
  let app: TestApp
  let member: Member
  before(async () => {
    app = await startTestApp()
    member = await (await createWorkspace(app)).join('admin')
    await member.ok('GET /api/customers')
  })
  after(() => app.close())

  test('answers 503 with Retry-After to those past the queue, and recovers', async () => {
    const giveBack = await takeAll(app.pool)
    const places = app.pool.options.max * WAITING_PER_CONNECTION_MAX
    const waiting = Array.from({ length: places }, (_, value) =>
      member.send('GET /api/companies', { query: { name: `Company ${value}` } }),
    )
    await untilWaiting(app.pool, places)
    const turnedAway = await member.send('GET /api/products')
    const problem = problemOf(turnedAway, 503, 'GET /api/products')
    assert.match(problem.detail, /try again in a moment/)
    assert.equal(turnedAway.headers.get('retry-after'), '1')
    assert.equal((await request(app.url, 'GET /health/ready', {})).status, 503)
    assert.equal((await request(app.url, 'GET /health/live', {})).status, 200)
    giveBack()
    for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 200, answer.text)
    assert.equal((await member.send('GET /api/products')).status, 200)
    assert.equal((await request(app.url, 'GET /health/ready', {})).status, 200)
  })
})
