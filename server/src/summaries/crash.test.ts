import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { killPostgres } from '../../test/fixtures/kill-postgres.ts'
import { assertSummariesExact, openShop, type Shop } from '../../test/fixtures/summaries.ts'
import { createDatabase, createPool, type Database, transaction } from '../db/database.ts'
import { type EmbeddedServer, startEmbedded } from '../db/embedded.ts'
import { migrate } from '../db/migrate.ts'
import { createOrder } from '../orders/create-order.ts'
import { foldSummaries } from './fold.ts'

const WRITERS = 6
const ORDERS_BEFORE_CRASH = 60
const CRASHES = 2

let dataDir: string
let server: EmbeddedServer
let shop: Shop

before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rapport-crash-'))
  chmodSync(dataDir, 0o755)
  server = await startEmbedded(dataDir)
  const admin = new pg.Client({ ...address(), database: 'postgres' })
  await admin.connect()
  await admin.query('CREATE DATABASE crash')
  await admin.end()
  const { pool, db } = open()
  await migrate(pool)
  shop = await openShop(db, 5)
  await pool.end()
})

after(async () => {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

function address() {
  return { host: server.host, port: server.port, user: server.user }
}

function open(): { pool: pg.Pool; db: Database } {
  const pool = createPool(
    { ...address(), database: 'crash' },
    { size: WRITERS + 1, statementTimeoutMs: 30_000 },
  )
  return { pool, db: createDatabase(pool) }
}

/** Sells until the database is gone; pushes the order numbers that the database confirmed. */
async function sellUntilGone(db: Database, writer: string, acknowledged: string[]): Promise<void> {
  for (let n = 0; ; n++) {
    const number = `${writer}-${n}`
    try {
      await transaction(db, async (tx) => {
        const { id } = await createOrder(tx, shop.scope, {
          order_number: number,
          customer_id: shop.customers[n % shop.customers.length] ?? null,
          status: 'confirmed',
          items: [{ product_id: shop.products[0] ?? 0, quantity: 1 + (n % 4) }],
        })
        await tx
          .insertInto('interactions')
          .values({ workspace_id: shop.scope.workspaceId, kind: 'note', customer_id: shop.customers[0] ?? 0 })
          .execute()
        return id
      })
    } catch {
      return
    }
    acknowledged.push(number)
    if (acknowledged.length === ORDERS_BEFORE_CRASH) killPostgres(join(dataDir, 'postgres'))
  }
}

async function foldUntilGone(db: Database): Promise<void> {
  try {
    for (;;) await foldSummaries(db)
  } catch {
    // The server was killed.
  }
}

for (let crash = 1; crash <= CRASHES; crash++) {
  test(`crash ${crash}: nothing that was confirmed is lost, and every summary is exact`, async () => {
    const before = open()
    const acknowledged: string[] = []
    await Promise.all([
      ...Array.from({ length: WRITERS }, (_, writer) =>
        sellUntilGone(before.db, `${crash}-${writer}`, acknowledged),
      ),
      foldUntilGone(before.db),
    ])
    await before.pool.end()
    assert.ok(acknowledged.length >= ORDERS_BEFORE_CRASH)

    server = await startEmbedded(dataDir)
    const { pool, db } = open()
    try {
      const kept = await db
        .selectFrom('orders')
        .where('workspace_id', '=', shop.scope.workspaceId)
        .where('order_number', 'in', acknowledged)
        .select('order_number')
        .execute()
      assert.equal(kept.length, acknowledged.length)
      await assertSummariesExact(db, shop.scope, 'after the crash')
      await foldSummaries(db)
      await assertSummariesExact(db, shop.scope, 'after a fold')
    } finally {
      await pool.end()
    }
  })
}
