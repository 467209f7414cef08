import { sql } from 'kysely'
import { recordChanges } from '../changes/changes.ts'
import { today } from '../days.ts'
import type { Tx } from '../db/database.ts'
import { invalidField } from '../errors.ts'
import { checkReferences, signedInRepresentative } from '../records/references.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import { givenLines, type PricedLine, priceLines } from './lines.ts'
import { orderSource, readOrder } from './queries.ts'
import type { Order, OrderCreate } from './schema.ts'
import { checkAmounts, checkTerms } from './terms.ts'

const ATTEMPTS_MAX = 50

/** What holds where the request says nothing. */
interface Defaults {
  currency: string
  today: string
  company_id: number | null
  sales_rep_id: number | null
}

/**
 * Creates an order with its items in one transaction; totals are computed here and nowhere else. The company comes
 * from the customer, the representative from the one who is signed in or else from the customer.
 */
export async function createOrder(tx: Tx, scope: Scope, { items, ...input }: OrderCreate): Promise<Order> {
  const signedIn = input.sales_rep_id === undefined ? await signedInRepresentative(tx, scope) : null
  await checkReferences(tx, orderSource, scope, input)
  const defaults = await readDefaults(tx, scope, input.customer_id ?? null, signedIn)
  const currency = input.currency ?? defaults.currency
  checkAmounts(input, currency)
  const lines = await priceLines(tx, scope, items, currency)
  const { id, version } = await insertOrder(
    tx,
    scope,
    { ...defaults, ...withoutUndefined(input), currency },
    lines,
  )
  await recordChanges(tx, scope, [{ object: 'order', entityId: id, action: 'created', version }])
  const order = await readOrder(tx, scope, id)
  checkTerms(order)
  return order
}

/** The customer is held: neither its company nor its representative can leave it before the order is in. */
async function readDefaults(
  tx: Tx,
  scope: Scope,
  customerId: number | null,
  signedIn: number | null,
): Promise<Defaults> {
  const { rows } = await sql<Omit<Defaults, 'today'> & { time_zone: string; customer_found: boolean }>`
    SELECT w.currency, w.time_zone, c.company_id, c.id IS NOT NULL AS customer_found,
      coalesce(${signedIn}::bigint, (
        SELECT o.id FROM sales_representatives o
        WHERE ${visible(scope, 'sales_representatives', 'o')} AND o.id = c.assigned_sales_rep_id AND o.deleted_at IS NULL)) AS sales_rep_id
    FROM workspaces w
    LEFT JOIN customers c ON ${visible(scope, 'customers', 'c')} AND c.id = ${customerId}::bigint AND c.deleted_at IS NULL
    WHERE w.id = ${scope.workspaceId}`.execute(tx)
  const [row] = rows
  if (!row || (customerId !== null && !row.customer_found)) {
    throw invalidField('/customer_id', 'There is no such customer in this workspace.')
  }
  return { ...row, today: today(row.time_zone) }
}

function withoutUndefined<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T // The same keys, fewer.
}

type NewOrder = Omit<OrderCreate, 'items' | 'currency'> & Defaults

/** With the number that was given, or the next that is free: whoever gives none is never told that it is taken. */
async function insertOrder(
  tx: Tx,
  scope: Scope,
  order: NewOrder,
  lines: PricedLine[],
): Promise<{ id: number; version: number }> {
  // More than once only if someone gives another order the very number between our look and our insert.
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const created = await tryInsertOrder(tx, scope, order, lines)
    if (created) return created
  }
  throw invalidField('/currency', 'Rapport does not know this currency.')
}

/**
 * The order and its items in one statement: both tables' summary triggers run once, and the total is what SQL makes of
 * the lines. Without a number the order is called by its id, which is new in every attempt.
 */
async function tryInsertOrder(
  tx: Tx,
  scope: Scope,
  order: NewOrder,
  lines: PricedLine[],
): Promise<{ id: number; version: number } | undefined> {
  const automatic = order.order_number === undefined
  const { discount = '0', discount_amount = '0', shipping_amount = '0', charges_amount = '0' } = order
  const { rows } = await sql<{ id: number; version: number }>`
    WITH line AS MATERIALIZED (
      SELECT position, product_id, quantity, unit_price, discount, tax_rate,
        line_total(quantity, unit_price, discount, c.digits) AS line_total, c.code, c.digits
      FROM ${givenLines(lines)} given, currencies c WHERE c.code = ${order.currency}
    ), added AS MATERIALIZED (
      SELECT ${automatic ? sql`new_order_id(${scope.workspaceId})` : sql`nextval('orders_id_seq')`} AS id,
        array_agg(line_total) AS line_totals, array_agg(tax_rate) AS tax_rates, code, digits
      FROM line GROUP BY code, digits
    ), created AS (
      INSERT INTO orders
        (workspace_id, id, order_number, customer_id, company_id, sales_rep_id, order_date, status, currency,
         currency_digits, notes, discount, discount_amount, shipping_amount, charges_amount, tax_amount, total_amount)
      SELECT ${scope.workspaceId}, n.id, coalesce(${order.order_number ?? null}::text, 'R-' || n.id),
        ${order.customer_id ?? null}::bigint, ${order.company_id}::bigint, ${order.sales_rep_id}::bigint,
        ${order.order_date ?? order.today}::date, ${order.status ?? 'draft'}, n.code, n.digits, ${order.notes ?? null}::text,
        t.discount, t.discount_amount, t.shipping_amount, t.charges_amount, a.tax_amount, a.total_amount
      FROM added n
      CROSS JOIN (VALUES (${discount}::numeric, ${discount_amount}::numeric, ${shipping_amount}::numeric,
        ${charges_amount}::numeric)) t (discount, discount_amount, shipping_amount, charges_amount)
      CROSS JOIN LATERAL order_amounts(n.line_totals, n.tax_rates, t.discount, t.discount_amount, t.shipping_amount,
        t.charges_amount, n.digits) a
      ${automatic ? sql`ON CONFLICT (workspace_id, order_number_key) WHERE deleted_at IS NULL DO NOTHING` : sql``}
      RETURNING workspace_id, id, version, order_date, is_sale, currency, currency_digits
    ), items AS (
      INSERT INTO order_items
        (workspace_id, order_id, position, product_id, quantity, unit_price, discount, tax_rate, order_date, is_sale, currency,
         currency_digits)
      SELECT created.workspace_id, created.id, line.position, line.product_id, line.quantity, line.unit_price, line.discount,
        line.tax_rate, created.order_date, created.is_sale, created.currency, created.currency_digits
      FROM created, line)
    SELECT id, version FROM created`.execute(tx)
  return rows[0]
}
