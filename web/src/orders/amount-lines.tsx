import type { OrderAmounts } from '../../../server/src/orders/totals.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { formatMoney } from '../format.ts'
import { writePercent } from '../percent.ts'

type Shown = Pick<OrderAmounts, 'lines_amount' | 'discounts_amount' | 'net_amount' | 'taxes'> & {
  /** Of an order that is saved; of one that is typed, both are known by what they add. */
  shipping_amount?: string
  charges_amount?: string
}

/** How a total comes about, as terms of a list of definitions; nothing where it is just the sum of the lines. */
export function AmountLines({ amounts, currency }: { amounts: Shown; currency: Currency }) {
  return partsOf(amounts, currency).map(([label, amount]) => (
    <div key={label} className="contents">
      <dt className="text-muted">{label}</dt>
      <dd>{formatMoney(amount, currency)}</dd>
    </div>
  ))
}

export function partsOf(amounts: Shown, currency: Currency): [label: string, amount: string][] {
  const { lines_amount, discounts_amount, net_amount, taxes } = amounts
  const taxed = taxes.filter(({ tax_rate }) => Number(tax_rate) > 0)
  const isPlain = Number(lines_amount) === Number(net_amount) && Number(discounts_amount) === 0
  if (isPlain && taxed.length === 0) return []
  const discounts = Number(discounts_amount)
  const parts: [label: string, amount: string][] = [['Lines', lines_amount]]
  if (discounts !== 0) parts.push(['Discount', negated(discounts_amount)])
  parts.push(...additions(amounts))
  if (!isPlain && taxed.length > 0) parts.push(['Net', net_amount])
  for (const { tax_rate, basis, tax } of taxed) {
    parts.push([`Tax ${writePercent(tax_rate)} % of ${formatMoney(basis, currency)}`, tax])
  }
  return parts
}

function additions(amounts: Shown): [label: string, amount: string][] {
  const { lines_amount, discounts_amount, net_amount, shipping_amount, charges_amount } = amounts
  const known: [string, string][] =
    shipping_amount !== undefined && charges_amount !== undefined
      ? [
          ['Shipping', shipping_amount],
          ['Other charges', charges_amount],
        ]
      : [['Shipping and charges', difference(net_amount, lines_amount, discounts_amount)]]
  return known.filter(([, amount]) => Number(amount) !== 0)
}

function negated(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`
}

/** net less lines plus discounts; all have the digits of their currency. */
function difference(net: string, lines: string, discounts: string): string {
  const digits = net.split('.')[1]?.length ?? 0
  const units = (amount: string) => BigInt(amount.replace('.', ''))
  const value = units(net) - units(lines) + units(discounts)
  const text = String(value < 0n ? -value : value).padStart(digits + 1, '0')
  const written = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return value < 0n ? `-${written}` : written
}
