import type { CustomerPatch } from '../../server/src/customers/schema.ts'
import type { InteractionCreate } from '../../server/src/interactions/schema.ts'
import type { OrderCreate } from '../../server/src/orders/schema.ts'
import type { Scope } from '../../server/src/scope.ts'
import { Refused } from './answers.ts'
import type { Connections, Run } from './connections.ts'
import { plainCustomer } from './plain-lists.ts'

const TIMELINE_LIMIT = 30
const SEARCH_LIMIT = 10

/** All entries of a customer, merged and cut to a page. */
export async function plainTimeline(run: Run, scope: Scope, id: number) {
  const items = await run(
    `SELECT kind, id, at, by, interaction, "order", change FROM (
       SELECT 'interaction' AS kind, t.id, t.occurred_at AS at, btrim(r.first_name || ' ' || r.last_name) AS by,
         jsonb_build_object('kind', t.kind, 'subject', t.subject, 'body', t.body, 'duration_minutes', t.duration_minutes,
           'customer_id', t.customer_id, 'customer_name', btrim(c.first_name || ' ' || c.last_name), 'version', t.version)
           AS interaction, NULL::jsonb AS "order", NULL::jsonb AS change
       FROM interactions t LEFT JOIN customers c ON c.id = t.customer_id LEFT JOIN sales_representatives r ON r.id = t.sales_rep_id
       WHERE t.workspace_id = $1 AND t.customer_id = $2 AND t.deleted_at IS NULL
       UNION ALL
       SELECT 'order', o.id, o.order_date::timestamptz, btrim(r.first_name || ' ' || r.last_name), NULL,
         jsonb_build_object('order_number', o.order_number, 'status', o.status, 'total_amount', o.total_amount::text,
           'currency', o.currency), NULL
       FROM orders o LEFT JOIN sales_representatives r ON r.id = o.sales_rep_id
       WHERE o.workspace_id = $1 AND o.customer_id = $2 AND o.deleted_at IS NULL
       UNION ALL
       SELECT 'change', e.id, e.occurred_at, u.name, NULL, NULL, jsonb_build_object('action', e.action, 'fields', e.changes)
       FROM change_events e LEFT JOIN users u ON u.id = e.user_id
       WHERE e.workspace_id = $1 AND e.object = 'customer' AND e.entity_id = $2) entries
     ORDER BY at DESC, id DESC LIMIT ${TIMELINE_LIMIT + 1}`,
    [scope.workspaceId, id],
  )
  return { items: items.slice(0, TIMELINE_LIMIT), next_cursor: items.length > TIMELINE_LIMIT ? 'more' : null }
}

/** ILIKE over every table, a few hits of each. */
export async function plainSearch(run: Run, scope: Scope, q: string) {
  const items = await run(
    `(SELECT 'customer' AS kind, id, btrim(first_name || ' ' || last_name) AS title, email AS detail FROM customers
      WHERE workspace_id = $1 AND deleted_at IS NULL
        AND (first_name ILIKE $2 OR last_name ILIKE $2 OR email ILIKE $2 OR phone ILIKE $2)
      ORDER BY last_name, id LIMIT $3)
     UNION ALL (SELECT 'company', id, name, domain FROM companies
      WHERE workspace_id = $1 AND deleted_at IS NULL AND (name ILIKE $2 OR domain ILIKE $2) ORDER BY name, id LIMIT $3)
     UNION ALL (SELECT 'product', id, product_name, sku FROM products
      WHERE workspace_id = $1 AND deleted_at IS NULL AND (product_name ILIKE $2 OR sku ILIKE $2) ORDER BY product_name, id LIMIT $3)
     UNION ALL (SELECT 'order', id, order_number, NULL FROM orders
      WHERE workspace_id = $1 AND deleted_at IS NULL AND order_number ILIKE $2 ORDER BY id DESC LIMIT $3)
     UNION ALL (SELECT 'sales_representative', id, btrim(first_name || ' ' || last_name), email FROM sales_representatives
      WHERE workspace_id = $1 AND deleted_at IS NULL AND (first_name ILIKE $2 OR last_name ILIKE $2 OR email ILIKE $2)
      ORDER BY last_name, id LIMIT $3)
     LIMIT $3`,
    [scope.workspaceId, `%${q}%`, SEARCH_LIMIT],
  )
  return { items }
}

