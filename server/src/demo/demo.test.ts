import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { createTestDatabase, type TestDatabase } from '../../test/fixtures/database.ts'
import { createPool } from '../db/database.ts'
import { cleanText } from '../values/text.ts'
import { benchShape, demoShape, workspacesOf } from './draw/shapes.ts'
import { demoWorkspaces, type SeedOptions, seedDemo } from './load/seed-demo.ts'
import { demoTables } from './load/table-rows.ts'
import { lineTotal } from './rows/sales-rows.ts'

const now = new Date('2026-03-09T14:30:00Z')
/** Nine workspaces: the currencies EUR, USD, GBP and JPY, and sizes down to a single customer. */
const shape = workspacesOf('test', [600, 90, 40, 30, 12, 5, 1, 2, 60])
const silent = () => {}

interface Loaded {
  database: TestDatabase
  pool: pg.Pool
}

async function emptyDatabase(): Promise<Loaded> {
  const database = await createTestDatabase()
  return { database, pool: createPool(database.target, { size: 2, statementTimeoutMs: 60_000 }) }
}

async function drop({ database, pool }: Loaded): Promise<void> {
  await pool.end()
  await database.drop()
}

// Held open to the end: by hand, the first database of a file starts the server and stops it when dropped.
let held: TestDatabase
before(async () => {
  held = await createTestDatabase()
})
after(() => held.drop())

const seed = (pool: pg.Pool, options: Partial<SeedOptions> = {}) =>
  seedDemo({ pool, shape, log: silent, now, ...options })

async function value<T>(pool: pg.Pool, sql: string, parameters: unknown[] = []): Promise<T> {
  const { rows } = await pool.query<{ value: T }>(sql, parameters)
  return rows[0]?.value as T // Every query here has one row.
}

/** All that a load takes away and must put back. */
const definitions = `SELECT string_agg(line, chr(10) ORDER BY line) AS value FROM (
  SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal) lines`

/** One hash for the contents of each table, as seen through the summaries too. */
async function contents(pool: pg.Pool): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const table of demoTables) {
    hashes[table] = await value(
      pool,
      `SELECT md5(string_agg(t::text, chr(10) ORDER BY id)) AS value FROM ${table} t WHERE workspace_id < 1000`,
    )
  }
  hashes.search = await value(
    pool,
    `SELECT md5(concat(
       (SELECT string_agg(d::text, chr(10) ORDER BY kind, entity_id) FROM search_document d WHERE workspace_id < 1000),
       (SELECT string_agg(t::text, chr(10) ORDER BY kind, entity_id, token) FROM search_token t WHERE workspace_id < 1000),
       (SELECT string_agg(v::text, chr(10) ORDER BY v) FROM search_vocabulary v WHERE workspace_id < 1000))
     ) AS value`,
  )
  hashes.summaries = await value(
    pool,
    `SELECT md5(string_agg(t::text, chr(10) ORDER BY t)) AS value FROM (
       SELECT workspace_id, kind, period, key, currency, sum(n) AS n, sum(amount) AS amount FROM summary_current
       WHERE workspace_id < 1000 GROUP BY 1, 2, 3, 4, 5) t`,
  )
  return hashes
}

