import { cleanEmail, isEmail } from '../values/email.ts'
import { WordMap } from '../values/fold.ts'
import { cleanLine, cleanText, shown, textFault } from '../values/text.ts'
import { isRefusal, type Refusal } from './failure.ts'
import type { Transform } from './mapping.ts'
import type { ImportableField } from './objects.ts'

const INTEGER = /^([+-]?\d{1,15})(\.0+)?$/
const DECIMAL = /^(-?)(\d{0,40})(?:\.(\d{0,40}))?$/
const PLACES_MAX = 4
const DIGITS_MAX = 14
const ISO_DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.+))?$/
const WRITTEN_DATE = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:[T ]+(.+))?$/
const TIME = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d):?[0-5]\d)?$/
const ZONE = /(Z|[+-]\d\d:?\d\d)$/
const TRUE_WORDS = new Set(['1', 'true', 'yes', 'y', 't'])
const FALSE_WORDS = new Set(['0', 'false', 'no', 'n', 'f'])

/** Makes the text that PostgreSQL gets of one cell that is neither empty nor a null word. */
export type CellReader = (text: string) => string | Refusal

function refuse(reason: string): Refusal {
  return { column: null, reason }
}

/** How the cells of a field are read: by the kind of the field, and the way in which the file writes that kind. */
export function cellReader(field: ImportableField, transform: Transform | undefined): CellReader {
  switch (field.kind) {
    case 'integer':
      return (text) => readInteger(decimalPoint(text, transform), field)
    case 'decimal':
      return (text) => readDecimal(decimalPoint(text, transform), field)
    case 'boolean':
      return (text) => readBoolean(text, transform === 'inverted_boolean')
    case 'date':
      return (text) => readDate(text, transform)
    case 'timestamp':
      return (text) => readTimestamp(text, transform)
    case 'choice':
      return choiceReader(field)
    case 'email':
      return (text) => readEmail(text, field)
    case 'pattern':
      return (text) => readPattern(cleanLine(text).toLowerCase(), field)
    case 'text':
      return (text) => readText(text, field)
    default:
      return (text) => readLine(text, field)
  }
}

/** A line break in a field of one line becomes a blank: addresses are often written on several lines. */
function readLine(text: string, field: ImportableField): string | Refusal {
  return withinLimits(text, cleanLine, field)
}

function readText(text: string, field: ImportableField): string | Refusal {
  return withinLimits(text, cleanText, field)
}

function readEmail(text: string, field: ImportableField): string | Refusal {
  const email = withinLimits(text, cleanEmail, field)
  if (isRefusal(email) || isEmail(email)) return email
  return refuse(`${shown(text)} is not an email address.`)
}

function withinLimits(
  text: string,
  clean: (text: string) => string,
  { lengthMax }: ImportableField,
): string | Refusal {
  const fault = textFault(text)
  if (fault !== undefined) return refuse(fault)
  const kept = clean(text)
  // Only text that is too long by UTF-16 units can be too long by characters.
  if (kept.length > lengthMax && [...kept].length > lengthMax) {
    return refuse(`It is longer than ${lengthMax} characters.`)
  }
  return kept
}

function readPattern(text: string, field: ImportableField): string | Refusal {
  if (text.length > field.lengthMax || !field.pattern?.test(text)) {
    return refuse(`${shown(text)} is not a valid ${field.name}.`)
  }
  return text
}

function choiceReader({ choices }: ImportableField): CellReader {
  const words = new WordMap(choices.map((choice) => [choice, choice]))
  return (text) => words.get(cleanLine(text)) ?? refuse(`${shown(text)} is none of ${choices.join(', ')}.`)
}

function readBoolean(text: string, inverted: boolean): string | Refusal {
  const word = text.toLowerCase()
  if (TRUE_WORDS.has(word)) return String(!inverted)
  if (FALSE_WORDS.has(word)) return String(inverted)
  return refuse(`${shown(text)} is neither yes nor no (1, true, yes, 0, false, no).`)
}

/** "1.234,50" → "1234.50" where the file writes decimals with a comma. */
function decimalPoint(text: string, transform: Transform | undefined): string {
  return transform === 'decimal_comma' ? text.replace(/[.\s]/g, '').replace(',', '.') : text
}

function readInteger(text: string, field: ImportableField): string | Refusal {
  const digits = INTEGER.exec(text)?.[1]
  if (digits === undefined) return refuse(`${shown(text)} is not a whole number.`)
  const value = Number(digits)
  if (value < field.minimum || value > field.maximum) {
    return refuse(`${shown(text)} is not from ${field.minimum} to ${field.maximum}.`)
  }
  return String(value)
}

function readDecimal(text: string, field: ImportableField): string | Refusal {
  const match = DECIMAL.exec(text)
  const whole = match?.[2] ?? ''
  const fraction = (match?.[3] ?? '').replace(/0+$/, '')
  if (!match || (whole === '' && (match[3] ?? '') === '')) return refuse(`${shown(text)} is not a number.`)
  if (fraction.length > PLACES_MAX)
    return refuse(`${shown(text)} has more than ${PLACES_MAX} decimal places.`)
  const digits = whole.replace(/^0+(?=\d)/, '') || '0'
  if (digits.length > DIGITS_MAX) return refuse(`${shown(text)} is too large.`)
  const value = `${digits}${fraction ? `.${fraction}` : ''}`
  const signed = match[1] && value !== '0' ? `-${value}` : value
  return field.pattern?.test(signed) ? signed : refuse(`${shown(text)} is not a possible ${field.name}.`)
}

interface Moment {
  /** YYYY-MM-DD */
  date: string
  /** As the file has it; empty if it has none. */
  time: string
}

function readMoment(text: string, transform: Transform | undefined): Moment | undefined {
  const written = transform === 'day_first' || transform === 'month_first'
  const match = (written ? WRITTEN_DATE : ISO_DATE).exec(text)
  if (!match) return undefined
  const [, first = '', second = '', third = '', time = ''] = match
  const [year, month, day] = written
    ? [third, ...(transform === 'day_first' ? [second, first] : [first, second])].map(Number)
    : [first, second, third].map(Number)
  const date = calendarDate(year ?? 0, month ?? 0, day ?? 0)
  return date === undefined || (time !== '' && !TIME.test(time)) ? undefined : { date, time }
}

/** Undefined for days that no calendar has. */
function calendarDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const exists = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? date.toISOString().slice(0, 10) : undefined
}

function dateForm(transform: Transform | undefined): string {
  if (transform === 'day_first') return '31.12.2025 or 31/12/2025'
  return transform === 'month_first' ? '12/31/2025' : '2025-12-31'
}

function readDate(text: string, transform: Transform | undefined): string | Refusal {
  return (
    readMoment(text, transform)?.date ?? refuse(`${shown(text)} is not a date like ${dateForm(transform)}.`)
  )
}

/** A time without a zone is UTC. */
function readTimestamp(text: string, transform: Transform | undefined): string | Refusal {
  const moment = readMoment(text, transform)
  if (!moment) {
    return refuse(
      `${shown(text)} is not a date like ${dateForm(transform)}, with or without a time like 14:30.`,
    )
  }
  const { date, time } = moment
  if (time === '') return `${date} 00:00Z`
  return `${date} ${time}${ZONE.test(time) ? '' : 'Z'}`
}
