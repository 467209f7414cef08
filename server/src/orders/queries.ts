import { sql } from 'kysely'
import { customerName } from '../customers/name.ts'
import type { Db } from '../db/database.ts'
import { listSource, rowsOf } from '../lists/list-source.ts'
import { readRecord } from '../records/records.ts'
import type { Scope } from '../scope.ts'
import { named, visible } from '../visible.ts'
import { sameLines } from './same-lines.ts'
import { type Order, type OrderItem, orderList } from './schema.ts'
import { orderAmounts } from './totals.ts'

export const orderSource = listSource(orderList, {
  ...rowsOf('order'),
  fields: {
    id: 't.id',
    order_number: 't.order_number',
    customer_id: 't.customer_id',
    customer_name: customerName('cu'),
    customer_in_trash: 'cu.deleted_at IS NOT NULL',
    company_id: 't.company_id',
    company_name: 'co.name',
    company_in_trash: 'co.deleted_at IS NOT NULL',
    sales_rep_id: 't.sales_rep_id',
    sales_rep_name: `btrim(r.first_name || ' ' || r.last_name)`,
    sales_rep_in_trash: 'r.deleted_at IS NOT NULL',
    order_date: 't.order_date',
    status: 't.status',
    currency: 't.currency',
    net_amount: 't.net_amount',
    total_amount: 't.total_amount',
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: {
    discount: 't.discount',
    discount_amount: 't.discount_amount',
    shipping_amount: 't.shipping_amount',
    charges_amount: 't.charges_amount',
    tax_amount: 't.tax_amount',
    notes: 't.notes',
  },
  joins: `LEFT JOIN customers cu ON ${named('cu', 't.customer_id')}
    LEFT JOIN companies co ON ${named('co', 't.company_id')}
    LEFT JOIN sales_representatives r ON ${named('r', 't.sales_rep_id')}`,
  references: { customer_id: 'customers', company_id: 'companies', sales_rep_id: 'sales_representatives' },
  filters: {
    order_number: { column: 'order_number_key', type: 'text', normalize: 'text', sortedAs: 'order_number' },
    status: { column: 'status', type: 'text', facet: true, orderedBy: 'order_date' },
    customer_id: { column: 'customer_id', type: 'bigint', facet: true, orderedBy: 'order_date' },
    company_id: { column: 'company_id', type: 'bigint', facet: true, orderedBy: 'order_date' },
    sales_rep_id: { column: 'sales_rep_id', type: 'bigint', facet: true, orderedBy: 'order_date' },
    order_date: { column: 'order_date', type: 'date' },
    total_amount: { column: 'total_amount', type: 'numeric' },
    created_at: { column: 'created_at', type: 'timestamptz' },
  },
  compared: {
    discount: { type: 'numeric' },
    discount_amount: { type: 'numeric' },
    shipping_amount: { type: 'numeric' },
    charges_amount: { type: 'numeric' },
    items: { type: 'lines', same: sameLines },
  },
  sorts: {
    order_date: { column: 'order_date', type: 'date' },
    created_at: { column: 'created_at', type: 'timestamptz' },
    total_amount: { column: 'total_amount', type: 'numeric' },
    order_number: { column: 'order_number_natural', type: 'text' },
  },
  defaultSort: '-order_date',
})

type StoredOrder = Omit<Order, 'items' | 'lines_amount' | 'discounts_amount' | 'taxes'>

/** One order with its items and how its total comes about, in the trash or not. */
export async function readOrder(db: Db, scope: Scope, id: number): Promise<Order> {
  const order = await readRecord<StoredOrder>(db, orderSource, scope, id)
  const items: OrderItem[] = await db
    .selectFrom('order_items as i')
    .innerJoin('products as p', (join) => join.on(sql<boolean>`${sql.raw(named('p', 'i.product_id'))}`))
    .where(visible(scope, 'order_items', 'i'))
    .where('i.order_id', '=', id)
    .orderBy('i.position')
    .select([
      'i.id',
      'i.position',
      'i.product_id',
      'p.product_name',
      sql<boolean>`p.deleted_at IS NOT NULL`.as('product_in_trash'),
      'p.sku',
      'p.unit',
      'p.quantity_digits',
      'i.quantity',
      'i.unit_price',
      'i.discount',
      'i.tax_rate',
      'i.line_total',
    ])
    .execute()
  const { lines_amount, discounts_amount, taxes } = orderAmounts(items, order, order.currency)
  return { ...order, lines_amount, discounts_amount, taxes, items }
}
