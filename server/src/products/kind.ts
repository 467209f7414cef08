import { type KindParts, WORKSPACE_CURRENCY } from '../records/kind.ts'
import { productSource } from './queries.ts'
import { ProductCreate } from './schema.ts'

export const productKind: KindParts = {
  source: productSource,
  title: 't.product_name',
  detail: 't.sku',
  words: 'trash_words(t.workspace_id, t.product_name, t.sku, NULL)',
  imported: {
    fields: ProductCreate.properties,
    fallbacks: {
      active: 'true',
      currency: WORKSPACE_CURRENCY,
      unit: 'piece',
      quantity_digits: '0',
      tax_rate: '0',
    },
  },
}
