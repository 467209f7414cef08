import { firstAbove } from './random.ts'

const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600
const OPEN_HOUR = 7
const CLOSE_HOUR = 19
/** Customers come this long before the first order, so that the first orders have somebody to come from. */
export const LEAD_DAYS = 30
const YEARS = 3

/** Time in the demo: whole seconds since midnight UTC of its first day, three years and a month before `now`. */
export interface Calendar {
  /** Number of days; the last one is the day of `now`. */
  days: number
  /** Seconds from the beginning to `now`: nothing happens later. */
  now: number
  /** "2026-03-09", by day. */
  dates: readonly string[]
  /** 0 for Sunday, by day. */
  weekdays: Uint8Array
  /** 0 for January, by day. */
  months: Uint8Array
}

export function calendarUntil(now: Date): Calendar {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const start = Date.UTC(now.getUTCFullYear() - YEARS, now.getUTCMonth(), now.getUTCDate() - LEAD_DAYS)
  const days = Math.round((today - start) / 1000 / DAY_SECONDS) + 1
  const all = Array.from({ length: days }, (_, day) => new Date(start + day * DAY_SECONDS * 1000))
  return {
    days,
    now: Math.floor((now.getTime() - start) / 1000),
    dates: all.map((date) => date.toISOString().slice(0, 10)),
    weekdays: Uint8Array.from(all, (date) => date.getUTCDay()),
    months: Uint8Array.from(all, (date) => date.getUTCMonth()),
  }
}

export function dayOf(moment: number): number {
  return Math.floor(moment / DAY_SECONDS)
}

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))

/** A moment as PostgreSQL reads it. */
export function timestampText(calendar: Calendar, moment: number): string {
  const day = dayOf(moment)
  const second = moment - day * DAY_SECONDS
  const hour = twoDigits[Math.floor(second / HOUR_SECONDS)]
  return `${calendar.dates[day]} ${hour}:${twoDigits[Math.floor(second / 60) % 60]}:${twoDigits[second % 60]}+00`
}

/** The moment of the n-th of many events in a row: `quantile` runs from 0 to 1, the moments never step back. */
export type Spread = (quantile: number) => number

/** Distributes events over the days in proportion to their weights, and within a day over the working hours. */
export function spread(calendar: Calendar, weight: (day: number) => number): Spread {
  let sum = 0
  const sums = Float64Array.from({ length: calendar.days }, (_, day) => {
    sum += weight(day)
    return sum
  })
  return (quantile) => {
    const target = quantile * sum
    const day = firstAbove(sums, target)
    const before = day === 0 ? 0 : (sums[day - 1] as number) // Inside: day is an index of sums.
    return (
      day * DAY_SECONDS + secondOfDay(calendar, day, (target - before) / ((sums[day] as number) - before)) // There is a sum for every day.
    )
  }
}

/** Today ends now: if it is early, what happened today happened in the hours before. */
function secondOfDay(calendar: Calendar, day: number, fraction: number): number {
  const elapsed = day === calendar.days - 1 ? calendar.now - day * DAY_SECONDS : DAY_SECONDS
  const close = Math.min(CLOSE_HOUR * HOUR_SECONDS, elapsed)
  const open = Math.min(OPEN_HOUR * HOUR_SECONDS, close * 0.6)
  return Math.floor(open + fraction * (close - open))
}

const ORDER_SEASON = [0.85, 0.92, 1.05, 1, 0.98, 1.02, 0.86, 0.74, 1.06, 1.1, 1.25, 1.18]
const IMPORT_WEIGHT = 6

/** New customers: at first those of the system before, then ever more. */
export function customerSpread(calendar: Calendar): Spread {
  return spread(
    calendar,
    (day) => (day < LEAD_DAYS ? IMPORT_WEIGHT : growth(calendar, day, 0.7)) * week(calendar, day, 0.2),
  )
}

/** Orders double in three years; winter is strong, August weak, and few come on a weekend. */
export function orderSpread(calendar: Calendar): Spread {
  return spread(calendar, (day) => {
    const season = ORDER_SEASON[calendar.months[day] as number] as number // Twelve months, twelve weights.
    return day < LEAD_DAYS ? 0 : growth(calendar, day, 0.65) * season * week(calendar, day, 0.12)
  })
}

export function interactionSpread(calendar: Calendar): Spread {
  return spread(calendar, (day) =>
    day < LEAD_DAYS ? 0 : growth(calendar, day, 0.75) * week(calendar, day, 0.04),
  )
}

/** From `first` on the first day to 2 − `first` on the last. */
function growth(calendar: Calendar, day: number, first: number): number {
  return first + (2 - 2 * first) * (day / calendar.days)
}

function week(calendar: Calendar, day: number, weekend: number): number {
  const weekday = calendar.weekdays[day]
  return weekday === 0 || weekday === 6 ? weekend : 1
}
