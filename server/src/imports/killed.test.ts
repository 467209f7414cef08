import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { sessionOf } from '../../test/fixtures/accounts.ts'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { lines, ordersOf, products, shopMapping } from '../../test/fixtures/shop-files.ts'
import { type StartedRapport, startRapport, temporaryDataDir } from '../../test/fixtures/start-rapport.ts'
import { request } from '../../test/fixtures/workspace.ts'
import { isAlive } from '../db/postgres-directory.ts'
import { IMPORT_LOCK } from './batch/write-batch.ts'
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

/** The process that works for the server that runs now. */
function workerPid(): number {
  const pids = [...rapport.output().matchAll(/worker is ready \(process (\d+)\)/g)].map(([, pid]) =>
    Number(pid),
  )
  return pids.at(-1) ?? 0
}

/** Kills the worker, and the server too if it is told so, as its import stands where `reach` brings it. */
async function killedAt(
  reach: (hold: Hold) => Promise<unknown>,
  { server = false }: { server?: boolean } = {},
): Promise<number> {
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
    const pid = workerPid()
    if (server) await rapport.end('SIGKILL')
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    await holder.query('SELECT pg_advisory_unlock_all()')
  } finally {
    holder.release()
  }
  if (server) rapport = await start()
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

const ended = (id: number) =>
  until(`EXISTS (SELECT FROM imports WHERE id = $1 AND status IN ('completed', 'failed'))`, [id])

/** Holds the result against that of an import nobody killed: what came in, and what the import says of it. */
async function assertExact(id: number): Promise<void> {
  await ended(id)
  const { status, failure, rows_failed, orders_incomplete, files: said } = await readImport(id)
  assert.deepEqual([status, failure, rows_failed, orders_incomplete], ['completed', null, 0, 0])
  assert.deepEqual(
    said.map(({ rows_read, rows_inserted, rows_unchanged }) => [rows_read, rows_inserted, rows_unchanged]),
    [
      [2, 2, 0],
      [ORDERS, ORDERS, 0],
      [2 * ORDERS, 2 * ORDERS, 0],
    ],
  )
  assert.deepEqual(await broughtIn(workspaceId), unkilled)
}

async function clear(): Promise<void> {
  for (const table of ['held_orders', 'missing_lines', 'external_ids', 'order_items', 'orders', 'products']) {
    await bench.pool.query(`DELETE FROM ${table} WHERE workspace_id = $1`, [workspaceId])
  }
}

describe('kill -9 in the middle of an import', () => {
  beforeEach(clear)

  test('of the worker, inside a batch: another goes on where it was, and says the same of it', async () => {
    await assertExact(await killedAt(async () => {}))
  })

  test('of the worker and the server, between two batches: the next start goes on', async () => {
    const id = await killedAt(
      async ({ leaveGate }) => {
        const other = await bench.pool.connect()
        try {
          // The next batch queues behind this, and is killed before it has begun.
          const turn = other.query('SELECT pg_advisory_lock($1, $2)', [IMPORT_LOCK, workspaceId])
          await waits(2)
          await leaveGate()
          await turn
          await waits(1)
          process.kill(workerPid(), 'SIGKILL')
          await other.query('SELECT pg_advisory_unlock_all()')
        } finally {
          other.release()
        }
      },
      { server: true },
    )
    await assertExact(id)
  })

  test('and importing the same again before anybody has noticed: both end, and every row is in once', async () => {
    const id = await killedAt(async () => {})
    const again = await startImport()
    await ended(again)
    await ended(id)
    assert.equal((await readImport(again)).status, 'completed')
    assert.deepEqual(await broughtIn(workspaceId), unkilled)
  })
})
