import { BUSINESS_YEAR_MAX, BUSINESS_YEAR_MIN, isDay } from '../../../server/src/days.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { formatCalendarDay, formatDay, formatDecimal, formatMoney } from '../format.ts'
import { readNumber, readPrice, writeNumber } from '../numbers.ts'
import { readPercent, writePercent } from '../percent.ts'
import type { OptionSource } from '../ui/picker.tsx'
import type { Option } from '../vocabulary.ts'

/** What every record has. */
export interface AnyRecord {
  id: number
  version: number
}

/**
 * A field of a record: written once, it gives the list its column and editor, the record page its row, and
 * conflicts their words.
 */
export interface RecordField<Row> {
  name: keyof Row & string
  label: string
  kind:
    | 'text'
    | 'email'
    | 'phone'
    | 'long_text'
    | 'number'
    | 'money'
    | 'percent'
    | 'day'
    | 'moment'
    | 'choice'
    | 'boolean'
    | 'record'
    /** A list of objects with a label; its owner edits it. */
    | 'contacts'
  /** Empty is sent as null; other fields send an empty text. */
  nullable?: boolean
  readOnly?: boolean
  /** choice: the values. record: a search. */
  options?: OptionSource
  /** record: the field that holds the other record's name. */
  nameField?: keyof Row & string
  /** record: the field that says whether the other record is in the trash. */
  trashField?: keyof Row & string
  /** record: where its page is. */
  path?: (id: number) => string
  /** money: the field that holds its currency. */
  currencyField?: keyof Row & string
  /** number: digits after the decimal sign, none if left out. */
  digits?: number
  /** number: the smallest and the largest that there may be. */
  least?: number
  most?: number
}

/** An edit: what the row shows at once, and what the API is sent. */
export interface FieldChange<Row> {
  field: RecordField<Row>
  shown: Partial<Row>
  sent: Record<string, unknown>
}

const YES: Option = { value: 'true', label: 'Yes', hue: 145 }
const NO: Option = { value: 'false', label: 'No', hue: 25 }

/** The values of a field that is edited by choosing; undefined for those that are typed. */
export function optionsOf<Row>(field: RecordField<Row>): OptionSource | undefined {
  return field.kind === 'boolean' ? [YES, NO] : field.options
}

/** The chosen value of a field that is edited by choosing. */
export function optionOf<Row>(field: RecordField<Row>, row: Row): Option | null {
  const value = row[field.name]
  if (value === null || value === undefined) return null
  if (field.kind === 'boolean') return value ? YES : NO
  if (field.nameField) return { value: String(value), label: String(row[field.nameField] ?? `#${value}`) }
  const known = Array.isArray(field.options)
    ? field.options.find((option: Option) => option.value === value)
    : undefined
  return known ?? { value: String(value), label: String(value) }
}

/** The value as people read it; empty if there is none. */
export function textOf<Row>(field: RecordField<Row>, row: Row): string {
  const value = row[field.name]
  if (value === null || value === undefined || value === '') return ''
  switch (field.kind) {
    case 'day':
      return formatCalendarDay(String(value))
    case 'moment':
      return formatDay(String(value))
    case 'number':
      return formatDecimal(String(value))
    case 'money': {
      const currency = currencyOf(field, row)
      return currency ? formatMoney(String(value), currency) : formatDecimal(String(value))
    }
    case 'percent':
      return `${writePercent(String(value)) || '0'} %`
    case 'contacts':
      return (value as object[]).map((each) => Object.values(each).join(' ')).join(', ') // The API's lists.
    case 'choice':
    case 'boolean':
    case 'record':
      return optionOf(field, row)?.label ?? ''
    default:
      return String(value)
  }
}

/** The value as it is typed; what it is read from gives the same value again. */
export function typedOf<Row>(field: RecordField<Row>, row: Row): string {
  const value = row[field.name]
  if (value === null || value === undefined) return ''
  if (field.kind === 'percent') return writePercent(String(value))
  return field.kind === 'number' || field.kind === 'money' ? formatDecimal(String(value)) : String(value)
}

/** A typed text as a change of its field, undefined if it says what was there already, or why it is not understood. */
export type Reading<Row> = { change: FieldChange<Row> | undefined } | { refused: string }