export function plainPatch(
  connections: Connections,
  scope: Scope,
  id: number,
  { version, ...patch }: CustomerPatch,
) {
  return connections.transaction(async (run) => {
    const columns = Object.keys(patch)
    const set = columns.map((column, index) => `${column} = $${index + 4}`)
    const updated = await run(
      `UPDATE customers SET ${set.join(', ')}, version = version + 1, updated_at = now()
       WHERE workspace_id = $1 AND id = $2 AND version = $3 RETURNING id`,
      [scope.workspaceId, id, version, ...Object.values(patch)],
    )
    if (updated.length === 0) throw new Refused(409)
    await logChange(run, scope, 'customer', id, 'updated', version + 1, patch)
    return (await plainCustomer(run, scope, id))[0]
  })
}

export function plainInteraction(connections: Connections, scope: Scope, input: InteractionCreate) {
  return connections.transaction(async (run) => {
    const [created] = await run<{ id: number }>(
      `INSERT INTO interactions (workspace_id, kind, customer_id, sales_rep_id, subject)
       VALUES ($1, $2, $3, $4, $5)
       RETURNING id, kind, customer_id, company_id, sales_rep_id, occurred_at, duration_minutes, subject, body, version,
         created_at, updated_at, deleted_at`,
      [scope.workspaceId, input.kind, input.customer_id, input.sales_rep_id, input.subject],
    )
    if (!created) throw new Refused(500)
    await logChange(run, scope, 'interaction', created.id, 'created', 1, {})
    return created
  })
}

/** The order, then each of its lines, then the total. */
export function plainOrder(connections: Connections, scope: Scope, input: OrderCreate) {
  return connections.transaction(async (run) => {
    const [order] = await run<{ id: number }>(
      `INSERT INTO orders (workspace_id, order_number, customer_id, order_date, status, currency, tax_amount, total_amount)
       SELECT $1, 'N-' || number, $2, current_date, $3, w.currency, 0, 0
       FROM workspaces w, nextval(pg_get_serial_sequence('orders', 'id')) AS number WHERE w.id = $1 RETURNING id`,
      [scope.workspaceId, input.customer_id, input.status],
    )
    if (!order) throw new Refused(500)
    for (const [index, { product_id, quantity }] of input.items.entries()) {
      await run(
        `INSERT INTO order_items (workspace_id, order_id, position, product_id, quantity, unit_price, discount, line_total)
         SELECT $1, $2, $3, id, $5::int, unit_price, 0, round(unit_price * $5::int, 2) FROM products WHERE id = $4`,
        [scope.workspaceId, order.id, index + 1, product_id, quantity],
      )
    }
    await logChange(run, scope, 'order', order.id, 'created', 1, {})
    const [created] = await run(
      `UPDATE orders SET total_amount = (SELECT sum(line_total) FROM order_items WHERE order_id = $1) WHERE id = $1
       RETURNING id, order_number, customer_id, company_id, sales_rep_id, order_date, status, currency, total_amount, notes,
         version, created_at, updated_at, deleted_at`,
      [order.id],
    )
    const items = await run(
      `SELECT i.id, i.position, i.product_id, p.product_name, p.sku, i.quantity, i.unit_price, i.discount, i.line_total
       FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.order_id = $1 ORDER BY i.position`,
      [order.id],
    )
    return { ...created, items }
  })
}

async function logChange(
  run: Run,
  scope: Scope,
  object: string,
  id: number,
  action: string,
  version: number,
  changes: object,
): Promise<void> {
  await run(
    `INSERT INTO change_events (workspace_id, object, entity_id, action, version, changes, user_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [scope.workspaceId, object, id, action, version, JSON.stringify(changes), scope.userId],
  )
}
