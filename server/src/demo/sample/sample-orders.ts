import { type Currency, currencyDigits } from '../../vocabulary.ts'
import { amountText } from '../draw/shapes.ts'
import type { DemoWorkspace } from '../load/workspace.ts'
import { itemRows, orderRows } from '../rows/sales-rows.ts'
import { type DrawnRow, ids, rowsOf } from './drawn-rows.ts'

export interface SampleOrder {
  number: string
  customer: string | null
  representative: string | null
  date: string
  status: string
  currency: Currency
  /** Empty for none. */
  shipping: string
  lines: readonly SampleLine[]
}

export interface SampleLine {
  /** Number of its order. */
  order: string
  position: number
  sku: string
  quantity: number
  price: string
  /** Share of one; empty for none. */
  discount: string
}

/** What customers of this country order is in its own money. */
const ELSEWHERE = { country: 'United Kingdom', currency: 'GBP', per_euro: 0.86 } as const
const RETURNS = 12
const RETURNED_AFTER_DAYS_MIN = 6
const RETURNED_AFTER_DAYS_SPREAD = 12
const DAY_MS = 86_400_000

/** The orders of the sample company by day, with the returns that the demo does not draw. */
export function sampleOrders(
  workspace: DemoWorkspace,
  products: readonly DrawnRow[],
  customers: readonly DrawnRow[],
): SampleOrder[] {
  const skus = new Map(products.map(({ id, sku }) => [id, String(sku)]))
  const foreign = new Set(
    customers.filter(({ country }) => country === ELSEWHERE.country).map(({ id }) => id),
  )
  const items = Map.groupBy(rowsOf(itemRows, workspace), ({ order_id }) => order_id)
  const orders = [...rowsOf(orderRows, workspace)].map((order) =>
    sampleOrder(order, items.get(order.id ?? null) ?? [], skus, foreign.has(order.customer_id ?? null)),
  )
  return [...orders, ...returnsOf(orders)].toSorted((a, b) => a.date.localeCompare(b.date))
}

function sampleOrder(
  order: DrawnRow,
  items: readonly DrawnRow[],
  skus: ReadonlyMap<unknown, string>,
  isForeign: boolean,
): SampleOrder {
  const number = String(order.order_number)
  const currency = isForeign ? ELSEWHERE.currency : 'EUR'
  const amount = (drawn: unknown) => (isForeign ? converted(drawn) : String(drawn))
  return {
    number,
    customer: ids.customer(order.customer_id),
    representative: ids.representative(order.sales_rep_id),
    date: String(order.order_date),
    status: String(order.status),
    currency,
    shipping: Number(order.shipping_amount) > 0 ? amount(order.shipping_amount) : '',
    lines: items.map((item) => ({
      order: number,
      position: Number(item.position),
      sku: skus.get(item.product_id) ?? '',
      quantity: Number(item.quantity),
      price: amount(item.unit_price),
      discount: Number(item.discount) > 0 ? String(item.discount) : '',
    })),
  }
}

function converted(euros: unknown): string {
  const { currency, per_euro } = ELSEWHERE
  return amountText(Math.round(Number(euros) * per_euro * 10 ** currencyDigits[currency]), currency)
}

/** Credit notes some days after every so many completed orders: about half of what their first line sold. */
function returnsOf(orders: readonly SampleOrder[]): SampleOrder[] {
  const completed = orders.filter(({ status }) => status === 'completed')
  return Array.from({ length: RETURNS }, (_, index) => {
    const order = completed[Math.floor(((index + 0.5) * completed.length) / RETURNS)]
    const line = order?.lines[0]
    if (!order || !line) throw new Error('The sample company has too few completed orders.')
    const days = RETURNED_AFTER_DAYS_MIN + ((index * 5) % RETURNED_AFTER_DAYS_SPREAD)
    const number = `R-${String(index + 1).padStart(3, '0')}`
    return {
      ...order,
      number,
      date: new Date(Date.parse(order.date) + days * DAY_MS).toISOString().slice(0, 10),
      shipping: '',
      lines: [{ ...line, order: number, position: 1, quantity: -Math.ceil(line.quantity / 2) }],
    }
  })
}
