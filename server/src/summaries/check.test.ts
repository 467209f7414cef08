import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { assertSummariesExact, openShop, type Shop } from '../../test/fixtures/summaries.ts'
import { transaction } from '../db/database.ts'
import { createOrder } from '../orders/create-order.ts'
import { checkCommand, summaryDrift } from './check.ts'
import { foldSummaries } from './fold.ts'

const { db } = await openTestDatabase({ size: 4 })
let shop: Shop

before(async () => {
  shop = await openShop(db, 5)
})

function sell(): Promise<unknown> {
  return transaction(db, (tx) =>
    createOrder(tx, shop.scope, {
      customer_id: shop.customers[0] ?? null,
      status: 'confirmed',
      items: [{ product_id: shop.products[0] ?? 0, quantity: 2 }],
    }),
  )
}

async function pending(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM summary_delta WHERE workspace_id = ${shop.scope.workspaceId}`.execute(db)
  return rows[0]?.n ?? 0
}

async function summaryRows(): Promise<unknown[]> {
  const { rows } = await sql`
    SELECT kind, period, key, currency, n, amount FROM summary WHERE workspace_id = ${shop.scope.workspaceId}
    ORDER BY kind, period, key, currency`.execute(db)
  return rows
}

test('folding again changes nothing', async () => {
  await sell()
  assert.ok((await pending()) > 0)
  assert.ok((await foldSummaries(db)) > 0)
  assert.equal(await pending(), 0)
  const once = await summaryRows()
  assert.equal(await foldSummaries(db), 0)
  assert.deepEqual(await summaryRows(), once)
})

test('two folders at once merge each delta once', async () => {
  for (let round = 0; round < 5; round++) {
    await Promise.all([sell(), sell()])
    const before = await pending()
    const [a, b] = await Promise.all([foldSummaries(db), foldSummaries(db)])
    assert.equal(a + b + (await pending()), before)
    await assertSummariesExact(db, shop.scope, `after round ${round}`)
  }
})

test('a second folder does not wait for the first', async () => {
  await sell()
  await db.transaction().execute(async (tx) => {
    const fold = sql<{ n: number }>`SELECT fold_summaries(${shop.scope.workspaceId}, 1000) AS n`
    assert.ok(((await fold.execute(tx)).rows[0]?.n ?? 0) > 0)
    assert.equal((await fold.execute(db)).rows[0]?.n, 0)
    await assertSummariesExact(db, shop.scope, 'while a fold is not committed')
  })
  await assertSummariesExact(db, shop.scope, 'after the fold')
})

test('a fold that is rolled back keeps its deltas', async () => {
  await sell()
  const before = await pending()
  await assert.rejects(
    db.transaction().execute(async (tx) => {
      await sql`SELECT fold_summaries(${shop.scope.workspaceId}, 1000)`.execute(tx)
      throw new Error('cut off')
    }),
    /cut off/,
  )
  assert.equal(await pending(), before)
  await assertSummariesExact(db, shop.scope, 'after the rollback')
})

test('drift is found, named and repaired', async (t) => {
  const printed = t.mock.method(console, 'log', () => {})
  assert.equal(await checkCommand(db, false), 0)
  const { workspaceId } = shop.scope
  await foldSummaries(db)
  await sql`UPDATE summary SET n = n + 3 WHERE workspace_id = ${workspaceId} AND kind = 'product_sales'`.execute(
    db,
  )
  await sql`DELETE FROM summary WHERE workspace_id = ${workspaceId} AND kind = 'sales'`.execute(db)
  await sql`
    INSERT INTO summary_delta (workspace_id, kind, key, currency, n, amount)
    VALUES (${workspaceId}, 'customers_by_representative', 999, 'EUR', 1, 10)`.execute(db)

  const drift = await summaryDrift(db, workspaceId)
  assert.deepEqual(
    new Set(drift.map(({ kind }) => kind)),
    new Set(['product_sales', 'sales', 'customers_by_representative']),
  )
  const invented = drift.find(({ kind }) => kind === 'customers_by_representative')
  assert.deepEqual(
    [invented?.key, Number(invented?.n_missing), Number(invented?.amount_missing)],
    [999, -1, -10],
  )

  assert.equal(await checkCommand(db, false), 1)
  assert.match(String(printed.mock.calls.at(-1)?.arguments[0]), /check --repair/)
  await assert.rejects(assertSummariesExact(db, shop.scope, 'before the repair'))
  assert.equal(await checkCommand(db, true), 0)
  await assertSummariesExact(db, shop.scope, 'after the repair')
  await foldSummaries(db)
  assert.deepEqual(await summaryDrift(db, workspaceId), [])
  assert.equal(await checkCommand(db, false), 0)
})

test('a repair beside writers leaves nothing wrong', async () => {
  await sql`UPDATE summary SET n = n + 1 WHERE workspace_id = ${shop.scope.workspaceId}`.execute(db)
  const repair = sql`SELECT repair_summaries(${shop.scope.workspaceId})`
  await Promise.all([sell(), sell(), repair.execute(db), sell(), foldSummaries(db)])
  await assertSummariesExact(db, shop.scope, 'after it')
})
