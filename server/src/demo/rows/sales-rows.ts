import type { Cell } from '../../db/copy.ts'
import { currencyDigits, type OrderStatus } from '../../vocabulary.ts'
import { dayOf, LEAD_DAYS, timestampText } from '../draw/calendar.ts'
import { stream, weighted } from '../draw/random.ts'
import { amountText } from '../draw/shapes.ts'
import type { DemoWorkspace } from '../load/workspace.ts'
import { age, type TableRows } from './rows.ts'

const DISCOUNT_UNIT = 10_000
const CHURN_DAYS = 240
const TRASHED_SHARE = 0.001
const EXPENSIVE = 500
/** One order in so many is charged for its shipping. */
const SHIPPED_EVERY = 9
const SHIPPING = 4.9

/** What an order and its items agree on. */
interface OrderHead {
  customer: number
  /** Seconds of the demo's calendar. */
  moment: number
  status: OrderStatus
  trashed: boolean
}

const freshStatus = weighted<OrderStatus>([
  ['draft', 30],
  ['confirmed', 58],
  ['shipped', 8],
  ['cancelled', 4],
])
const recentStatus = weighted<OrderStatus>([
  ['draft', 6],
  ['confirmed', 34],
  ['shipped', 40],
  ['completed', 14],
  ['cancelled', 6],
])
const oldStatus = weighted<OrderStatus>([
  ['draft', 0.5],
  ['shipped', 1.5],
  ['completed', 91],
  ['cancelled', 7],
])

function orderHead(workspace: DemoWorkspace, i: number): OrderHead {
  const { counts, customers, timeline } = workspace
  const random = workspace.random.at(stream.order, i)
  const moment = timeline.orders((i + 0.5) / counts.orders)
  const days = age(workspace, moment)
  const known = customers.before[dayOf(moment)] ?? 1
  let customer = customers.buyers.sample(random, Math.max(1, known))
  // Who has left does not order any more; where everybody left, somebody must.
  for (let tries = 0; tries < 3 && days < CHURN_DAYS && customers.stages[customer] === 'churned'; tries++) {
    customer = customers.buyers.sample(random, Math.max(1, known))
  }
  const status = (days < 3 ? freshStatus : days < 21 ? recentStatus : oldStatus)(random)
  return { customer, moment, status, trashed: random.chance(TRASHED_SHARE) }
}

interface OrderLine {
  product: number
  quantity: number
  /** In minor units of the order's currency. */
  price: number
  /** In ten-thousandths. */
  discount: number
  total: number
}

const drawLineCount = weighted<number>([
  [1, 0.225],
  [2, 0.27],
  [3, 0.2],
  [4, 0.13],
  [5, 0.08],
  [6, 0.05],
  [8, 0.03],
  [12, 0.015],
])
const drawQuantity = weighted<number>([
  [1, 46],
  [2, 19],
  [3, 8],
  [4, 6],
  [5, 6],
  [6, 2],
  [10, 7],
  [12, 1],
  [20, 3],
  [25, 1],
  [50, 1],
])
const drawFewer = weighted<number>([
  [1, 70],
  [2, 18],
  [3, 6],
  [4, 3],
  [5, 2],
  [10, 1],
])
const drawDiscount = weighted<number>([
  [0, 72],
  [500, 10],
  [1000, 8],
  [250, 2],
  [1250, 2],
  [1500, 3],
  [2000, 2],
  [333, 1],
])

/** How many items an order has, without drawing them. */
export function itemCount(workspace: DemoWorkspace, order: number): number {
  return drawLineCount(workspace.random.at(stream.orderLines, order))
}