describe('a demo loaded into an empty database', () => {
  let loaded: Loaded
  let definitionsBefore: string
  let workspaceIds: number[]

  before(async () => {
    loaded = await emptyDatabase()
    definitionsBefore = await value(loaded.pool, definitions)
    const result = await seed(loaded.pool)
    assert.deepEqual(
      [result.loaded, result.slowBecause],
      [true, undefined],
      'a trigger without a step in derivedSteps?',
    )
    workspaceIds = result.workspaceIds
  })
  after(() => drop(loaded))

  test('puts back every index, constraint and trigger as it was', async () => {
    assert.equal(await value(loaded.pool, definitions), definitionsBefore)
  })

  test('has the sizes of its shape', async () => {
    const { rows } = await loaded.pool.query<{ customers: number }>(
      'SELECT count(*) AS customers FROM customers GROUP BY workspace_id ORDER BY workspace_id',
    )
    assert.deepEqual(
      rows.map((row) => row.customers),
      shape.workspaces.map((workspace) => workspace.customers),
    )
    assert.equal(await value(loaded.pool, 'SELECT count(*) AS value FROM orders'), 3 * 840)
    assert.equal(await value(loaded.pool, 'SELECT count(*) AS value FROM interactions'), 5 * 840)
    const perOrder = await value<number>(
      loaded.pool,
      'SELECT count(*)::float8 / 2520 AS value FROM order_items',
    )
    assert.ok(perOrder > 2.8 && perOrder < 3.2, `${perOrder} items an order`)
  })

  test('has text as the API would keep it', async () => {
    const texts = await value<string[]>(
      loaded.pool,
      `SELECT array_agg(DISTINCT each.value) AS value FROM (
         SELECT to_jsonb(t) AS row FROM customers t UNION ALL SELECT to_jsonb(t) FROM companies t
         UNION ALL SELECT to_jsonb(t) FROM products t UNION ALL SELECT to_jsonb(t) FROM orders t
         UNION ALL SELECT to_jsonb(t) FROM interactions t) rows, jsonb_each_text(row) AS each
       WHERE each.value IS NOT NULL AND each.key !~ '_(sort|key|natural|at)$'`,
    )
    assert.ok(texts.length > 1_000)
    // Those that cannot be null are ''.
    assert.deepEqual(
      texts.filter((text) => cleanText(text) !== text),
      [],
    )
  })

  test('has order totals equal to their lines, to the smallest unit', async () => {
    const wrong = `SELECT count(*) AS value FROM orders o WHERE total_amount IS DISTINCT FROM
      (SELECT t.total_amount FROM order_totals(o.workspace_id, ARRAY[o.id]) t)`
    assert.equal(await value(loaded.pool, wrong), 0)
    assert.equal(await value(loaded.pool, 'SELECT count(DISTINCT currency) AS value FROM orders'), 4)
  })

  test('has exact summaries in the folded table alone', async () => {
    for (const id of workspaceIds) {
      assert.equal(await value(loaded.pool, 'SELECT count(*) AS value FROM summary_drift($1)', [id]), 0)
    }
    assert.equal(await value(loaded.pool, 'SELECT count(*) AS value FROM summary_delta'), 0)
    const stages = 'SELECT sum(n) AS value FROM summary_current WHERE kind = $1'
    assert.equal(await value(loaded.pool, stages, ['customers_by_stage']), '840')
  })

  test('is plausible: nothing is later than now or before its customer', async () => {
    const future = `SELECT (SELECT count(*) FROM customers WHERE greatest(created_at, updated_at) > $1)
      + (SELECT count(*) FROM orders WHERE greatest(created_at, updated_at, deleted_at) > $1 OR order_date > $1::date)
      + (SELECT count(*) FROM interactions WHERE greatest(occurred_at, deleted_at) > $1) AS value`
    assert.equal(await value(loaded.pool, future, [now.toISOString()]), 0)
    const early = `SELECT count(*) AS value FROM orders o JOIN customers c ON c.workspace_id = o.workspace_id AND c.id = o.customer_id
      WHERE o.order_date < c.created_at::date`
    // Workspaces of a few customers have none yet on their first day of business.
    assert.equal(await value(loaded.pool, `${early} AND c.workspace_id = $1`, [workspaceIds[0]]), 0)
    const strangers = `SELECT count(*) AS value FROM orders o JOIN customers c ON c.workspace_id = o.workspace_id AND c.id = o.customer_id
      WHERE (o.company_id, o.sales_rep_id) IS DISTINCT FROM (c.company_id, c.assigned_sales_rep_id)`
    assert.equal(await value(loaded.pool, strangers), 0)
  })

  test('leaves the identity sequences behind its ids', async () => {
    const inserted = `INSERT INTO customers (workspace_id, last_name) VALUES ($1, 'New') RETURNING id AS value`
    const highest = await value<number>(loaded.pool, 'SELECT max(id) AS value FROM customers')
    assert.equal(await value(loaded.pool, inserted, [workspaceIds[0]]), highest + 1)
    for (const table of demoTables) {
      const gap = `SELECT last_value - (SELECT max(id) FROM ${table}) AS value FROM ${table}_id_seq`
      assert.equal(await value(loaded.pool, gap), 0, table)
    }
  })

  test('is not loaded twice, even when its workspaces were renamed', async () => {
    await loaded.pool.query(`UPDATE workspaces SET name = 'Ours'`)
    const before = await value(loaded.pool, 'SELECT count(*) AS value FROM customers')
    assert.deepEqual(await seed(loaded.pool), { workspaceIds, loaded: false })
    assert.equal(await value(loaded.pool, 'SELECT count(*) AS value FROM customers'), before)
    assert.deepEqual(await demoWorkspaces(loaded.pool, 'test'), workspaceIds)
    assert.deepEqual(await demoWorkspaces(loaded.pool, 'demo'), [])
  })
})

