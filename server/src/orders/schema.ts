import { type Static, Type } from 'typebox'
import {
  Amount,
  CalendarDate,
  Charge,
  Currency,
  Discount,
  Id,
  InTrash,
  Line,
  Nullable,
  Price,
  Quantity,
  TaxRate,
  Text,
  Timestamp,
  Version,
} from '../http/fields.ts'
import { listQuery } from '../lists/schema.ts'
import { type RecordDeclaration, recordRoutes } from '../records/record-routes.ts'
import { orderStatuses, recordKinds } from '../vocabulary.ts'

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
  discount: Type.String({
    ...Discount,
    description: 'Part of the sum of the lines taken off, from "0" to "1".',
  }),
  discount_amount: Charge,
  shipping_amount: Charge,
  charges_amount: Charge,
  notes: Nullable(Text(10_000)),
}

export const OrderItem = Type.Object({
  id: Id,
  position: Type.Integer({ minimum: 1, description: 'Place in the order, from 1.' }),
  product_id: Id,
  product_name: Type.String(),
  product_in_trash: InTrash,
  sku: Nullable(Type.String()),
  unit: Type.String({ description: 'What the quantity counts.' }),
  quantity_digits: Type.Integer({ description: 'Decimals that a quantity of the product may have.' }),
  quantity: Quantity,
  unit_price: Price,
  discount: Discount,
  tax_rate: TaxRate,
  line_total: Amount,
})
export type OrderItem = Static<typeof OrderItem>

/** A line as it is sent: without a unit_price or tax_rate the product's present one holds. */
export const OrderItemInput = Type.Object(
  {
    product_id: Id,
    quantity: Type.Union([Quantity, Type.Number({ minimum: -1_000_000, maximum: 1_000_000 })]),
    unit_price: Type.Optional(Price),
    discount: Type.Optional(Discount),
    tax_rate: Type.Optional(TaxRate),
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
  customer_in_trash: InTrash,
  company_id: Nullable(Id),
  company_name: Nullable(Type.String()),
  company_in_trash: InTrash,
  sales_rep_id: Nullable(Id),
  sales_rep_name: Nullable(Type.String()),
  sales_rep_in_trash: InTrash,
  order_date: CalendarDate,
  status: OrderStatus,
  currency: Currency,
  net_amount: Type.String({ ...Amount, description: 'Without tax: what reports call revenue.' }),
  total_amount: Amount,
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
})
export type OrderRow = Static<typeof OrderRow>
const OrderTax = Type.Object({ tax_rate: TaxRate, basis: Amount, tax: Amount })
export const Order = Type.Object({
  ...OrderRow.properties,
  discount: Discount,
  discount_amount: Amount,
  shipping_amount: Amount,
  charges_amount: Amount,
  lines_amount: Type.String({ ...Amount, description: 'The sum of the line totals.' }),
  discounts_amount: Type.String({ ...Amount, description: 'What both discounts of the order take off.' }),
  taxes: Type.Array(OrderTax, { description: 'Basis and tax of each rate.' }),
  tax_amount: Amount,
  notes: Nullable(Type.String()),
  deleted_at: Nullable(Timestamp),
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
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
  row: OrderRow,
} as const
export const OrderQuery = listQuery(orderList)

/** Routes of the list, of single records and of several. */
export const orderRecords = {
  path: recordKinds.order.path,
  tag: 'Orders',
  one: 'an order',
  many: 'orders',
  reads: ['orders', 'customers', 'companies', 'sales_representatives', 'products', 'workspace'],
  writes: ['orders'],
  writtenWith: recordKinds.order.writtenWith,
  query: OrderQuery,
  row: OrderRow,
  record: Order,
  create: OrderCreate,
  patch: OrderPatch,
  summaries: { read: 'Read an order with its items', create: 'Create an order with its items' },
  descriptions: {
    create: `Amounts are computed, each rounded half away from zero to the minor unit of the currency. A line: quantity × unit price × (1 − discount); a return has a negative quantity. The order: the sum of the lines, less its discounts (a share of that sum and an amount), plus shipping and charges. Both are shared over the tax rates of the lines in proportion to their amounts, and the tax of each rate is rounded once. An order below zero is a credit note; its discount, shipping and charges are negative too. Where the lines add up to more than zero, shipping is not negative. order_number, order_date, status, currency, company and representative have defaults. A product in the trash, or one that is no longer sold, is refused.`,
    patch:
      'If `items` is sent it replaces all lines of the order; products that are on it may stay, whatever became of them. Another currency needs items, with prices in it.',
  },
} as const satisfies RecordDeclaration
export const orderRoutes = recordRoutes(orderRecords)
