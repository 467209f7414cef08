import { sql } from 'kysely'
import { ImportFailure, STOPPED_SENTENCE } from '../failure.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { completeOrders, mayLackLines, nextHeldOrders } from './whole-orders.ts'
import { type ImportDatabase, inTransaction } from './write-batch.ts'

const CUSTOMERS_PER_BATCH = 2_000

/** Gives the orders that now have all their lines the status that they came with, batch by batch. */
export async function finishOrders(
  database: ImportDatabase & { workspaceId: number; userId: string | null },
  importId: number,
  signal: AbortSignal,
): Promise<void> {
  const owner = { workspaceId: database.workspaceId, userId: database.userId, importId }
  if (await inTransaction(database, owner.workspaceId, (run) => mayLackLines(run, owner))) return
  let last: number | undefined = 0
  while (last !== undefined) {
    if (signal.aborted) throw new ImportFailure(STOPPED_SENTENCE)
    const after: number = last
    last = await inTransaction(database, owner.workspaceId, async (run) => {
      const orders = await nextHeldOrders(run, owner, after)
      if (orders.length > 0) await run(completeOrders(owner, orders))
      return orders.at(-1)
    })
  }
}

/**
 * The steps that a mapping declares for the end, over all customers of its source, each batch in one transaction.
 * They fill what is empty and never undo what a person has changed, so that they may run again.
 */
export async function finishCustomers(
  database: ImportDatabase,
  workspaceId: number,
  { name, finish }: Mapping,
  signal: AbortSignal,
): Promise<void> {
  const assign = finish?.assign_representative_of_latest_order ?? false
  const stage = finish?.lifecycle_stage_with_orders ?? null
  if (!assign && stage === null) return
  let last = ''
  for (;;) {
    if (signal.aborted) throw new ImportFailure(STOPPED_SENTENCE)
    const customers = await nextCustomers(database, workspaceId, name, last)
    const end = customers.at(-1)
    if (!end) return
    last = end.external_id
    const ids = customers.map(({ entity_id }) => entity_id)
    if (assign) await assignRepresentatives(database, workspaceId, ids)
    if (stage !== null) await setStage(database, workspaceId, ids, stage)
  }
}

function nextCustomers({ db }: ImportDatabase, workspaceId: number, source: string, after: string) {
  return db
    .selectFrom('external_ids')
    .where('workspace_id', '=', workspaceId)
    .where('source', '=', source)
    .where('object', '=', 'customers')
    .where('external_id', '>', after)
    .select(['external_id', 'entity_id'])
    .orderBy('external_id')
    .limit(CUSTOMERS_PER_BATCH)
    .execute()
}

/** No person has changed this field of the customer `c`. */
function neverChanged(workspaceId: number, field: string) {
  return sql`NOT EXISTS (
    SELECT FROM change_events e
    WHERE e.workspace_id = ${workspaceId} AND e.object = 'customer' AND e.entity_id = c.id AND e.import_id IS NULL
      AND jsonb_exists(e.changes, ${field}))`
}

/** Customers whom nobody looks after get the representative of their latest order. */
async function assignRepresentatives(
  database: ImportDatabase,
  workspaceId: number,
  ids: number[],
): Promise<void> {
  await inTransaction(database, workspaceId, async (run) => {
    await run(sql`
      WITH unassigned AS MATERIALIZED (
        SELECT c.id FROM customers c
        WHERE c.workspace_id = ${workspaceId} AND c.id = ANY(${ids}::bigint[]) AND c.assigned_sales_rep_id IS NULL
          AND ${neverChanged(workspaceId, 'assigned_sales_rep_id')}
        ORDER BY c.id FOR NO KEY UPDATE
      ), latest AS MATERIALIZED (
        SELECT u.id, (
          SELECT o.sales_rep_id FROM orders o
          WHERE o.workspace_id = ${workspaceId} AND o.customer_id = u.id AND o.deleted_at IS NULL
            AND o.sales_rep_id IS NOT NULL
          ORDER BY o.order_date DESC, o.id DESC LIMIT 1) AS sales_rep_id
        FROM unassigned u
      ), living AS MATERIALIZED (
        SELECT r.id FROM sales_representatives r
        WHERE r.workspace_id = ${workspaceId} AND r.id = ANY(ARRAY(SELECT sales_rep_id FROM latest))
          AND r.deleted_at IS NULL
        ORDER BY r.id FOR SHARE
      )
      UPDATE customers c
      SET assigned_sales_rep_id = living.id, version = c.version + 1, updated_at = now()
      FROM latest JOIN living ON living.id = latest.sales_rep_id
      WHERE c.workspace_id = ${workspaceId} AND c.id = latest.id`)
  })
}

/** Leads and prospects who have bought move on, unless someone has changed their stage. */
async function setStage(
  database: ImportDatabase,
  workspaceId: number,
  ids: number[],
  stage: string,
): Promise<void> {
  await inTransaction(database, workspaceId, async (run) => {
    await run(sql`
      WITH buyers AS MATERIALIZED (
        SELECT c.id FROM customers c
        WHERE c.workspace_id = ${workspaceId} AND c.id = ANY(${ids}::bigint[])
          AND c.lifecycle_stage IN ('lead', 'prospect')
          AND EXISTS (
            SELECT FROM orders o
            WHERE o.workspace_id = ${workspaceId} AND o.customer_id = c.id AND o.is_sale AND o.deleted_at IS NULL)
          AND ${neverChanged(workspaceId, 'lifecycle_stage')}
        ORDER BY c.id FOR NO KEY UPDATE
      )
      UPDATE customers c SET lifecycle_stage = ${stage}, version = c.version + 1, updated_at = now()
      FROM buyers WHERE c.workspace_id = ${workspaceId} AND c.id = buyers.id AND c.lifecycle_stage <> ${stage}`)
  })
}
