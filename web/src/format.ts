import { type Currency, currencyDigits } from '../../server/src/vocabulary.ts'

let timeZone: string | undefined

/** Days and times are shown in the workspace's time zone, the same for everyone who works in it. */
export function setTimeZone(zone: string): void {
  timeZone = zone
  dayFormat = undefined
  momentFormat = undefined
}

let dayFormat: Intl.DateTimeFormat | undefined
let momentFormat: Intl.DateTimeFormat | undefined

/** A timestamp as a day, e.g. "4 Mar 2026". */
export function formatDay(timestamp: string): string {
  dayFormat ??= new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone })
  return dayFormat.format(new Date(timestamp))
}

/** A timestamp as day and time. */
export function formatMoment(timestamp: string): string {
  momentFormat ??= new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  return momentFormat.format(new Date(timestamp))
}

const calendarFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** A calendar day (YYYY-MM-DD), which belongs to no time zone. */
export function formatCalendarDay(day: string): string {
  return calendarFormat.format(new Date(`${day}T00:00:00Z`))
}

const countFormat = new Intl.NumberFormat()

export function formatCount(count: number): string {
  return countFormat.format(count)
}

const moneyFormats = new Map<string, Intl.NumberFormat>()

/** An exact decimal as money. Intl formats decimal strings as they are, so no digit is lost to a float. */
export function formatMoney(amount: string, currency: Currency): string {
  let format = moneyFormats.get(currency)
  if (!format) {
    format = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      minimumFractionDigits: currencyDigits[currency],
      // Prices may be finer than the minor unit.
      maximumFractionDigits: 4,
    })
    moneyFormats.set(currency, format)
  }
  // The types of Intl know only numbers in decimal form; every string that the API sends is one.
  return format.format(amount as `${number}`)
}

/** An exact decimal as a plain number, e.g. "1,234.5". */
export function formatDecimal(amount: string): string {
  return decimalFormat.format(amount as `${number}`) // Every amount of the API is a decimal.
}
const decimalFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 })

const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'narrow' })
const SECOND_MS = 1_000
const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** How long ago, e.g. "3 days ago"; within a minute "now". */
export function formatAgo(timestamp: string, now_ms = Date.now()): string {
  const seconds = (Date.parse(timestamp) - now_ms) / SECOND_MS
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relativeFormat.format(Math.trunc(seconds / size), unit)
  }
  return relativeFormat.format(0, 'second')
}
