import { type Currency, currencyDigits } from '../vocabulary.ts'

/** Exact decimals in strings, here and in everything that follows. */
export interface Line {
  quantity: string
  unit_price: string
  discount: string
  tax_rate: string
}

/** What holds for the order as a whole. */
export interface OrderTerms {
  /** A share of the sum of the lines. */
  discount: string
  discount_amount: string
  shipping_amount: string
  charges_amount: string
}

export const NO_TERMS: OrderTerms = {
  discount: '0',
  discount_amount: '0',
  shipping_amount: '0',
  charges_amount: '0',
}

/** The part of an order that one rate applies to, and its tax. */
export interface OrderTax {
  tax_rate: string
  basis: string
  tax: string
}

export interface OrderAmounts {
  lines_amount: string
  /** What both discounts of the order take off. */
  discounts_amount: string
  /** Without tax. */
  net_amount: string
  /** By ascending rate. */
  taxes: OrderTax[]
  tax_amount: string
  total_amount: string
}

const QUANTITY_PLACES = 3
const PRICE_PLACES = 4
const SHARE_PLACES = 4
const SHARE_ONE = 10n ** BigInt(SHARE_PLACES)

/**
 * quantity × unit price × (1 − discount), rounded half away from zero to the minor unit of the currency. The same
 * rule as line_total() in SQL, for totals that show while an order is typed.
 */
export function lineTotal(line: Line, currency: Currency): string {
  const digits = currencyDigits[currency]
  return written(lineUnits(line, digits), digits)
}

/** The same rules as order_amounts() and order_taxes() in SQL, which say why. */
export function orderAmounts(lines: Line[], terms: OrderTerms, currency: Currency): OrderAmounts {
  const digits = currencyDigits[currency]
  const text = (units: bigint) => written(units, digits)
  const perRate = linesByRate(lines, digits)
  const sum = total([...perRate.values()])
  const share = scaled(terms.discount, SHARE_PLACES)
  const amountOff = units(terms.discount_amount, digits)
  const discounts = divided(sum * share, SHARE_ONE) + amountOff
  const charges = units(terms.shipping_amount, digits) + units(terms.charges_amount, digits)
  const adjustment = charges - discounts
  const taxes = taxesOf(perRate, share, charges - amountOff)
  const tax = total(taxes.map((each) => each.tax))
  return {
    lines_amount: text(sum),
    discounts_amount: text(discounts),
    net_amount: text(sum + adjustment),
    taxes: taxes.map(({ rate, basis, tax }) => ({
      tax_rate: trimmed(written(rate, SHARE_PLACES)),
      basis: text(basis),
      tax: text(tax),
    })),
    tax_amount: text(tax),
    total_amount: text(sum + adjustment + tax),
  }
}

/** Why the shipping of an order cannot be as it is. Only with a credit note it is given back. */
export function shippingFault(linesAmount: string, shippingAmount: string): string | undefined {
  if (Number(linesAmount) <= 0 || Number(shippingAmount) >= 0) return undefined
  return 'Shipping is not below zero where the lines add up to more than zero; what is taken off is a discount.'
}

/** Sums of the lines of each rate, in minor units; rates in ten-thousandths, ascending. */
function linesByRate(lines: Line[], digits: number): Map<bigint, bigint> {
  const sums = new Map<bigint, bigint>()
  for (const line of lines) {
    const rate = scaled(line.tax_rate, SHARE_PLACES)
    sums.set(rate, (sums.get(rate) ?? 0n) + lineUnits(line, digits))
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Takes the share off the lines of each rate and spreads the amounts; the bases add up to the minor unit. */
function taxesOf(
  perRate: Map<bigint, bigint>,
  share: bigint,
  amounts: bigint,
): { rate: bigint; basis: bigint; tax: bigint }[] {
  const whole = total([...perRate.values()].map(magnitude))
  const highest = [...perRate.keys()].at(-1)
  let lines = 0n
  let reached = 0n
  let before = 0n
  return [...perRate].map(([rate, net]) => {
    lines += net
    reached += magnitude(net)
    const spread = whole > 0n ? divided(amounts * reached, whole) : rate === highest ? amounts : 0n
    const upToHere = spread - divided(lines * share, SHARE_ONE)
    const basis = net + upToHere - before
    before = upToHere
    return { rate, basis, tax: divided(basis * rate, SHARE_ONE) }
  })
}

function lineUnits({ quantity, unit_price, discount }: Line, digits: number): bigint {
  const exact =
    scaled(quantity, QUANTITY_PLACES) *
    scaled(unit_price, PRICE_PLACES) *
    (SHARE_ONE - scaled(discount, SHARE_PLACES))
  return divided(exact, 10n ** BigInt(QUANTITY_PLACES + PRICE_PLACES + SHARE_PLACES - digits))
}

/** An amount in minor units. */
function units(amount: string, digits: number): bigint {
  return divided(scaled(amount, PRICE_PLACES), 10n ** BigInt(PRICE_PLACES - digits))
}

/** "-1.5" with three places is -1500n. What has more places is refused: it would be cut. */
function scaled(decimal: string, places: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(decimal)
  const [, minus, whole = '', fraction = ''] = match ?? []
  if (!match || fraction.length > places)
    throw new RangeError(`${decimal} is no decimal of ${places} places.`)
  const magnitude = BigInt(whole + fraction.padEnd(places, '0'))
  return minus ? -magnitude : magnitude
}

/** The quotient rounded half away from zero; the divisor is positive. */
function divided(dividend: bigint, divisor: bigint): bigint {
  const rounded = (2n * magnitude(dividend) + divisor) / (2n * divisor)
  return dividend < 0n ? -rounded : rounded
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

function total(values: bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n)
}

function written(value: bigint, places: number): string {
  const text = String(magnitude(value)).padStart(places + 1, '0')
  const point = text.length - places
  const sign = value < 0n ? '-' : ''
  return places === 0 ? `${sign}${text}` : `${sign}${text.slice(0, point)}.${text.slice(point)}`
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, '')
}