/** The items of an order; the same ones whenever they are asked for. */
function orderLines(workspace: DemoWorkspace, order: number, day: number): OrderLine[] {
  const { random, products, currency, timeline } = workspace
  const unit = 10 ** currencyDigits[currency]
  const count = itemCount(workspace, order)
  // Prices rose by a tenth over the years; orders keep the price of their day.
  const level = 0.9 + 0.1 * ((day - LEAD_DAYS) / (timeline.calendar.days - LEAD_DAYS))
  return Array.from({ length: count }, () => {
    const product = products.draw(random)
    const list = products.prices[product] ?? 0
    const price = Math.max(1, Math.round(list * level))
    const quantity = list > EXPENSIVE * unit ? drawFewer(random) : drawQuantity(random)
    const discount = drawDiscount(random)
    return { product, quantity, price, discount, total: lineTotal(quantity, price, discount) }
  })
}

/** Half away from zero at the minor unit, as line_total() in the database; whole numbers far below 2^53. */
export function lineTotal(quantity: number, price: number, discount: number): number {
  return Math.floor((quantity * price * (DISCOUNT_UNIT - discount) + DISCOUNT_UNIT / 2) / DISCOUNT_UNIT)
}

export const orderRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'order_number',
    'customer_id',
    'company_id',
    'sales_rep_id',
    'order_date',
    'status',
    'currency',
    'currency_digits',
    'shipping_amount',
    'total_amount',
    'created_at',
    'updated_at',
    'deleted_at',
  ],
  *rows(workspace) {
    for (let i = 0; i < workspace.counts.orders; i++) yield orderRow(workspace, i)
  },
}

function orderRow(workspace: DemoWorkspace, i: number): Cell[] {
  const {
    id,
    firstIds,
    customers,
    currency,
    timeline: { calendar },
  } = workspace
  const { customer, moment, status, trashed } = orderHead(workspace, i)
  const day = dayOf(moment)
  const company = customers.companies[customer] ?? -1
  const representative = customers.representatives[customer] ?? -1
  const shipping = i % SHIPPED_EVERY === 0 ? Math.round(SHIPPING * 10 ** currencyDigits[currency]) : 0
  const total = orderLines(workspace, i, day).reduce((sum, line) => sum + line.total, shipping)
  const date = calendar.dates[day] ?? ''
  const created = timestampText(calendar, moment)
  const updated = timestampText(
    calendar,
    Math.min(calendar.now, moment + (status === 'completed' ? 9 : 1) * 86_400),
  )
  return [
    id,
    firstIds.orders + i,
    `${date.slice(0, 4)}-${String(i + 1).padStart(6, '0')}`,
    firstIds.customers + customer,
    company < 0 ? null : firstIds.companies + company,
    representative < 0 ? null : firstIds.sales_representatives + representative,
    date,
    status,
    currency,
    currencyDigits[currency],
    amountText(shipping, currency),
    amountText(total, currency),
    created,
    updated,
    trashed ? updated : null,
  ]
}

export const itemRows: TableRows = {
  columns: [
    'workspace_id',
    'id',
    'order_id',
    'position',
    'product_id',
    'quantity',
    'unit_price',
    'discount',
    'order_date',
    'is_sale',
    'currency',
    'currency_digits',
  ],
  *rows(workspace) {
    const {
      id,
      firstIds,
      currency,
      timeline: { calendar },
    } = workspace
    const digits = currencyDigits[currency]
    let itemId = firstIds.order_items
    for (let i = 0; i < workspace.counts.orders; i++) {
      const { moment, status, trashed } = orderHead(workspace, i)
      const day = dayOf(moment)
      const isSale = status !== 'draft' && status !== 'cancelled' && !trashed
      for (const [position, line] of orderLines(workspace, i, day).entries()) {
        yield [
          id,
          itemId++,
          firstIds.orders + i,
          position + 1,
          firstIds.products + line.product,
          line.quantity,
          amountText(line.price, currency),
          line.discount === 0 ? 0 : line.discount / DISCOUNT_UNIT,
          calendar.dates[day] ?? null,
          isSale,
          currency,
          digits,
        ]
      }
    }
  },
}

/** Items of the whole workspace. */
export function itemsOf(workspace: DemoWorkspace): number {
  let count = 0
  for (let i = 0; i < workspace.counts.orders; i++) count += itemCount(workspace, i)
  return count
}
