import { type Static, Type } from 'typebox'
import { Amount, CalendarDate, Currency, Id, Nullable } from '../http/fields.ts'
import type { RouteTable } from '../http/route.ts'
import { OrderRow } from '../orders/schema.ts'
import { lifecycleStages } from '../vocabulary.ts'

export const TOP_PRODUCTS_MAX = 50
const MONTHS_MAX = 36
export const ABOVE_AVERAGE_LIMIT_MAX = 200

export const TopProduct = Type.Object({
  product_id: Id,
  product_name: Type.String(),
  unit: Type.String(),
  quantity: Type.String({ ...Amount, description: 'Sold less returned, in all currencies together.' }),
  revenue: Type.Array(Type.Object({ currency: Currency, amount: Amount }), {
    description: 'The net amounts of its lines in every currency it was sold in.',
  }),
})
export type TopProduct = Static<typeof TopProduct>

const MonthRevenue = Type.Object({ month: CalendarDate, orders: Type.Integer(), revenue: Amount })
export const CurrencyRevenue = Type.Object({ currency: Currency, months: Type.Array(MonthRevenue) })
export type CurrencyRevenue = Static<typeof CurrencyRevenue>

export const RepresentativeLoad = Type.Object({
  sales_rep_id: Id,
  name: Type.String(),
  customers: Type.Integer({ description: 'Assigned customers: the estimated interactions.' }),
  interactions: Type.Integer({ description: 'Logged in the current quarter.' }),
})
export type RepresentativeLoad = Static<typeof RepresentativeLoad>

export const StageCount = Type.Object({
  lifecycle_stage: Type.Enum(lifecycleStages),
  customers: Type.Integer(),
})
export type StageCount = Static<typeof StageCount>

export const AverageOrder = Type.Object({
  currency: Currency,
  orders: Type.Integer(),
  average: Nullable(Amount),
})
export type AverageOrder = Static<typeof AverageOrder>

const closed = { additionalProperties: false }
const limit = (maximum: number, fallback: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, default: fallback }))

const SALES = 'Confirmed, shipped and completed orders count.'
const SIDE_BY_SIDE =
  "Currencies stand side by side, the workspace's first; nothing is converted, and none is left out."
const tag = 'Reports'
const access = 'records:read'
export const reportRoutes = {
  'GET /api/reports/top-products': {
    summary: 'Products sold most in the current quarter, by quantity',
    description: `The quarter is that of the workspace's time zone. ${SALES} What was returned is taken off.`,
    tag,
    access,
    reads: ['orders', 'products', 'workspace'],
    daily: true,
    query: Type.Object({ limit: limit(TOP_PRODUCTS_MAX, 5) }, closed),
    response: Type.Object({
      from: CalendarDate,
      to: CalendarDate,
      items: Type.Array(TopProduct),
    }),
  },
  'GET /api/reports/revenue-by-month': {
    summary: 'Orders and revenue of each of the last months, oldest first, by currency',
    description: `${SALES} Revenue is what was sold without tax, less discounts and returns. ${SIDE_BY_SIDE}`,
    tag,
    access,
    reads: ['orders', 'workspace'],
    daily: true,
    query: Type.Object({ months: limit(MONTHS_MAX, 12) }, closed),
    response: Type.Object({ items: Type.Array(CurrencyRevenue) }),
  },
  'GET /api/reports/representatives': {
    summary: 'Customers and interactions of each representative, most customers first',
    tag,
    access,
    reads: ['customers', 'interactions', 'sales_representatives', 'workspace'],
    daily: true,
    query: Type.Object({ limit: limit(200, 50) }, closed),
    response: Type.Object({
      items: Type.Array(RepresentativeLoad),
      nobody: Type.Pick(RepresentativeLoad, ['customers', 'interactions'], {
        description: 'What no representative has.',
      }),
    }),
  },
  'GET /api/reports/customers-by-stage': {
    summary: 'How many customers are in each lifecycle stage',
    tag,
    access,
    reads: ['customers'],
    response: Type.Object({ items: Type.Array(StageCount) }),
  },
  'GET /api/reports/average-order': {
    summary: 'The average amount of an order without tax, by currency',
    description: `${SALES} A credit note is an order below zero. ${SIDE_BY_SIDE}`,
    tag,
    access,
    reads: ['orders', 'workspace'],
    response: Type.Object({ items: Type.Array(AverageOrder) }),
  },
  'GET /api/reports/orders-above-average': {
    summary: 'The largest orders above the average amount',
    description:
      "By their amounts without tax, in one currency: the workspace's, unless another is asked for. `currencies` are all in which there are sales. Pass `next_cursor` back as `after` for those that follow.",
    tag,
    access,
    reads: ['orders', 'customers', 'companies', 'sales_representatives', 'workspace'],
    query: Type.Object(
      {
        limit: limit(ABOVE_AVERAGE_LIMIT_MAX, 50),
        currency: Type.Optional(Currency),
        after: Type.Optional(Type.String({ maxLength: 1_000 })),
      },
      closed,
    ),
    response: Type.Object({
      currency: Currency,
      currencies: Type.Array(Currency),
      average: Nullable(Amount),
      items: Type.Array(OrderRow),
      next_cursor: Nullable(Type.String()),
    }),
  },
} as const satisfies RouteTable
