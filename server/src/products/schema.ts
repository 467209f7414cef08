import { type Static, Type } from 'typebox'
import { Currency, Id, Line, Nullable, Price, TaxRate, Text, Timestamp, Version } from '../http/fields.ts'
import { listQuery } from '../lists/schema.ts'
import { type RecordDeclaration, recordRoutes } from '../records/record-routes.ts'
import { recordKinds } from '../vocabulary.ts'

const writable = {
  product_name: Line(200, 1),
  sku: Nullable(Line(64, 1)),
  category: Nullable(Line(100)),
  description: Nullable(Text(10_000)),
  unit_price: Price,
  currency: Currency,
  unit: Line(20, 1),
  quantity_digits: Type.Integer({
    minimum: 0,
    maximum: 3,
    description: 'Decimals that a quantity of it may have: 0 for pieces, 2 for hours.',
  }),
  tax_rate: TaxRate,
  active: Type.Boolean({ description: 'Whether it is still sold. Orders keep what they sold.' }),
}

export const Product = Type.Object({
  id: Id,
  ...writable,
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
  deleted_at: Nullable(Timestamp),
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
})
export type Product = Static<typeof Product>
export const ProductRow = Type.Omit(Product, ['description', 'deleted_at', 'deleted_by'])
export type ProductRow = Static<typeof ProductRow>

const optional = Type.Partial(Type.Object(writable)).properties
export const ProductCreate = Type.Object(
  { ...optional, product_name: writable.product_name, unit_price: writable.unit_price },
  { additionalProperties: false },
)
export type ProductCreate = Static<typeof ProductCreate>
export const ProductPatch = Type.Object(
  { version: Version, ...optional },
  { additionalProperties: false, minProperties: 2 },
)
export type ProductPatch = Static<typeof ProductPatch>

export const productList = {
  filters: {
    product_name: { kind: 'name' },
    sku: { kind: 'text' },
    category: { kind: 'choice' },
    unit_price: { kind: 'number' },
    active: { kind: 'boolean' },
    created_at: { kind: 'time' },
  },
  sorts: ['created_at', 'product_name', 'unit_price'],
  selectable: Object.keys(ProductRow.properties),
  row: ProductRow,
} as const
export const ProductQuery = listQuery(productList)

/** Routes of the list, of single records and of several. */
export const productRecords = {
  path: recordKinds.product.path,
  tag: 'Products',
  one: 'a product',
  many: 'products',
  reads: ['products', 'workspace'],
  writes: ['products'],
  writtenWith: recordKinds.product.writtenWith,
  query: ProductQuery,
  row: ProductRow,
  record: Product,
  create: ProductCreate,
  patch: ProductPatch,
  descriptions: {
    patch: 'A new price holds for new order items; those of existing orders keep theirs.',
  },
} as const satisfies RecordDeclaration
export const productRoutes = recordRoutes(productRecords)
