import type { Response } from '../../../server/src/api.ts'
import { call } from '../call.ts'
import type { RecordField } from '../fields/field.ts'
import { recordSearch } from '../fields/record-options.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { type RecordSource, sourceOf } from '../rows/record-source.ts'
import { refreshLists } from '../rows/stores.ts'
import { currencyOptions, orderStatusOptions } from '../vocabulary.ts'

export type Order = Response<'GET /api/orders/:id'>

export const orderSource: RecordSource<Order> = {
  ...sourceOf('order'),
  nameOf: (row) => row.order_number,
  isNamed: false,
  read: (id, signal) => call('GET /api/orders/:id', { params: { id }, signal }),
  // The change names fields of an order: it is made from `orderFields`.
  patch: (id, change) => call('PATCH /api/orders/:id', { params: { id }, body: change }),
}

export const orderFields = {
  status: { name: 'status', label: 'Status', kind: 'choice', options: orderStatusOptions },
  order_date: { name: 'order_date', label: 'Date', kind: 'day' },
  customer_id: {
    name: 'customer_id',
    label: 'Customer',
    kind: 'record',
    nameField: 'customer_name',
    trashField: 'customer_in_trash',
    options: recordSearch.customer,
    path: paths.customer,
    nullable: true,
  },
  company_id: {
    name: 'company_id',
    label: 'Company',
    kind: 'record',
    nameField: 'company_name',
    trashField: 'company_in_trash',
    options: recordSearch.company,
    path: paths.company,
    nullable: true,
  },
  sales_rep_id: {
    name: 'sales_rep_id',
    label: 'Representative',
    kind: 'record',
    nameField: 'sales_rep_name',
    trashField: 'sales_rep_in_trash',
    options: recordSearch.sales_representative,
    path: paths.representative,
    nullable: true,
  },
  order_number: { name: 'order_number', label: 'Number', kind: 'text' },
  // Its prices change with it: in the dialog of the lines.
  currency: { name: 'currency', label: 'Currency', kind: 'choice', options: currencyOptions, readOnly: true },
  total_amount: {
    name: 'total_amount',
    label: 'Total',
    kind: 'money',
    currencyField: 'currency',
    readOnly: true,
  },
  notes: { name: 'notes', label: 'Notes', kind: 'long_text', nullable: true },
  created_at: { name: 'created_at', label: 'Created', kind: 'moment', readOnly: true },
  updated_at: { name: 'updated_at', label: 'Changed', kind: 'moment', readOnly: true },
} as const satisfies Record<string, RecordField<Order>>

/** After an order has come or its amounts have changed: lists, and the pages of those whose order it is, ask anew. */
export function refreshOrders(): void {
  refreshLists(orderSource.object)
  for (const key of ['orders-of', 'timeline']) void queryClient.invalidateQueries({ queryKey: [key] })
}
