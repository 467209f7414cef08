import { type Static, Type } from 'typebox'
import {
  CalendarDate,
  Currency,
  Discount,
  Id,
  Line,
  Money,
  Nullable,
  Price,
  Text,
  Timestamp,
  Version,
} from '../http/fields.ts'
import { listPage, listQuery } from '../http/list.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { orderStatuses } from '../vocabulary.ts'

export const ORDER_ITEMS_MAX = 200

const OrderStatus = Type.Enum(orderStatuses)

const writable = {
  order_number: Line(40, 1),
  customer_id: Nullable(Id),
  company_id: Nullable(Id),
  sales_rep_id: Nullable(Id),
  order_date: CalendarDate,
  status: OrderStatus,
  currency: Currency,
  notes: Nullable(Text(10_000)),
}

export const OrderItem = Type.Object({
  id: Id,
  position: Type.Integer({ minimum: 1, description: 'Place in the order, from 1.' }),
  product_id: Id,
  product_name: Type.String(),
  sku: Nullable(Type.String()),
  quantity: Type.Integer(),
  unit_price: Money,
  discount: Discount,
  line_total: Money,
})
export type OrderItem = Static<typeof OrderItem>

/** A line as it is sent: without a unit_price the product's current price holds. */
export const OrderItemInput = Type.Object(
  {
    product_id: Id,
    quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    unit_price: Type.Optional(Price),
    discount: Type.Optional(Discount),
  },
  { additionalProperties: false },
)
export type OrderItemInput = Static<typeof OrderItemInput>
const Items = Type.Array(OrderItemInput, { minItems: 1, maxItems: ORDER_ITEMS_MAX })

export const OrderRow = Type.Object({
  id: Id,
  order_number: Type.String(),
  customer_id: Nullable(Id),
  customer_name: Nullable(Type.String()),
  company_id: Nullable(Id),
  company_name: Nullable(Type.String()),
  sales_rep_id: Nullable(Id),
  sales_rep_name: Nullable(Type.String()),
  order_date: CalendarDate,
  status: OrderStatus,
  currency: Currency,
  total_amount: Money,
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
})
export type OrderRow = Static<typeof OrderRow>
export const Order = Type.Object({
  ...OrderRow.properties,
  notes: Nullable(Type.String()),
  deleted_at: Nullable(Timestamp),
  items: Type.Array(OrderItem),
})
export type Order = Static<typeof Order>

const optional = Type.Partial(Type.Object(writable)).properties
export const OrderCreate = Type.Object({ ...optional, items: Items }, { additionalProperties: false })
export type OrderCreate = Static<typeof OrderCreate>
export const OrderPatch = Type.Object(
  { version: Version, ...optional, items: Type.Optional(Items) },
  { additionalProperties: false, minProperties: 2 },
)
export type OrderPatch = Static<typeof OrderPatch>

export const orderList = {
  filters: {
    order_number: { kind: 'text' },
    status: { kind: 'choice', values: orderStatuses },
    customer_id: { kind: 'reference' },
    company_id: { kind: 'reference' },
    sales_rep_id: { kind: 'reference' },
    order_date: { kind: 'date' },
    total_amount: { kind: 'number' },
    created_at: { kind: 'time' },
  },
  sorts: ['order_date', 'created_at', 'total_amount', 'order_number'],
  selectable: Object.keys(OrderRow.properties),
} as const
export const OrderQuery = listQuery(orderList)

const tag = 'Orders'
const reads = ['orders', 'customers', 'companies', 'sales_representatives', 'products', 'workspace'] as const
const writes = ['orders'] as const
export const orderRoutes = {
  'GET /api/orders': {
    summary: 'List orders',
    tag,
    access: 'records:read',
    reads,
    query: OrderQuery,
    response: listPage(OrderRow),
  },
  'GET /api/orders/:id': {
    summary: 'Read an order with its items',
    tag,
    access: 'records:read',
    reads,
    params: IdParams,
    response: Order,
  },
  'POST /api/orders': {
    summary: 'Create an order with its items',
    description:
      'Line totals and the total are computed: quantity × unit price × (1 − discount), rounded half away from zero to the minor unit of the currency, line by line. order_number, order_date, status, currency, company and representative have defaults.',
    tag,
    access: 'records:write',
    writes,
    body: OrderCreate,
    idempotent: true,
    status: 201,
    response: Order,
  },
  'PATCH /api/orders/:id': {
    summary: 'Change an order',
    description: 'If `items` is sent it replaces all lines of the order.',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    body: OrderPatch,
    response: Order,
  },
  'DELETE /api/orders/:id': {
    summary: 'Move an order to the trash',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    status: 204,
  },
  'POST /api/orders/:id/restore': {
    summary: 'Take an order out of the trash',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    response: Order,
  },
} as const satisfies RouteTable
