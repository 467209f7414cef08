import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { assertSummariesExact, openShop, type Shop } from '../../test/fixtures/summaries.ts'
import { customerSource } from '../customers/queries.ts'
import { type Tx, transaction } from '../db/database.ts'
import { createOrder } from '../orders/create-order.ts'
import { patchOrder } from '../orders/patch-order.ts'
import { orderSource } from '../orders/queries.ts'
import type { OrderPatch } from '../orders/schema.ts'
import { patchRecord } from '../records/records.ts'
import { restoreRecords, trashRecords } from '../records/trash.ts'
import { foldSummaries } from './fold.ts'

const WRITERS = 16
const ROUNDS = 15
const CUSTOMERS = 8

const { db } = await openTestDatabase({ size: WRITERS + 3 })
let shop: Shop

before(async () => {
  shop = await openShop(db, CUSTOMERS)
  for (let i = 0; i < WRITERS; i++) await transaction(db, (tx) => sell(tx, i))
})

/** Every order has the one product first, so that all writers meet on it. */
async function sell(tx: Tx, n: number): Promise<void> {
  await createOrder(tx, shop.scope, {
    customer_id: one(shop.customers, n),
    sales_rep_id: one(shop.representatives, 0),
    status: 'confirmed',
    items: [
      { product_id: one(shop.products, 0), quantity: 1 + (n % 7) },
      { product_id: one(shop.products, n), quantity: 2, discount: '0.0333' },
    ],
  })
}

function one(ids: number[], n: number): number {
  return ids[n % ids.length] ?? 0
}

/** An existing order: another one for every n, but few enough that writers meet. */
async function orderAt(tx: Tx, n: number): Promise<{ id: number; version: number }> {
  const { rows } = await sql<{ id: number; version: number }>`
    SELECT id, version FROM orders WHERE workspace_id = ${shop.scope.workspaceId} ORDER BY id OFFSET ${n % 12} LIMIT 1`.execute(
    tx,
  )
  return rows[0] ?? { id: 0, version: 1 }
}

function change(patch: (n: number) => Omit<OrderPatch, 'version'>) {
  return async (tx: Tx, n: number) => {
    const { id, version } = await orderAt(tx, n)
    await patchOrder(tx, shop.scope, id, { ...patch(n), version })
  }
}

/** What the writers do; each takes its transaction and any number. */
const deeds: Record<string, (tx: Tx, n: number) => Promise<unknown>> = {
  sell,
  status: change((n) => ({ status: n % 2 ? 'shipped' : 'completed' })),
  cancel: change(() => ({ status: 'cancelled' })),
  date: change((n) => ({ order_date: `2026-0${1 + (n % 9)}-15` })),
  items: change((n) => ({
    items: [
      { product_id: one(shop.products, 0), quantity: 1 + (n % 5), unit_price: '9.99', tax_rate: '0.19' },
    ],
    shipping_amount: String(n % 3),
  })),
  currency: change((n) => ({
    currency: n % 2 ? 'JPY' : 'EUR',
    items: [{ product_id: one(shop.products, 0), quantity: n % 2 ? 3 : -3, unit_price: '10.5' }],
    shipping_amount: '1',
  })),
  trashOrder: async (tx, n) => trashRecords(tx, orderSource, shop.scope, [(await orderAt(tx, n)).id]),
  restoreOrder: async (tx, n) => restoreRecords(tx, orderSource, shop.scope, [(await orderAt(tx, n)).id]),
  moveCustomer: async (tx, n) => {
    const id = one(shop.customers, n)
    const { rows } = await sql<{ version: number }>`
      SELECT version FROM customers WHERE workspace_id = ${shop.scope.workspaceId} AND id = ${id}`.execute(tx)
    await patchRecord(tx, customerSource, shop.scope, id, {
      version: rows[0]?.version ?? 1,
      assigned_sales_rep_id: one(shop.representatives, n),
      lifecycle_stage: n % 2 ? 'customer' : 'churned',
    })
  },
  trashCustomers: (tx, n) =>
    trashRecords(
      tx,
      customerSource,
      shop.scope,
      [one(shop.customers, n), one(shop.customers, n + 1)],
      n % 2 ? 'nobody' : undefined,
    ),
  restoreCustomers: (tx) => restoreRecords(tx, customerSource, shop.scope, shop.customers),
  call: (tx, n) =>
    sql`INSERT INTO interactions (workspace_id, kind, customer_id, sales_rep_id, occurred_at)
      SELECT ${shop.scope.workspaceId}, 'call', c, ${one(shop.representatives, 0)}::bigint, now() - ${n % 9} * interval '11 days'
      FROM unnest(${shop.customers.slice(n % 4, (n % 4) + 3)}::bigint[]) c`.execute(tx),
  moveInteractions: (tx, n) =>
    sql`UPDATE interactions SET customer_id = ${one(shop.customers, n)}, occurred_at = occurred_at - interval '3 days',
        sales_rep_id = ${one(shop.representatives, n)}
      WHERE workspace_id = ${shop.scope.workspaceId} AND id IN (SELECT id FROM interactions
        WHERE workspace_id = ${shop.scope.workspaceId} ORDER BY id DESC OFFSET ${n % 6} LIMIT 2)`.execute(tx),
  dropInteractions: (tx, n) =>
    sql`DELETE FROM interactions WHERE workspace_id = ${shop.scope.workspaceId} AND id IN (SELECT id FROM interactions
      WHERE workspace_id = ${shop.scope.workspaceId} ORDER BY occurred_at DESC OFFSET ${n % 6} LIMIT 1)`.execute(
      tx,
    ),
}

/** What a person would be told: someone edited the same field, or the customer is in the trash. Never a deadlock. */
const REFUSALS = new Set(['edit-conflict', 'invalid-request', 'in-trash', 'in-use'])

test('sixteen writers on one product and one representative leave every summary exact', async (t) => {
  const kinds = Object.values(deeds)
  const counts = { done: 0, retried: 0, refused: 0, folded: 0, snapshots: 0 }
  let writing = true

  const write = async (writer: number) => {
    for (let round = 0; round < ROUNDS; round++) {
      const deed = kinds[(writer + round * 3) % kinds.length] ?? sell
      let attempts = 0
      try {
        await transaction(db, (tx) => {
          attempts++
          return deed(tx, writer * 7 + round)
        })
        counts.done++
      } catch (error) {
        if (!REFUSALS.has((error as { type?: string }).type ?? '')) throw error
        counts.refused++
      }
      counts.retried += attempts - 1
    }
  }
  const fold = async () => {
    while (writing) counts.folded += await foldSummaries(db)
  }
  const watch = async () => {
    while (writing) {
      await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => assertSummariesExact(tx, shop.scope, 'in flight'))
      counts.snapshots++
    }
  }

  const watching = Promise.all([fold(), watch()])
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(() => {
    writing = false
  })
  await watching

  await assertSummariesExact(db, shop.scope, 'at the end')
  await foldSummaries(db)
  await assertSummariesExact(db, shop.scope, 'when all is folded')
  t.diagnostic(JSON.stringify(counts))
  assert.ok(counts.folded > 0 && counts.snapshots > 0)
  assert.ok(counts.done > (WRITERS * ROUNDS) / 2, `only ${counts.done} writes succeeded`)
})
