import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import { badRequest, type FieldError } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { decimalsOf } from '../values/number.ts'
import { visible } from '../visible.ts'
import type { OrderItem, OrderItemInput } from './schema.ts'

const QUANTITY = /^-?(\d{1,6}(\.\d{1,3})?|1000000(\.0{1,3})?)$/

/** A line that can be stored: the product exists and the price is settled. */
export interface PricedLine {
  product_id: number
  quantity: string
  unit_price: string
  discount: string
  tax_rate: string
}

interface SoldProduct {
  id: number
  product_name: string
  unit_price: string
  currency: string
  unit: string
  quantity_digits: number
  tax_rate: string
  active: boolean
  deleted_at: string | null
}

/**
 * Gives each line the price and tax rate it was sent with, or else its product's of this moment. Refuses products that
 * the workspace does not sell, unless they are on `kept`, the lines of the order until now; quantities that are finer
 * than the product's unit; and prices in another currency than the order's.
 */
export async function priceLines(
  tx: Tx,
  scope: Scope,
  items: OrderItemInput[],
  currency: string,
  kept: OrderItem[] = [],
): Promise<PricedLine[]> {
  const products = await readProducts(tx, scope, items)
  const errors = items.flatMap((item, index) => {
    const fault = lineFault(item, products.get(item.product_id), currency, kept)
    return fault ? [{ path: `/items/${index}/${fault.path}`, message: fault.message }] : []
  })
  if (errors.length) throw badRequest('Some lines cannot be sold. Nothing was saved.', errors)
  return items.map(({ product_id, quantity, unit_price, discount, tax_rate }) => ({
    product_id,
    quantity: String(quantity),
    unit_price: unit_price ?? products.get(product_id)?.unit_price ?? '0',
    discount: discount ?? '0',
    tax_rate: tax_rate ?? products.get(product_id)?.tax_rate ?? '0',
  }))
}

async function readProducts(
  tx: Tx,
  scope: Scope,
  items: OrderItemInput[],
): Promise<Map<number, SoldProduct>> {
  const ids = [...new Set(items.map((item) => item.product_id))]
  const rows = await tx
    .selectFrom('products')
    .where(visible(scope, 'products'))
    .where('id', '=', sql<number>`ANY(${ids}::bigint[])`)
    .select([
      'id',
      'product_name',
      'unit_price',
      'currency',
      'unit',
      'quantity_digits',
      'tax_rate',
      'active',
      'deleted_at',
    ])
    // Nobody deletes one for good before its line is in.
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** The first thing that is wrong with a line; the path is that of one of its fields. */
function lineFault(
  item: OrderItemInput,
  product: SoldProduct | undefined,
  currency: string,
  kept: OrderItem[],
): FieldError | undefined {
  const quantity = String(item.quantity)
  const impossible = impossibleQuantity(quantity)
  if (impossible) return { path: 'quantity', message: impossible }
  if (!product) return { path: 'product_id', message: 'There is no such product in this workspace.' }
  const before = kept.filter(({ product_id }) => product_id === product.id)
  const notSold = before.length === 0 && whyNotSold(product)
  if (notSold) return { path: 'product_id', message: notSold }
  const isUnchanged = before.some((line) => Number(line.quantity) === Number(quantity))
  const tooFine = !isUnchanged && finerThanUnit(quantity, product)
  if (tooFine) return { path: 'quantity', message: tooFine }
  if (item.unit_price !== undefined || product.currency === currency) return undefined
  return {
    path: 'unit_price',
    message: `This product is priced in ${product.currency}; give a unit_price in ${currency}.`,
  }
}

function impossibleQuantity(quantity: string): string | undefined {
  if (Number(quantity) === 0) return 'A quantity is not zero; take the line away instead.'
  return QUANTITY.test(quantity) ? undefined : 'A quantity is at most a million, with at most three decimals.'
}

function whyNotSold({ product_name, active, deleted_at }: SoldProduct): string | undefined {
  if (deleted_at !== null) return `“${product_name}” is in the trash. Restore it, or choose another product.`
  return active ? undefined : `“${product_name}” is no longer sold. Choose another product.`
}

function finerThanUnit(
  quantity: string,
  { product_name, unit, quantity_digits }: SoldProduct,
): string | undefined {
  if (decimalsOf(quantity) <= quantity_digits) return undefined
  const allowed = quantity_digits === 0 ? 'no decimals' : `at most ${quantity_digits} decimals`
  return `“${product_name}” is sold by the ${unit}, in quantities with ${allowed}.`
}

/** Stores the lines of an order, which has none. */
export async function insertLines(tx: Tx, scope: Scope, orderId: number, lines: PricedLine[]): Promise<void> {
  await sql`
    INSERT INTO order_items
      (workspace_id, order_id, position, product_id, quantity, unit_price, discount, tax_rate, order_date, is_sale, currency,
       currency_digits)
    SELECT o.workspace_id, o.id, line.position, line.product_id, line.quantity, line.unit_price, line.discount,
      line.tax_rate, o.order_date, o.is_sale, o.currency, o.currency_digits
    FROM orders o, ${givenLines(lines)} line
    WHERE ${visible(scope, 'orders', 'o')} AND o.id = ${orderId}`.execute(tx)
}

/** The lines as a table for SQL: position and the columns of PricedLine. */
export function givenLines(lines: PricedLine[]) {
  return sql`(
    SELECT position, product_id, quantity, unit_price, discount, tax_rate FROM unnest(
      ${lines.map((line) => line.product_id)}::bigint[], ${lines.map((line) => line.quantity)}::numeric[],
      ${lines.map((line) => line.unit_price)}::numeric[], ${lines.map((line) => line.discount)}::numeric[],
      ${lines.map((line) => line.tax_rate)}::numeric[]
    ) WITH ORDINALITY AS given (product_id, quantity, unit_price, discount, tax_rate, position))`
}
