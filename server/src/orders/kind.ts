import { concerns } from '../customers/name.ts'
import { type KindParts, WORKSPACE_CURRENCY } from '../records/kind.ts'
import { orderSource } from './queries.ts'
import { OrderCreate } from './schema.ts'

// The lines of an order are an object of their own to an import.
const { items: _lines, ...fields } = OrderCreate.properties

export const orderKind: KindParts = {
  source: orderSource,
  title: 't.order_number',
  detail: concerns,
  words: 'trash_words(t.workspace_id, NULL, t.order_number, NULL)',
  imported: {
    fields,
    fallbacks: {
      status: 'draft',
      currency: WORKSPACE_CURRENCY,
      discount: '0',
      discount_amount: '0',
      shipping_amount: '0',
      charges_amount: '0',
    },
  },
}
