import { type Currency, currencyDigits } from '../../vocabulary.ts'

export interface WorkspaceShape {
  name: string
  customers: number
  currency: Currency
  timeZone: string
  /** Where the other tables do not grow with the number of customers. */
  counts?: Omit<Counts, 'customers'>
}

/** Which workspaces to load. A shape is loaded once: its key, not its size, says whether it is there already. */
export interface DemoShape {
  key: string
  workspaces: readonly WorkspaceShape[]
}

/** Rows of a workspace by table. Items are counted when orders are drawn: about three an order. */
export interface Counts {
  representatives: number
  companies: number
  products: number
  customers: number
  orders: number
  interactions: number
}

const MILLION = 1_000_000
const CUSTOMERS_PER_COMPANY = 10
const ORDERS_PER_CUSTOMER = 3
const INTERACTIONS_PER_CUSTOMER = 5
const REPRESENTATIVES_MIN = 8
const REPRESENTATIVES_PER_MILLION = 200
const PRODUCTS_MIN = 50
const PRODUCTS_PER_MILLION = 5_000
/** Teams and catalogues grow more slowly than the number of customers. */
const GROWTH_EXPONENT = 0.7

/** One workspace to look around in. */
export function demoShape(customers: number): DemoShape {
  return {
    key: 'demo',
    workspaces: [{ name: 'Rapport demo', customers, currency: 'EUR', timeZone: 'Europe/Berlin' }],
  }
}

const SMALL_WORKSPACES = 50
const SIZE_EXPONENT = 0.9
const places: readonly (readonly [Currency, string])[] = [
  ['EUR', 'Europe/Berlin'],
  ['EUR', 'Europe/Paris'],
  ['EUR', 'Europe/Madrid'],
  ['USD', 'America/New_York'],
  ['EUR', 'Europe/Rome'],
  ['GBP', 'Europe/London'],
  ['EUR', 'Europe/Amsterdam'],
  ['EUR', 'Europe/Vienna'],
  ['JPY', 'Asia/Tokyo'],
  ['EUR', 'Europe/Helsinki'],
]

/** What the benchmarks run on: half of the customers in one workspace, the others in fifty of very unequal size. */
export function benchShape(customers: number): DemoShape {
  const half = Math.ceil(customers / 2)
  const weights = Array.from({ length: SMALL_WORKSPACES }, (_, rank) => 1 / (rank + 1) ** SIZE_EXPONENT)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const sizes = [
    half,
    ...weights.map((weight) => Math.max(1, Math.floor(((customers - half) * weight) / total))),
  ]
  const rest = customers - sizes.reduce((sum, size) => sum + size, 0)
  sizes[1] = Math.max(1, (sizes[1] as number) + rest) // What rounding left over; there are always 51 sizes.
  return workspacesOf('bench', sizes)
}

/** Workspaces of the given sizes, in this order. */
export function workspacesOf(key: string, sizes: readonly number[]): DemoShape {
  const workspaces = sizes.map((customers, index) => {
    const [currency, timeZone] = places[index % places.length] as (typeof places)[number] // Inside by the remainder.
    return { name: `${key} ${index + 1}`, customers, currency, timeZone }
  })
  return { key, workspaces }
}

export function countsOf({ customers, counts }: WorkspaceShape): Counts {
  if (counts) return { ...counts, customers }
  const grown = (customers / MILLION) ** GROWTH_EXPONENT
  return {
    representatives: Math.max(REPRESENTATIVES_MIN, Math.round(REPRESENTATIVES_PER_MILLION * grown)),
    products: Math.max(PRODUCTS_MIN, Math.round(PRODUCTS_PER_MILLION * grown)),
    companies: Math.max(1, Math.round(customers / CUSTOMERS_PER_COMPANY)),
    customers,
    orders: customers * ORDERS_PER_CUSTOMER,
    interactions: customers * INTERACTIONS_PER_CUSTOMER,
  }
}

/** An amount in minor units as PostgreSQL reads it: 1234 → "12.34" for two digits. */
export function amountText(minorUnits: number, currency: Currency): string {
  const digits = currencyDigits[currency]
  if (digits === 0) return String(minorUnits)
  const text = String(minorUnits).padStart(digits + 1, '0')
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`
}
