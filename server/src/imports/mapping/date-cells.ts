import { BUSINESS_YEAR_MAX, BUSINESS_YEAR_MIN, calendarDay, dayOf, momentAt, startOfDay } from '../../days.ts'
import { plainSigns } from '../../values/number.ts'
import { shown } from '../../values/text.ts'
import type { Refusal } from '../failure.ts'
import type { CellFormat, DateOrder } from './cell-formats.ts'
import { nameKey } from './month-names.ts'

/** Years of two digits from here on are of the last century. */
const PIVOT = 70
const TEXT_LENGTH_MAX = 100
const ISO_DAY = /^\d{4}-\d\d-\d\d$/
const PLAIN_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/

/** What a text says: a day, and the time behind it as it is written ('' for none). */
interface Written {
  day: string | undefined
  time: string
}

/** A cell as the day that it means in the workspace. */
export function readDate(text: string, format: CellFormat): string | Refusal {
  if (ISO_DAY.test(text)) return plausible(wholeDay(text), text, format)
  const moment = readCounted(text, format)
  if (moment !== undefined) return plausible(moment && dayOf(moment, format.workspaceZone), text, format)
  const { day, time } = readWritten(text, format)
  const isPlain = time === '' || (PLAIN_TIME.test(time) && format.zone === format.workspaceZone)
  if (day === undefined || isPlain) return plausible(day, text, format)
  const at = momentAt(day, clock(time), format.zone)
  return plausible(at && dayOf(at, format.workspaceZone), text, format)
}

/** A cell as the moment that it means; a day alone is its beginning. */
export function readTimestamp(text: string, format: CellFormat): string | Refusal {
  const counted = readCounted(text, format)
  const { day, time } = counted === undefined ? readWritten(text, format) : { day: undefined, time: '' }
  const written =
    day && (time === '' ? startOfDay(day, format.zone) : momentAt(day, clock(time), format.zone))
  const moment = counted ?? written
  const known = plausible(moment && dayOf(moment, format.workspaceZone), text, format)
  return typeof known === 'string' ? (moment ?? known) : known
}

function plausible(day: string | undefined, text: string, format: CellFormat): string | Refusal {
  if (day === undefined)
    return { column: null, reason: `${shown(text)} is not a date like ${expected(text, format)}` }
  const year = Number(day.slice(0, 4))
  if (year >= BUSINESS_YEAR_MIN && year <= BUSINESS_YEAR_MAX) return day
  return {
    column: null,
    reason: `${shown(text)} is not in the years ${BUSINESS_YEAR_MIN} to ${BUSINESS_YEAR_MAX}.`,
  }
}

const forms: Record<DateOrder, string> = {
  day_first: '31.12.2025 or 31/12/2025',
  month_first: '12/31/2025',
  year_first: '2025-12-31 or 25/12/31',
}

function expected(text: string, { dates }: CellFormat): string {
  if (/^\d{5}(?:[.,]\d+)?$/.test(text)) {
    return `${dates ? forms[dates] : '2025-12-31'}. If it is a day as spreadsheets count them, the transform "excel_serial" reads it.`
  }
  if (/^0000-00-00/.test(text))
    return '2025-12-31. If it means that there is nothing, name it in "null_words" of the mapping.'
  if (/\p{L}{3}/u.test(text)) {
    return `${dates ? forms[dates] : '2025-12-31'}. Names of months are English, or of the language that "month_names" of the mapping names.`
  }
  if (dates) return `${forms[dates]}, with or without a time.`
  if (!/^\d{1,2}[./-]\d/.test(text)) return '2025-12-31, with or without a time.'
  return '2025-12-31. Say in the mapping whether "day_first" or "month_first".'
}

function wholeDay(text: string): string | undefined {
  return calendarDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)))
}

const SERIAL = /^(\d{1,6})(?:[.,](\d{1,12}))?$/
/** Spreadsheets count from 1899-12-30, and hold 1900 for a leap year until its March. */
const SERIAL_MIN = 61
const SERIAL_ZERO_MS = Date.UTC(1899, 11, 30)
const DAY_MS = 86_400_000
const UNIX_TIME = /^(\d{9,10})(?:\.\d+)?$|^(\d{12,13})$/

/** Days as spreadsheets count them, and seconds or milliseconds since 1970, where the mapping says so. */
function readCounted(text: string, { transforms, zone }: CellFormat): string | undefined {
  const [, days, part = '0'] = (transforms.has('excel_serial') && SERIAL.exec(text)) || []
  if (days !== undefined && Number(days) >= SERIAL_MIN) {
    const seconds = Math.round(Number(`0.${part}`) * (DAY_MS / 1_000))
    const wall = new Date(SERIAL_ZERO_MS + Number(days) * DAY_MS + seconds * 1_000).toISOString()
    return momentAt(wall.slice(0, 10), wall.slice(11, 19), zone)
  }
  const [, seconds, milliseconds] = (transforms.has('unix_time') && UNIX_TIME.exec(text)) || []
  if (seconds !== undefined) return new Date(Number(seconds) * 1_000).toISOString()
  return milliseconds === undefined ? undefined : new Date(Number(milliseconds)).toISOString()
}

