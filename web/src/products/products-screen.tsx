import type { productList } from '../../../server/src/products/schema.ts'
import { formatMoney } from '../format.ts'
import { type Column, columnOf } from '../grid/column.tsx'
import type { FilterField } from '../lists/filters.ts'
import type { ListDefinition } from '../lists/list-definition.ts'
import { ListScreen } from '../lists/list-screen.tsx'
import { preloadList } from '../lists/use-list-store.ts'
import { nameCell } from '../records/name-cell.tsx'
import type { Address } from '../screen-route.tsx'
import { joined } from '../ui/joined.ts'
import { createProduct } from './create.ts'
import { productFields as fields, type Product, productSource } from './product.ts'

const columns: Column<Product>[] = [
  {
    key: 'product_name',
    title: 'Product',
    width: 320,
    fields: ['product_name'],
    sort: 'product_name',
    render: (row) => nameCell(productSource, row),
  },
  columnOf(fields.sku, { width: 140 }),
  columnOf(fields.category, { width: 180 }),
  columnOf(fields.unit_price, { width: 130, sort: 'unit_price' }),
  columnOf(fields.active, { width: 100 }),
  columnOf(fields.created_at, { width: 120, sort: 'created_at' }),
  columnOf(fields.currency, { hidden: true }),
  columnOf(fields.updated_at, { hidden: true }),
]

const filters: FilterField<keyof typeof productList.filters>[] = [
  { name: 'product_name', label: 'Name', kind: 'name' },
  { name: 'sku', label: 'SKU', kind: 'text' },
  { name: 'category', label: 'Category', kind: 'choice' },
  { name: 'unit_price', label: 'Unit price', kind: 'number' },
  { name: 'active', label: 'Active', kind: 'boolean' },
  { name: 'created_at', label: 'Created', kind: 'time' },
]

const definition: ListDefinition<Product> = {
  source: productSource,
  title: 'Products',
  columns,
  filters,
  defaultSort: 'product_name',
  route: 'GET /api/products',
  secondLine: {
    fields: ['sku', 'unit_price', 'currency'],
    text: (row) => joined([row.sku, formatMoney(row.unit_price, row.currency)]),
  },
  create: { label: 'New product', open: createProduct },
  emptySentence: 'No products yet: create the first one to sell it in orders.',
}

export function preload({ search }: Address): void {
  preloadList(definition, search)
}

export default function ProductsScreen() {
  return <ListScreen definition={definition} />
}
