import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import type { Tx } from '../db/database.ts'
import { badRequest, type FieldError } from '../errors.ts'
import type { OrderItemInput } from './schema.ts'

/** A line that can be stored: the product exists and the price is settled. */
export interface PricedLine {
  product_id: number
  quantity: number
  unit_price: string
  discount: string
}

interface ProductPrice {
  id: number
  unit_price: string
  currency: string
}

/**
 * Gives each line the price it was sent with, or else its product's price of this moment. Refuses products that the
 * workspace does not sell, and prices in another currency than the order's.
 */
export async function priceLines(
  tx: Tx,
  scope: Scope,
  items: OrderItemInput[],
  currency: string,
): Promise<PricedLine[]> {
  const products = await readPrices(tx, scope, items)
  const errors = items.flatMap((item, index) =>
    lineErrors(item, index, products.get(item.product_id), currency),
  )
  if (errors.length) throw badRequest('Some lines cannot be sold. Nothing was saved.', errors)
  return items.map(({ product_id, quantity, unit_price, discount }) => ({
    product_id,
    quantity,
    unit_price: unit_price ?? products.get(product_id)?.unit_price ?? '0',
    discount: discount ?? '0',
  }))
}

async function readPrices(tx: Tx, scope: Scope, items: OrderItemInput[]): Promise<Map<number, ProductPrice>> {
  const ids = [...new Set(items.map((item) => item.product_id))]
  const rows = await tx
    .selectFrom('products')
    .where('workspace_id', '=', scope.workspaceId)
    .where('id', '=', sql<number>`ANY(${ids}::bigint[])`)
    .where('deleted_at', 'is', null)
    .select(['id', 'unit_price', 'currency'])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

function lineErrors(
  item: OrderItemInput,
  index: number,
  product: ProductPrice | undefined,
  currency: string,
): FieldError[] {
  if (!product)
    return [{ path: `/items/${index}/product_id`, message: 'There is no such product in this workspace.' }]
  if (item.unit_price !== undefined || product.currency === currency) return []
  const message = `This product is priced in ${product.currency}; give a unit_price in ${currency}.`
  return [{ path: `/items/${index}/unit_price`, message }]
}

/** Stores the lines of an order, which has none, and returns their sum; the rounding is line_total()'s in SQL. */
export async function insertLines(
  tx: Tx,
  scope: Scope,
  orderId: number,
  lines: PricedLine[],
): Promise<string> {
  const { rows } = await sql<{ total: string }>`
    WITH inserted AS (
      INSERT INTO order_items
        (workspace_id, order_id, position, product_id, quantity, unit_price, discount, order_date, is_sale, currency, currency_digits)
      SELECT o.workspace_id, o.id, line.position, line.product_id, line.quantity, line.unit_price, line.discount,
        o.order_date, o.is_sale, o.currency, o.currency_digits
      FROM orders o, unnest(
        ${lines.map((line) => line.product_id)}::bigint[], ${lines.map((line) => line.quantity)}::int[],
        ${lines.map((line) => line.unit_price)}::numeric[], ${lines.map((line) => line.discount)}::numeric[]
      ) WITH ORDINALITY AS line (product_id, quantity, unit_price, discount, position)
      WHERE o.workspace_id = ${scope.workspaceId} AND o.id = ${orderId}
      RETURNING line_total)
    SELECT sum(line_total) AS total FROM inserted`.execute(tx)
  return rows[0]?.total ?? '0'
}
