import { sql } from 'kysely'
import { recordChanges } from '../changes/changes.ts'
import type { Tx } from '../db/database.ts'
import { listSource, rowsOf } from '../lists/list-source.ts'
import { readRecord } from '../records/records.ts'
import type { Scope } from '../scope.ts'
import { type Product, type ProductCreate, productList } from './schema.ts'

export const productSource = listSource(productList, {
  ...rowsOf('product'),
  fields: {
    id: 't.id',
    product_name: 't.product_name',
    sku: 't.sku',
    category: 't.category',
    unit_price: 't.unit_price',
    currency: 't.currency',
    unit: 't.unit',
    quantity_digits: 't.quantity_digits',
    tax_rate: 't.tax_rate',
    active: 't.active',
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: { description: 't.description' },
  joins: '',
  references: {},
  filters: {
    product_name: { column: 'product_name_sort', type: 'text', normalize: 'text', sortedAs: 'product_name' },
    sku: { column: 'sku_key', type: 'text', normalize: 'text' },
    category: { column: 'category_key', type: 'text', normalize: 'text', facet: true },
    unit_price: { column: 'unit_price', type: 'numeric' },
    active: { column: 'active', type: 'boolean', facet: true },
    created_at: { column: 'created_at', type: 'timestamptz' },
  },
  compared: { tax_rate: { type: 'numeric' } },
  sorts: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    product_name: { column: 'product_name_natural', type: 'text' },
    unit_price: { column: 'unit_price', type: 'numeric' },
  },
  defaultSort: '-created_at',
})

/** Inserts a product and records the change. Without a currency it is priced in the workspace's. */
export async function createProduct(tx: Tx, scope: Scope, input: ProductCreate): Promise<Product> {
  const { id, version } = await tx
    .insertInto('products')
    .values({
      ...input,
      workspace_id: scope.workspaceId,
      currency:
        input.currency ?? sql<string>`(SELECT currency FROM workspaces WHERE id = ${scope.workspaceId})`,
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await recordChanges(tx, scope, [{ object: 'product', entityId: id, action: 'created', version }])
  return readRecord(tx, productSource, scope, id)
}
