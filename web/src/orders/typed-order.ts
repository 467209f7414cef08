import type { OrderItemInput } from '../../../server/src/orders/schema.ts'
import {
  lineTotal,
  type OrderAmounts,
  type OrderTerms,
  orderAmounts,
} from '../../../server/src/orders/totals.ts'
import { decimalsOf } from '../../../server/src/values/number.ts'
import { type Currency, currencyDigits } from '../../../server/src/vocabulary.ts'
import { AMOUNT_TOO_LARGE, readNumber, readPrice, writeNumber } from '../numbers.ts'
import { readPercent, writePercent } from '../percent.ts'
import { currencyOptions, type Option } from '../vocabulary.ts'
import type { Order } from './order.ts'

/** A line as it is typed: numbers as the person writes them, shares in percent. Names are those of the API's errors. */
export interface TypedLine {
  product_id: Option | null
  quantity: string
  unit_price: string
  discount: string
  tax_rate: string
  /** What the quantity counts; empty while it is not known. */
  unit: string
  quantity_digits: number
  /** Whose price it is: typed by a person, the product's, or still to be asked of the product. */
  price: 'typed' | 'product' | 'asked'
  /** Why the price is empty. */
  price_note: string
  /** The price that was typed in another currency, until there is one in this. */
  price_was?: { currency: Currency; text: string }
}

/** What is typed for the order as a whole: a share in percent, and amounts. */
export interface TypedTerms {
  discount: string
  discount_amount: string
  shipping_amount: string
  charges_amount: string
}

/** Any form whose values have an order's lines and terms. */
export interface OrderForm extends TypedTerms {
  currency: Option | null
  items: TypedLine[]
}

const QUANTITY_DIGITS_MAX = 3
const QUANTITY_MAX = 1_000_000

export const EMPTY_LINE: TypedLine = {
  product_id: null,
  quantity: '1',
  unit_price: '',
  discount: '',
  tax_rate: '',
  unit: '',
  quantity_digits: QUANTITY_DIGITS_MAX,
  price: 'typed',
  price_note: '',
}

export const EMPTY_TERMS: TypedTerms = {
  discount: '',
  discount_amount: '',
  shipping_amount: '',
  charges_amount: '',
}

type Read = { value: string } | { refused: string }
type FullLine = Required<Omit<OrderItemInput, 'quantity'>> & { quantity: string }

export function readQuantity(line: TypedLine): Read {
  const read = readNumber(line.quantity, { digits: line.quantity_digits })
  if ('refused' in read) {
    const whole = line.quantity_digits === 0 && line.unit !== '' && !/number like/.test(read.refused)
    return whole ? { refused: `Sold by the ${line.unit}: a whole number.` } : read
  }
  if (Number(read.value) === 0) return { refused: 'Not zero; remove the line instead.' }
  return Math.abs(Number(read.value)) <= QUANTITY_MAX ? read : { refused: 'A million at most.' }
}

/** Reads the price of a line. */
export function readLinePrice(text: string, currency: Currency): Read {
  const read = readPrice(text, currency)
  const isReturn = 'refused' in read && /^-|^−/.test(text.trim())
  return isReturn ? { refused: `${read.refused} A return has a negative quantity.` } : read
}

/** An amount of the order; nothing is none, and below zero it is given back. */
export function readAmount(text: string, currency: Currency): Read {
  if (text.trim() === '') return { value: '0' }
  const read = readNumber(text, { currency, digits: currencyDigits[currency] })
  if ('refused' in read) return read
  return Math.abs(Number(read.value)) < AMOUNT_TOO_LARGE ? read : { refused: 'This amount is too large.' }
}

function readValue(read: Read): string | undefined {
  return 'value' in read ? read.value : undefined
}

/** The line as the API takes it; undefined while something in it is missing or wrong. */
export function inputOf(line: TypedLine, currency: Currency): FullLine | undefined {
  const quantity = readValue(readQuantity(line))
  const unit_price = readValue(readLinePrice(line.unit_price, currency))
  const discount = readValue(readPercent(line.discount))
  const tax_rate = readValue(readPercent(line.tax_rate))
  if (!line.product_id || !quantity || !unit_price || !discount || !tax_rate) return undefined
  return { product_id: Number(line.product_id.value), quantity, unit_price, discount, tax_rate }
}

/** The lines that can be sent, which are all once the form has been checked. */
export function inputsOf({ items }: Pick<OrderForm, 'items'>, currency: Currency): FullLine[] {
  return items.flatMap((line) => inputOf(line, currency) ?? [])
}

/** The terms as the API takes them; what is wrong counts as nothing meanwhile. */
export function termsOf(typed: TypedTerms, currency: Currency): OrderTerms {
  return {
    discount: readValue(readPercent(typed.discount)) ?? '0',
    discount_amount: readValue(readAmount(typed.discount_amount, currency)) ?? '0',
    shipping_amount: readValue(readAmount(typed.shipping_amount, currency)) ?? '0',
    charges_amount: readValue(readAmount(typed.charges_amount, currency)) ?? '0',
  }
}

/** Total of a line; undefined while it is incomplete. */
export function totalOfLine(line: TypedLine, currency: Currency): string | undefined {
  const input = inputOf(line, currency)
  return input && lineTotal(input, currency)
}

/** The amounts of what is complete. */
export function amountsOf(form: OrderForm, currency: Currency): OrderAmounts {
  return orderAmounts(inputsOf(form, currency), termsOf(form, currency), currency)
}

/** An order as its form opens with it. */
export function typedOrder(order: Order): OrderForm {
  return {
    currency: currencyOptions.find(({ value }) => value === order.currency) ?? null,
    items: order.items.map(typedLine),
    discount: writePercent(order.discount),
    discount_amount: typedAmount(order.discount_amount),
    shipping_amount: typedAmount(order.shipping_amount),
    charges_amount: typedAmount(order.charges_amount),
  }
}

/** The product may be gone by now; the line keeps its name, and a quantity that its unit no longer allows. */
function typedLine(item: Order['items'][number]): TypedLine {
  return {
    product_id: { value: String(item.product_id), label: item.product_name, detail: item.sku ?? undefined },
    quantity: writeNumber(item.quantity),
    unit_price: writeNumber(item.unit_price),
    discount: writePercent(item.discount),
    tax_rate: writePercent(item.tax_rate),
    unit: item.unit,
    quantity_digits: Math.max(item.quantity_digits, decimalsOf(item.quantity)),
    price: 'typed',
    price_note: '',
  }
}

function typedAmount(amount: string): string {
  return Number(amount) === 0 ? '' : writeNumber(amount)
}
