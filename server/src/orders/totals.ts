import Big from 'big.js'
import { type Currency, currencyDigits } from '../vocabulary.ts'

export interface Line {
  quantity: number
  /** Exact decimals in strings. */
  unit_price: string
  discount: string
}

/**
 * quantity × unit price × (1 − discount), rounded half away from zero to the minor unit of the currency. The same
 * rule as line_total() in SQL, for totals that show while an order is typed.
 */
export function lineTotal({ quantity, unit_price, discount }: Line, currency: Currency): string {
  const digits = currencyDigits[currency]
  return Big(unit_price)
    .times(quantity)
    .times(Big(1).minus(discount))
    .round(digits, Big.roundHalfUp)
    .toFixed(digits)
}

/** The sum of the rounded lines: what the customer can add up by hand. */
export function orderTotal(lines: Line[], currency: Currency): string {
  return lines
    .reduce((sum, line) => sum.plus(lineTotal(line, currency)), Big(0))
    .toFixed(currencyDigits[currency])
}
