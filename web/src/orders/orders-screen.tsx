import type { orderList } from '../../../server/src/orders/schema.ts'
import { formatCalendarDay, formatMoney } from '../format.ts'
import { type Column, columnOf, renderValue } from '../grid/column.tsx'
import type { FilterField } from '../lists/filters.ts'
import type { ListDefinition } from '../lists/list-definition.ts'
import { ListScreen } from '../lists/list-screen.tsx'
import { preloadList } from '../lists/use-list-store.ts'
import { paths } from '../paths.ts'
import { cellLink } from '../records/name-cell.tsx'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { trashWords } from '../ui/trash-mark.tsx'
import { orderStatusOptions } from '../vocabulary.ts'
import { orderFields as fields, type Order, orderSource } from './order.ts'

const columns: Column<Order>[] = [
  {
    key: 'order_number',
    title: 'Order',
    width: 150,
    fields: ['order_number'],
    sort: 'order_number',
    render: (row) => cellLink(orderSource.path(row.id), row.order_number),
  },
  columnOf(fields.order_date, { width: 130, sort: 'order_date' }),
  columnOf(fields.status, { width: 120 }),
  columnOf(fields.customer_id, { width: 190 }),
  columnOf(fields.company_id, { width: 210 }),
  columnOf(fields.sales_rep_id, { width: 160 }),
  columnOf(fields.total_amount, { width: 140, sort: 'total_amount' }),
  columnOf(fields.created_at, { width: 120, sort: 'created_at' }),
  columnOf(fields.currency, { hidden: true }),
  columnOf(fields.updated_at, { hidden: true }),
]

const filters: FilterField<keyof typeof orderList.filters>[] = [
  { name: 'status', label: 'Status', kind: 'choice', options: orderStatusOptions },
  { name: 'order_date', label: 'Date', kind: 'date' },
  { name: 'customer_id', label: 'Customer', kind: 'reference', record: 'customer' },
  { name: 'company_id', label: 'Company', kind: 'reference', record: 'company' },
  { name: 'sales_rep_id', label: 'Representative', kind: 'reference', record: 'sales_representative' },
  { name: 'total_amount', label: 'Total', kind: 'number' },
  { name: 'order_number', label: 'Number', kind: 'text' },
  { name: 'created_at', label: 'Created', kind: 'time' },
]

const definition: ListDefinition<Order> = {
  source: orderSource,
  title: 'Orders',
  columns,
  filters,
  defaultSort: '-order_date',
  route: 'GET /api/orders',
  secondLine: {
    fields: [
      ...(['customer_name', 'customer_in_trash', 'company_name', 'company_in_trash'] as const),
      ...(['total_amount', 'currency', 'status', 'order_date'] as const),
    ],
    text: (row) =>
      joined([
        formatCalendarDay(row.order_date),
        formatMoney(row.total_amount, row.currency),
        trashWords(row.customer_name, row.customer_in_trash) ??
          trashWords(row.company_name, row.company_in_trash),
      ]),
  },
  mark: (row) => renderValue(fields.status, row),
  create: { label: 'New order', open: (navigate) => navigate(paths.newOrder()) },
  emptySentence: 'No orders yet: create the first one, or import them from CSV files.',
}

export function preload({ search }: Address): void {
  preloadList(definition, search)
}

export default function OrdersScreen() {
  return <ListScreen definition={definition} />
}
