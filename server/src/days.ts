/**
 * Days and moments, for server and web. A day is text, "2026-04-05"; a moment is text too, in UTC,
 * "2026-04-04T11:00:00.000Z"; a zone is an IANA name, and nearly always the workspace's. Whatever makes one of the other
 * does it here, so that no two places disagree about where a day begins. Temporal is part of the runtime; the web loads
 * a stand-in before the app where a browser lacks it (web/src/main.tsx).
 *
 * A time that a clock never shows, because it is put forward, is read as if it had not been (02:30 becomes 03:30); of a
 * time that it shows twice, the first is meant. That is what calendars do (RFC 5545), and PostgreSQL does otherwise; it
 * may also know other rules of the zones than this runtime, as governments change them. So none of this is done in SQL.
 */

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/
const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i
const TIMESTAMP = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]|\s+)(.+)$/
const TIME = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?(?:\s*([ap])\.?m\.?)?\s*(.*)$/i
/** "Z", "UTC", "+02", "+0200", "GMT+2", "-03:30", each also before the name of a zone in brackets, or that alone. */
const OFFSET =
  /^(?:Z|(?:UTC|GMT)?(?:([+\u2212-])(\d{1,2})(?:(?::|(?<=\d\d))([0-5]\d))?)|UTC|GMT)?\s*(?:\[([\w/+-]+)\])?$/i
/** No place is further from UTC, and PostgreSQL knows no more. */
const OFFSET_HOURS_MAX = 15

/** The years of what a business dates, whatever door it comes in by; another one is a slip, or a spreadsheet's zero. */
export const BUSINESS_YEAR_MIN = 1900
export const BUSINESS_YEAR_MAX = 2199

/** Whether a text is a day that a calendar has, as "2026-02-28". */
export function isDay(text: string): boolean {
  const [, year, month, day] = DAY.exec(text) ?? []
  return year !== undefined && calendarDay(Number(year), Number(month), Number(day)) === text
}

/** Whether a text is an exact moment as programs exchange them (RFC 3339), and not only a day or a time of the clock. */
export function isMoment(text: string): boolean {
  return MOMENT.test(text) && readMoment(text, 'UTC') !== undefined
}

/** Which day or time of a text, "2026-02-30" or "2026-02-28T24:30Z", no calendar and no clock has; undefined if none. */
export function timeFault(text: string): string | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:[T ](.+))?$/i.exec(text) ?? []
  if (day === undefined) return undefined
  if (!isDay(day)) return `names a day that does not exist, ${day}`
  const [, clock] = /^(\d\d:\d\d(?::\d\d)?)/.exec(time ?? '') ?? []
  if (clock === undefined || momentAt(day, clock, 'UTC') !== undefined) return undefined
  return `names a time of day that does not exist, ${clock}`
}

/** The day of these numbers, undefined if no calendar has it: the years are 1 to 9999. */
export function calendarDay(year: number, month: number, day: number): string | undefined {
  if (!(year >= 1 && year <= 9999)) return undefined
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}

/** The day on which a moment falls in a zone. */
export function dayOf(moment: string, zone: string): string {
  return Temporal.Instant.from(moment).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** The day that it is now in a zone. */
export function today(zone: string): string {
  return Temporal.Now.plainDateISO(zone).toString()
}

/**
 * The first moment of a day in a zone: midnight, or what comes instead where clocks are put forward over it. A day that
 * a zone left out, as Samoa did 2011-12-30, has no moments: it begins when the next one does.
 */
export function startOfDay(day: string, zone: string): string {
  return startOf(Temporal.PlainDate.from(day), zone)
}

/** The first moment that no longer belongs to a day. */
export function startOfNextDay(day: string, zone: string): string {
  return startOf(Temporal.PlainDate.from(day).add({ days: 1 }), zone)
}

function startOf(day: Temporal.PlainDate, zone: string): string {
  return day.toZonedDateTime(zone).toInstant().toString({ fractionalSecondDigits: 3 })
}

/** The first day of the month of a day. */
export function monthOf(day: string): string {
  return Temporal.PlainDate.from(day).with({ day: 1 }).toString()
}

/** The quarter of a day: its first day, and the first day after it. */
export function quarterOf(day: string): { from: string; to: string } {
  const date = Temporal.PlainDate.from(day)
  const from = date.with({ day: 1, month: date.month - ((date.month - 1) % 3) })
  return { from: from.toString(), to: from.add({ months: 3 }).toString() }
}

/**
 * The moment of a timestamp as programs write it: "2026-05-01 09:59:00 +0200", "2026-05-01T09:59Z". Without an offset
 * it is the time of the given zone. Undefined if it is not understood.
 */
export function readMoment(text: string, zone: string): string | undefined {
  const [, year, month, day, time] = TIMESTAMP.exec(text.trim()) ?? []
  if (time === undefined) return undefined
  const date = calendarDay(Number(year), Number(month), Number(day))
  return date && momentAt(date, time, zone)
}

/**
 * The moment of a day and a time of the clock, with its offset if it states one ("24:00", "9:59 PM", "09:59:00 +0200",
 * "09:59Z[Europe/Berlin]"), else in the given zone. Undefined if it is not understood. Parts of a second beyond the
 * microsecond are cut off: the database keeps no finer.
 */
export function momentAt(day: string, time: string, zone: string): string | undefined {
  const wall = readTime(time)
  const offset = wall && OFFSET.exec(wall.rest)
  if (!offset) return undefined
  const local = Temporal.PlainDate.from(day).toPlainDateTime().add(wall.time)
  try {
    return exactly(local, wall.rest, offset, zone)
      .round({ smallestUnit: 'microsecond', roundingMode: 'floor' })
      .toString()
  } catch {
    // A zone that nobody knows, or an offset that the zone beside it never had.
    return undefined
  }
}

function exactly(
  local: Temporal.PlainDateTime,
  rest: string,
  offset: RegExpExecArray,
  zone: string,
): Temporal.Instant {
  const [, sign, hours, minutes = '00', named] = offset
  if (rest === '' || rest.startsWith('[')) return local.toZonedDateTime(named ?? zone).toInstant()
  const given = hours === undefined ? 'Z' : `${sign === '+' ? '+' : '-'}${hours.padStart(2, '0')}:${minutes}`
  if (Number(hours) > OFFSET_HOURS_MAX) throw new RangeError('There is no such offset.')
  // With "Z" the zone beside it only says where; any other offset has to be one of that zone.
  return named
    ? Temporal.ZonedDateTime.from(`${local}${given}[${named}]`).toInstant()
    : Temporal.Instant.from(`${local}${given}`)
}

interface WallTime {
  /** From the beginning of the day, as clocks count. */
  time: Temporal.DurationLike
  /** What stands behind it. */
  rest: string
}

function readTime(text: string): WallTime | undefined {
  const [, hour = '', minute = '', second = '0', fraction = '', half, rest = ''] =
    TIME.exec(text.trim()) ?? []
  const hours = Number(hour)
  if (hour === '' || Number(minute) > 59 || Number(second) > 59) return undefined
  if (half && (hours < 1 || hours > 12)) return undefined
  const endOfDay =
    hours === 24 && !half && Number(minute) === 0 && Number(second) === 0 && !/[1-9]/.test(fraction)
  if (hours > 23 && !endOfDay) return undefined
  const noon = half?.toLowerCase() === 'p' ? 12 : 0
  return {
    time: {
      hours: half ? (hours % 12) + noon : hours,
      minutes: Number(minute),
      seconds: Number(second),
      nanoseconds: Number(fraction.padEnd(9, '0')),
    },
    rest,
  }
}
