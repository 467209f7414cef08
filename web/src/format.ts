import { roundDecimal } from '../../server/src/values/number.ts'
import { type Currency, currencyDigits } from '../../server/src/vocabulary.ts'
import { writeNumber } from './numbers.ts'

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

export function formatCount(count: number): string {
  return writeNumber(String(count))
}

const moneyFormats = new Map<string, Intl.NumberFormat>()
const NUMERIC = new Set(['integer', 'group', 'decimal', 'fraction'])
/** Prices may be finer than the minor unit. */
const DIGITS_MAX = 4

/** An exact decimal as money: the sign where the browser's language has it, the number as the person types it. */
export function formatMoney(amount: string, currency: Currency): string {
  let format = moneyFormats.get(currency)
  if (!format) {
    format = new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: 0 })
    moneyFormats.set(currency, format)
  }
  const number = writeNumber(withDigits(amount, currencyDigits[currency]))
  const parts = format.formatToParts(0)
  const at = parts.findIndex(({ type }) => NUMERIC.has(type))
  const around = (from: number, to?: number) =>
    parts
      .slice(from, to)
      .filter(({ type }) => !NUMERIC.has(type))
      .map(({ value }) => value)
      .join('')
  const [before, after] = [around(0, at), around(at)]
  return number.startsWith('-') ? `-${before}${number.slice(1)}${after}` : `${before}${number}${after}`
}

/** With at least so many digits after the point; none is lost to a float. */
function withDigits(amount: string, least: number): string {
  const [whole = '', fraction = ''] = roundDecimal(amount, DIGITS_MAX).split('.')
  const digits = fraction.replace(/0+$/, '').padEnd(least, '0')
  return digits === '' ? whole : `${whole}.${digits}`
}

/** An exact decimal as a plain number, e.g. "1,234.5". */
export function formatDecimal(amount: string): string {
  return writeNumber(withDigits(amount, 0))
}

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