/** Reads what was typed into a field; `row` is as it was when that began. */
export function readTyped<Row>(field: RecordField<Row>, row: Row, text: string): Reading<Row> {
  // What is pasted may have line breaks where a value has one line.
  const trimmed = field.kind === 'long_text' ? text.trimEnd() : text.trim().replace(/\s*[\r\n]\s*/g, ' ')
  if (trimmed === typedOf(field, row)) return { change: undefined }
  const read = readValue(field, row, trimmed)
  if ('refused' in read) return read
  if (sameValue(field, row[field.name], read.value)) return { change: undefined }
  // The value has the field's own kind. Where a new number is called is not known before the answer.
  const shown = {
    [field.name]: read.value,
    ...(field.kind === 'phone' && { phone_link: null }),
  } as Partial<Row>
  return { change: { field, shown, sent: { [field.name]: read.value } } }
}

function readValue<Row>(
  field: RecordField<Row>,
  row: Row,
  text: string,
): { value: string | number | null } | { refused: string } {
  if (field.kind === 'percent') return readPercent(text)
  if (text === '') {
    if (field.nullable) return { value: null }
    return TAKES_EMPTY_TEXT.includes(field.kind)
      ? { value: '' }
      : { refused: `${field.label} cannot be empty.` }
  }
  switch (field.kind) {
    case 'number': {
      const read = readNumber(text, { digits: field.digits ?? 0 })
      return 'refused' in read ? read : within(field, Number(read.value))
    }
    case 'money':
      return readPrice(text, currencyOf(field, row))
    case 'day':
      return readDay(text)
    default:
      return { value: text }
  }
}

const TAKES_EMPTY_TEXT: RecordField<unknown>['kind'][] = ['text', 'long_text', 'email', 'phone']

function currencyOf<Row>(field: RecordField<Row>, row: Row): Currency | undefined {
  // A currency field holds one of the API's currencies.
  return field.currencyField && (row[field.currencyField] as Currency | undefined)
}

function within<Row>(
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: RecordField<Row>,
  value: number,
): { value: number } | { refused: string } {
  if (value < least) return { refused: `Enter ${writeNumber(String(least))} or more.` }
  return value > most ? { refused: `Enter ${writeNumber(String(most))} or less.` } : { value }
}

function readDay(text: string): { value: string } | { refused: string } {
  if (!isDay(text)) return { refused: `“${text}” is not a date such as 2026-03-31.` }
  const year = Number(text.slice(0, 4))
  return year >= BUSINESS_YEAR_MIN && year <= BUSINESS_YEAR_MAX
    ? { value: text }
    : { refused: `Choose a day from ${BUSINESS_YEAR_MIN} to ${BUSINESS_YEAR_MAX}.` }
}

/** Amounts are the same however many zeros they end with. */
function sameValue<Row>(field: RecordField<Row>, old: unknown, value: string | number | null): boolean {
  if (old === value) return true
  const isDecimal = field.kind === 'money' || field.kind === 'percent'
  if (!isDecimal || old === null || value === null) return false
  return formatDecimal(String(old)) === formatDecimal(String(value))
}

/** What choosing an option changes; undefined if nothing. */
export function changeByOption<Row>(
  field: RecordField<Row>,
  row: Row,
  option: Option | null,
): FieldChange<Row> | undefined {
  if ((optionOf(field, row)?.value ?? null) === (option?.value ?? null)) return undefined
  const value = option === null ? null : valueOfOption(field, option)
  // What is offered to choose is in no trash.
  const name = {
    ...(field.nameField && { [field.nameField]: option?.label ?? null }),
    ...(field.trashField && { [field.trashField]: false }),
  }
  // The value has the field's own kind, and the name is a text.
  return { field, shown: { [field.name]: value, ...name } as Partial<Row>, sent: { [field.name]: value } }
}

function valueOfOption<Row>(field: RecordField<Row>, option: Option): unknown {
  if (field.kind === 'boolean') return option === YES
  // Ids of records are numbers; members are known by text.
  return field.kind === 'record' && /^\d+$/.test(option.value) ? Number(option.value) : option.value
}

/** A record read by itself says where its phone is called. */
function phoneLinkOf<Row>(field: RecordField<Row>, row: Row): object {
  const { phone_link } = row as { phone_link?: unknown } // Undefined in the rows of a list.
  return field.kind === 'phone' && phone_link !== undefined ? { phone_link } : {}
}

/** The change that brings the row's present value of a field back. */
export function changeBack<Row>(field: RecordField<Row>, row: Row): FieldChange<Row> {
  const shown = {
    [field.name]: row[field.name],
    ...(field.nameField && { [field.nameField]: row[field.nameField] }),
    ...(field.trashField && { [field.trashField]: row[field.trashField] }),
    ...phoneLinkOf(field, row),
  }
  return { field, shown: shown as Partial<Row>, sent: { [field.name]: row[field.name] } } // The names are fields of the row.
}

/** What an editor was left with. */
export type Outcome<Row> = Reading<Row> & {
  /** The record as it was when the editor was opened. */
  opened: Row
  text: string
}
