import type { Response } from '../../../server/src/api.ts'
import { call } from '../call.ts'
import type { RecordField } from '../fields/field.ts'
import { type RecordSource, sourceOf } from '../rows/record-source.ts'
import { currencyOptions } from '../vocabulary.ts'

export type Product = Response<'GET /api/products/:id'>

export const productSource: RecordSource<Product> = {
  ...sourceOf('product'),
  nameOf: (row) => row.product_name,
  isNamed: true,
  read: (id, signal) => call('GET /api/products/:id', { params: { id }, signal }),
  // The change names fields of a product: it is made from `productFields`.
  patch: (id, change) => call('PATCH /api/products/:id', { params: { id }, body: change }),
}

export const productFields = {
  product_name: { name: 'product_name', label: 'Name', kind: 'text' },
  sku: { name: 'sku', label: 'SKU', kind: 'text', nullable: true },
  category: { name: 'category', label: 'Category', kind: 'text', nullable: true },
  unit_price: {
    name: 'unit_price',
    label: 'Unit price',
    kind: 'money',
    currencyField: 'currency',
  },
  currency: { name: 'currency', label: 'Currency', kind: 'choice', options: currencyOptions },
  unit: { name: 'unit', label: 'Sold by', kind: 'text' },
  quantity_digits: { name: 'quantity_digits', label: 'Decimals', kind: 'number', least: 0, most: 3 },
  tax_rate: { name: 'tax_rate', label: 'Tax', kind: 'percent' },
  active: { name: 'active', label: 'Active', kind: 'boolean' },
  description: { name: 'description', label: 'Description', kind: 'long_text', nullable: true },
  created_at: { name: 'created_at', label: 'Created', kind: 'moment', readOnly: true },
  updated_at: { name: 'updated_at', label: 'Changed', kind: 'moment', readOnly: true },
} as const satisfies Record<string, RecordField<Product>>