test('the triggers of a database in use come to the same as a load without them', async () => {
  const [bulk, live] = [await emptyDatabase(), await emptyDatabase()]
  try {
    await live.pool.query(`INSERT INTO workspaces (id, name) VALUES (1000, 'In use')`)
    await live.pool.query(
      `INSERT INTO customers (workspace_id, id, last_name) VALUES (1000, 1, 'There before')`,
    )
    assert.equal((await seed(bulk.pool)).slowBecause, undefined)
    assert.equal((await seed(live.pool)).slowBecause, 'customers has rows already')
    assert.deepEqual(await contents(live.pool), await contents(bulk.pool))
    const other = await emptyDatabase()
    await seed(other.pool, { seed: 2 })
    assert.notEqual((await contents(other.pool)).customers, (await contents(bulk.pool)).customers)
    await drop(other)
  } finally {
    await drop(bulk)
    await drop(live)
  }
})

test('a load that fails leaves no trace, and the next one succeeds', async () => {
  const loaded = await emptyDatabase()
  try {
    const definitionsBefore = await value(loaded.pool, definitions)
    const failing = (line: string) => {
      if (line.includes('interactions')) throw new Error('The terminal went away')
    }
    await assert.rejects(seed(loaded.pool, { log: failing }), /terminal went away/)
    assert.equal(await value(loaded.pool, definitions), definitionsBefore)
    assert.equal(await value(loaded.pool, 'SELECT count(*) AS value FROM workspaces'), 0)
    assert.equal((await seed(loaded.pool)).loaded, true)
  } finally {
    await drop(loaded)
  }
})

test('line totals are rounded as the database rounds them', async () => {
  const loaded = await emptyDatabase()
  try {
    const lines = [
      [1, 5, 1000],
      [1, 15, 5000],
      [3, 33333, 333],
      [50, 128995, 1250],
      [7, 1, 5000],
      [12, 999, 250],
      [2, 0, 0],
    ] as const
    for (const [quantity, price, discount] of lines) {
      const sql = 'SELECT line_total($1, $2::numeric / 100, $3::numeric / 10000, 2) * 100 = $4 AS value'
      const total = lineTotal(quantity, price, discount)
      assert.ok(
        await value(loaded.pool, sql, [quantity, price, discount, total]),
        `${quantity} × ${price} − ${discount}`,
      )
    }
  } finally {
    await drop(loaded)
  }
})

test('shapes add up to the customers they were asked for', () => {
  for (const customers of [10_000, 100_000, 1_000_000]) {
    const sizes = benchShape(customers).workspaces.map((workspace) => workspace.customers)
    assert.equal(sizes.length, 51)
    assert.equal(sizes[0], customers / 2)
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      customers,
    )
    assert.ok(sizes.every((size) => size >= 1))
  }
  assert.deepEqual(
    demoShape(7).workspaces.map((workspace) => workspace.customers),
    [7],
  )
})
