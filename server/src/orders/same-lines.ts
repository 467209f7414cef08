import { sameDecimal } from '../changes/changes.ts'
import type { OrderItem, OrderItemInput } from './schema.ts'

/**
 * Whether the lines that are sent are those that an order has, number for number: then nobody has changed them. A line
 * without a price or tax rate asks for its product's of this moment, so it is never the one that is there.
 */
export function sameLines(before: unknown, after: unknown): boolean {
  const lines = before as OrderItem[] // As readOrder has them.
  const sent = after as OrderItemInput[] // As the schema of the request has them.
  return lines.length === sent.length && lines.every((line, place) => sameLine(line, sent[place]))
}

function sameLine(line: OrderItem, sent: OrderItemInput | undefined): boolean {
  if (sent?.product_id !== line.product_id) return false
  const { quantity, unit_price, discount = '0', tax_rate } = sent
  return (
    sameDecimal(line.quantity, String(quantity)) &&
    unit_price !== undefined &&
    sameDecimal(line.unit_price, unit_price) &&
    sameDecimal(line.discount, discount) &&
    tax_rate !== undefined &&
    sameDecimal(line.tax_rate, tax_rate)
  )
}