const YEAR_FIRST = /^(\d{4})([-/.]|年)(\d{1,2})([-/.]|月)(\d{1,2})(?!\d)[.日]?(.*)$/su
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(.*))?$/s
const NUMERIC = /^(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)\.?(.*)$/s
const NAME = '(\\p{L}[\\p{L}\\p{M}]{1,19})\\.?'
const WEEKDAY = `(?:${NAME},?\\s+)?`
const YEAR = "'?(\\d{4}|\\d{2})(?![\\d:])(.*)$"
const DAY_MONTH = new RegExp(
  `^${WEEKDAY}(\\d{1,2})(?:st|nd|rd|th|er|\\.|º|°)?(?:[\\s/-]+|(?<=\\.))(?:of\\s+|de\\s+)?${NAME}[\\s,/-]+(?:del?\\s+)?${YEAR}`,
  'su',
)
const MONTH_DAY = new RegExp(`^${WEEKDAY}${NAME}[\\s/-]+(\\d{1,2})(?:st|nd|rd|th)?,?[\\s/-]+${YEAR}`, 'su')
const YEAR_MONTH = new RegExp(`^(\\d{4})[\\s/.-]+${NAME}[\\s/.-]+(\\d{1,2})(?!\\d)(.*)$`, 'su')
const NOTHING: Written = { day: undefined, time: '' }

function readWritten(text: string, format: CellFormat): Written {
  if (text.length > TEXT_LENGTH_MAX) return NOTHING
  const line = plainSigns(text)
    .replace(/\s+/gu, ' ')
    .replace(/(?<=\d{4}) ?г\.?(?=[ ,]|$)/u, '')
  return readNumbers(withoutWeekday(line, format), format) ?? readNames(line, format) ?? NOTHING
}

function withoutWeekday(line: string, { monthNames: { weekdays } }: CellFormat): string {
  const [before = '', name = ''] = /^(\p{L}[\p{L}\p{M}]{1,19})\.?,? (?=\d)/u.exec(line) ?? []
  return weekdays.has(nameKey(name)) ? line.slice(before.length) : line
}

function readNumbers(text: string, { dates }: CellFormat): Written | undefined {
  const compact = COMPACT.exec(text)
  if (compact) {
    const [, year, month, day, hour, minute, second = '00', rest = ''] = compact
    return written(year, month, day, hour === undefined ? '' : `T${hour}:${minute}:${second}${rest}`)
  }
  const whole = YEAR_FIRST.exec(text)
  if (whole && (whole[2] === whole[4] || whole[2] === '年'))
    return written(whole[1], whole[3], whole[5], whole[6])
  if (dates === undefined) return undefined
  const parts = NUMERIC.exec(text)
  if (!parts) return undefined
  const [, first, , second, third, rest] = parts
  if (dates === 'year_first') {
    return third?.length === 2 ? written(fullYear(first), second, third, rest) : undefined
  }
  const [day, month] = dates === 'day_first' ? [first, second] : [second, first]
  return written(fullYear(third), month, day, rest)
}

function readNames(text: string, { monthNames: { months, weekdays } }: CellFormat): Written | undefined {
  const isWeekday = (name: string | undefined) => name === undefined || weekdays.has(nameKey(name))
  const monthOf = (name: string | undefined) => String(months.get(nameKey(name ?? '')) ?? 0)
  const byYear = YEAR_MONTH.exec(text)
  if (byYear) return written(byYear[1], monthOf(byYear[2]), byYear[3], byYear[4])
  const byDay = DAY_MONTH.exec(text)
  if (byDay && isWeekday(byDay[1])) return written(fullYear(byDay[4]), monthOf(byDay[3]), byDay[2], byDay[5])
  const byMonth = MONTH_DAY.exec(text)
  if (!byMonth || !isWeekday(byMonth[1])) return undefined
  return written(fullYear(byMonth[4]), monthOf(byMonth[2]), byMonth[3], byMonth[5])
}

const BEFORE_TIME = /^(?:[Tt](?=\d)|,? (?:at |um )?)/

function written(year = '', month = '', day = '', rest = ''): Written {
  const time = rest.replace(BEFORE_TIME, '')
  // Something stands at the day that parts no time from it.
  if (rest !== '' && time === rest) return NOTHING
  return { day: calendarDay(Number(year), Number(month), Number(day)), time: time.trim() }
}

function fullYear(year = ''): string {
  if (year.length !== 2) return year
  return `${Number(year) < PIVOT ? '20' : '19'}${year}`
}

/** Zones that mail headers write by letters (RFC 2822); others mean different times in different places. */
const zones: Record<string, string> = {
  UT: 'Z',
  EST: '-05:00',
  EDT: '-04:00',
  CST: '-06:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
  WET: 'Z',
  WEST: '+01:00',
  CET: '+01:00',
  MEZ: '+01:00',
  CEST: '+02:00',
  MESZ: '+02:00',
  EET: '+02:00',
  EEST: '+03:00',
  JST: '+09:00',
  AEST: '+10:00',
  AEDT: '+11:00',
}

/** A time as `momentAt` reads it: "2 PM", "14.30", "14h30", "14:30 PST", "14:30 GMT+0100 (CET)". */
function clock(time: string): string {
  return time
    .replace(/ ?\([^()]*\)$/, '')
    .replace(/ Uhr$/i, '')
    .replace(/^(\d{1,2}) ?(?=[ap]\.?m)/i, '$1:00 ')
    .replace(/^(\d{1,2})[.h](\d\d)(?:[.](\d\d))?(?!\d)/, (_, hour, minute, second) =>
      [hour, minute, second].filter((part) => part !== undefined).join(':'),
    )
    .replace(/ ([A-Z]{2,4})$/, (whole, letters) => zones[letters] ?? whole)
    .replace(/ (\p{L}+(?:\/[\w+-]+)+)$/u, ' [$1]')
}
