import { badRequest, type FieldError } from '../errors.ts'
import { decimalsOf } from '../values/number.ts'
import { type Currency, currencyDigits } from '../vocabulary.ts'
import type { OrderCreate } from './schema.ts'
import { shippingFault } from './totals.ts'

/** What an order as a whole has in its currency, beside its lines. */
export const amountFields = ['discount_amount', 'shipping_amount', 'charges_amount'] as const
const names = { discount_amount: 'discount', shipping_amount: 'shipping', charges_amount: 'charges' } as const

type Sent = Pick<OrderCreate, (typeof amountFields)[number]>

/** Refuses amounts of an order that are finer than the minor unit of its currency. */
export function checkAmounts(sent: Sent, currency: string): void {
  const digits = currencyDigits[currency as Currency] // The database has checked it, or will.
  const errors = amountFields.flatMap((field): FieldError[] => {
    if (digits === undefined || decimalsOf(sent[field] ?? '') <= digits) return []
    const allowed = digits === 0 ? 'no decimals' : `at most ${digits} decimals`
    return [{ path: `/${field}`, message: `An amount in ${currency} has ${allowed}.` }]
  })
  if (errors.length) throw badRequest('Some amounts are finer than the currency. Nothing was saved.', errors)
}

interface Termed {
  lines_amount: string
  discounts_amount: string
  shipping_amount: string
}

/** Refuses terms that do not go with the lines of the order; `field` is where a fault of its discount is told. */
export function checkTerms(order: Termed, field: 'discount_amount' | 'items' = 'discount_amount'): void {
  checkDiscounts(order, field)
  const message = shippingFault(order.lines_amount, order.shipping_amount)
  if (message) throw badRequest(`${message} Nothing was saved.`, [{ path: '/shipping_amount', message }])
}

/** Refuses a discount that takes off more than there is; from a credit note it is given back, below zero like its lines. */
function checkDiscounts(order: Termed, field: 'discount_amount' | 'items'): void {
  const [lines, discounts] = [Number(order.lines_amount), Number(order.discounts_amount)]
  if (lines >= 0 ? discounts >= 0 && discounts <= lines : discounts <= 0 && discounts >= lines) return
  const message =
    lines < 0
      ? 'The discount of a credit note is below zero, and not larger than the sum of its lines.'
      : 'The discount is larger than the sum of the lines.'
  throw badRequest(`${message} Nothing was saved.`, [{ path: `/${field}`, message }])
}

interface CurrencyChange {
  from: string
  to: string
  hasItems: boolean
  current: Required<Sent>
  sent: Sent & { items?: unknown }
}

/** Refuses to take figures of one currency for figures of another: what has an amount must be sent with it. */
export function checkCurrencyChange({ from, to, hasItems, current, sent }: CurrencyChange): void {
  const errors: FieldError[] = []
  if (hasItems && sent.items === undefined) {
    errors.push({
      path: '/currency',
      message: `The prices are in ${from}. Send the items too, with their prices in ${to}.`,
    })
  }
  for (const field of amountFields) {
    if (sent[field] !== undefined || Number(current[field]) === 0) continue
    errors.push({ path: `/${field}`, message: `The ${names[field]} is in ${from}. Send it too, in ${to}.` })
  }
  if (errors.length)
    throw badRequest(`${errors.map(({ message }) => message).join(' ')} Nothing was saved.`, errors)
}
