import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sessionOf } from '../../test/fixtures/accounts.ts'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { lines, ordersOf, products, shopMapping } from '../../test/fixtures/shop-files.ts'
import { type StartedRapport, startRapport, temporaryDataDir } from '../../test/fixtures/start-rapport.ts'
import { request } from '../../test/fixtures/workspace.ts'
import { IMPORT_LOCK } from './batch/write-batch.ts'
import { STOPPED_SENTENCE } from './failure.ts'
import type { Import } from './schema.ts'

/** Two lines each: three batches. */
const ORDERS = 5_100
/** Any number that no program uses as its advisory lock. */
const GATE = 4_712

const shop = shopMapping({ 'p.csv': [products], 'o.csv': [ordersOf('completed')], 'l.csv': [lines] })
const numbers = Array.from({ length: ORDERS }, (_, n) => `A${n}`)
const files = {
  'p.csv': 'sku\ntea\nmilk\n',
  'o.csv': `no,date\n${numbers.map((no) => `${no},2026-03-02\n`).join('')}`,
  'l.csv': `no,line,sku,qty,price\n${numbers.map((no) => `${no},1,tea,1,2\n${no},2,milk,3,1.5\n`).join('')}`,
}

const { dataDir, remove } = temporaryDataDir()
let bench: ImportBench
let rapport: StartedRapport
let session: { cookie: string }
let workspaceId: number
let unkilled: Awaited<ReturnType<typeof broughtIn>>

const start = () => startRapport(dataDir, { DATABASE_URL: bench.url, REDIS_URL: '' })

before(async () => {
  bench = await openImportBench()
  rapport = await start()
  const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long password', workspace_name: 'Shop' }
  session = sessionOf(await request(rapport.url, 'POST /api/setup/owner', { body: owner }))
  const [workspace] = await bench.rows<{ id: number }>('SELECT id FROM workspaces')
  workspaceId = workspace?.id ?? 0
  const other = await bench.workspace()
  assert.equal((await bench.run(other, shop, files)).failure, null)
  unkilled = await broughtIn(other)
  await bench.pool.query(`
    CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT FROM order_items WHERE workspace_id = ${workspaceId}) THEN PERFORM pg_advisory_xact_lock_shared(${GATE}); END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER gate BEFORE INSERT ON order_items FOR EACH STATEMENT EXECUTE FUNCTION gate()`)
})
after(async () => {
  await rapport.end('SIGKILL')
  await bench.close()
  remove()
})

async function startImport(): Promise<number> {
  const form = new FormData()
  form.append('mapping', JSON.stringify(shop))
  for (const [name, content] of Object.entries(files)) form.append(name, new Blob([content]), name)
  const response = await fetch(`${rapport.url}/api/imports`, { method: 'POST', headers: session, body: form })
  const text = await response.text()
  assert.equal(response.status, 202, text)
  return JSON.parse(text).id
}

async function readImport(id: number): Promise<Import> {
  const { status, text } = await request(rapport.url, 'GET /api/imports/:id', { params: { id } }, session)
  assert.equal(status, 200, text)
  return JSON.parse(text)
}

/** Asks until it is so. The test's own time limit ends it. */
async function until(condition: string, values: unknown[] = []): Promise<void> {
  while (!(await bench.rows(`SELECT WHERE ${condition}`, values)).length) {
    // The question itself takes the time.
  }
}

const waits = (count: number) =>
  until(
    `(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) >= $1`,
    [count],
  )

/** Kills the process as its import stands where `reach` brings it, and starts it again when PostgreSQL has noticed. */
async function killedAt(reach: (hold: Hold) => Promise<unknown>): Promise<number> {
  const holder = await bench.pool.connect()
  let id: number
  const hold: Hold = {
    gate: () => holder.query('SELECT pg_advisory_lock($1)', [GATE]),
    leaveGate: () => holder.query('SELECT pg_advisory_unlock($1)', [GATE]),
  }
  try {
    await hold.gate()
    id = await startImport()
    await waits(1)
    await reach(hold)
    await rapport.end('SIGKILL')
    await holder.query('SELECT pg_advisory_unlock_all()')
  } finally {
    holder.release()
  }
  await until(
    `NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name NOT LIKE 'rapport-import-test%'
       AND backend_type = 'client backend')`,
  )
  rapport = await start()
  return id
}

