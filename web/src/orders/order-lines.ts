import Big from 'big.js'
import type { OrderItemInput } from '../../../server/src/orders/schema.ts'
import { lineTotal, NO_TERMS, orderAmounts } from '../../../server/src/orders/totals.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import type { Option } from '../vocabulary.ts'
import type { Order } from './order.ts'

/** A line as it is typed: texts, and the discount in percent. Its names are those of the API's errors. */
export interface TypedLine {
  product_id: Option | null
  quantity: string
  unit_price: string
  discount: string
}

export const EMPTY_LINE: TypedLine = { product_id: null, quantity: '1', unit_price: '', discount: '' }

const QUANTITY = /^[1-9]\d{0,6}$/
const PRICE = /^\d{1,14}(\.\d{1,4})?$/
const PERCENT = /^\d{1,3}(\.\d{1,2})?$/

export const lineRules = {
  quantity: (text: string) => QUANTITY.test(text.trim()) || 'A whole number from 1 on.',
  unit_price: (text: string) => PRICE.test(text.trim()) || 'A price such as 12.50.',
  discount: (text: string) => fractionOf(text) !== undefined || 'From 0 to 100 percent.',
}

/** "5" percent as the API's fraction "0.05"; undefined if it is none. */
export function fractionOf(percent: string): string | undefined {
  const text = percent.trim() || '0'
  if (!PERCENT.test(text)) return undefined
  const fraction = Big(text).div(100)
  return fraction.lte(1) ? fraction.toFixed() : undefined
}

export function percentOf(fraction: string): string {
  const percent = Big(fraction).times(100)
  return percent.eq(0) ? '' : percent.toFixed()
}

/** The line as the API takes it; undefined while something in it is missing or wrong. */
export function inputOf(
  line: TypedLine,
):
  | (OrderItemInput & { quantity: string; unit_price: string; discount: string; tax_rate: string })
  | undefined {
  const discount = fractionOf(line.discount)
  if (!line.product_id || discount === undefined) return undefined
  if (!QUANTITY.test(line.quantity.trim()) || !PRICE.test(line.unit_price.trim())) return undefined
  return {
    product_id: Number(line.product_id.value),
    quantity: line.quantity.trim(),
    unit_price: line.unit_price.trim(),
    discount,
    tax_rate: '0',
  }
}

/** Total of a line; undefined while it is incomplete. */
export function totalOfLine(line: TypedLine, currency: Currency): string | undefined {
  const input = inputOf(line)
  return input && lineTotal(input, currency)
}

/** The sum of the complete lines. */
export function totalOf(lines: TypedLine[], currency: Currency): string {
  const complete = lines.flatMap((line) => inputOf(line) ?? [])
  return orderAmounts(complete, NO_TERMS, currency).total_amount
}

export function typedLine(item: Order['items'][number]): TypedLine {
  return {
    product_id: { value: String(item.product_id), label: item.product_name, detail: item.sku ?? undefined },
    quantity: String(item.quantity),
    unit_price: item.unit_price,
    discount: percentOf(item.discount),
  }
}