interface Hold {
  gate: () => Promise<unknown>
  leaveGate: () => Promise<unknown>
}

/** All that the files became, without what differs from run to run. */
async function broughtIn(workspace: number) {
  const [counts] = await bench.rows(
    `SELECT (SELECT count(*) FROM products WHERE workspace_id = $1) AS products,
      (SELECT count(*) FROM order_items WHERE workspace_id = $1) AS lines,
      (SELECT count(*) FROM external_ids WHERE workspace_id = $1) AS ids,
      (SELECT count(*) FROM held_orders WHERE workspace_id = $1) AS held,
      (SELECT count(*) FROM missing_lines WHERE workspace_id = $1) AS missing,
      (SELECT count(*) FROM summary_drift($1)) AS drift`,
    [workspace],
  )
  const orders = await bench.rows(
    `SELECT status, count(*) AS n, count(DISTINCT order_number) AS numbers, sum(total_amount) AS total
     FROM orders WHERE workspace_id = $1 GROUP BY status`,
    [workspace],
  )
  return { counts, orders }
}

/** Imports again, in the process that has started, and holds the result against that of an import nobody killed. */
async function assertContinued(): Promise<void> {
  const again = await startImport()
  await until(`EXISTS (SELECT FROM imports WHERE id = $1 AND status <> 'running')`, [again])
  const { status, failure, rows_failed, orders_incomplete } = await readImport(again)
  assert.deepEqual([status, failure, rows_failed, orders_incomplete], ['completed', null, 0, 0])
  assert.deepEqual(await broughtIn(workspaceId), unkilled)
}

async function clear(): Promise<void> {
  for (const table of ['held_orders', 'missing_lines', 'external_ids', 'order_items', 'orders', 'products']) {
    await bench.pool.query(`DELETE FROM ${table} WHERE workspace_id = $1`, [workspaceId])
  }
}

describe('kill -9 of the server in the middle of an import', () => {
  test('inside a batch leaves nothing of it, is told as stopped, and importing again brings in the rest once', async () => {
    const id = await killedAt(async () => {})
    const [kept] = await bench.rows<{ n: number }>(
      `SELECT count(*) AS n FROM order_items WHERE workspace_id = $1`,
      [workspaceId],
    )
    const { files: [, , progress] = [] } = await readImport(id)
    assert.equal(kept?.n, progress?.rows_read, 'what came in is what it says')
    assert.ok(kept && kept.n > 0 && kept.n < 2 * ORDERS)
    await bench.pool.query(`UPDATE imports SET heartbeat_at = now() - interval '2 minutes' WHERE id = $1`, [
      id,
    ])
    const stopped = await readImport(id)
    assert.deepEqual([stopped.status, stopped.failure], ['failed', STOPPED_SENTENCE])
    const sold = await bench.rows<{ lines: number }>(
      `SELECT (SELECT count(*) FROM order_items i WHERE i.workspace_id = o.workspace_id AND i.order_id = o.id) AS lines
       FROM orders o WHERE workspace_id = $1 AND is_sale`,
      [workspaceId],
    )
    const withoutAll = sold.filter(({ lines: n }) => n < 2)
    assert.deepEqual(withoutAll, [], 'no order counts before all of its lines are in')
    await assertContinued()
  })

  test('between two batches, and importing again at once, before anybody has noticed', async () => {
    await clear()
    const id = await killedAt(async ({ leaveGate }) => {
      const other = await bench.pool.connect()
      try {
        // The next batch queues behind this, and is killed before it has begun.
        const turn = other.query('SELECT pg_advisory_lock($1, $2)', [IMPORT_LOCK, workspaceId])
        await waits(2)
        await leaveGate()
        await turn
        await waits(1)
        await rapport.end('SIGKILL')
        await other.query('SELECT pg_advisory_unlock_all()')
      } finally {
        other.release()
      }
    })
    await assertContinued()
    await bench.pool.query(`UPDATE imports SET heartbeat_at = now() - interval '2 minutes' WHERE id = $1`, [
      id,
    ])
    assert.equal((await readImport(id)).status, 'failed')
  })
})
