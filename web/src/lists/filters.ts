import { dayOf, isDay, isMoment, startOfDay } from '../../../server/src/days.ts'
import type { FieldKind, filterOperators } from '../../../server/src/lists/schema.ts'
import { readValueList, writeValueList } from '../../../server/src/values/value-list.ts'
import type { NamedKind } from '../fields/record-options.ts'
import { readNumber, writeNumber } from '../numbers.ts'
import type { Option } from '../vocabulary.ts'

// The server's own table brings its schema library along; the type makes this copy follow it.
const operators: typeof filterOperators = {
  name: ['eq', 'not', 'prefix'],
  text: ['eq', 'not', 'prefix', 'empty'],
  choice: ['eq', 'not', 'in', 'empty'],
  reference: ['eq', 'not', 'in', 'empty'],
  number: ['eq', 'gt', 'gte', 'lt', 'lte'],
  date: ['eq', 'gt', 'gte', 'lt', 'lte'],
  time: ['eq', 'gt', 'gte', 'lt', 'lte'],
  boolean: ['eq'],
}
export type Operator = (typeof filterOperators)[FieldKind][number]

const words: Record<Operator, string> = {
  eq: 'is',
  not: 'is not',
  prefix: 'starts with',
  empty: 'is empty',
  in: 'is any of',
  gt: 'above',
  gte: 'at least',
  lt: 'below',
  lte: 'at most',
}
const timeWords: Partial<Record<Operator, string>> = { gt: 'after', gte: 'from', lt: 'before', lte: 'until' }

/** A field that a list can be filtered by. */
export interface FilterField<Name extends string = string> {
  name: Name
  label: string
  kind: FieldKind
  /** choice: its fixed values, if it has them. */
  options?: readonly Option[]
  /** reference: what it refers to. */
  record?: NamedKind
}

export interface Filter {
  field: FilterField
  operator: Operator
  /** As in the URL; empty while it is being written. */
  value: string
}

export function operatorsOf(field: FilterField): readonly Operator[] {
  return operators[field.kind]
}

export function isDated({ kind }: FilterField): boolean {
  return kind === 'date' || kind === 'time'
}

export function operatorLabel(field: FilterField, operator: Operator): string {
  return (isDated(field) && timeWords[operator]) || words[operator]
}

/** The parameter of a filter, in the URL as in the API: "last_name[prefix]". */
export function filterKey({ field, operator }: Filter): string {
  return operator === 'eq' ? field.name : `${field.name}[${operator}]`
}

/** The filters that an address names; whatever the list does not know is left out. */
export function filtersFrom(search: Record<string, string>, fields: FilterField[]): Filter[] {
  return Object.entries(search).flatMap(([key, value]) => {
    const [, name, operator = 'eq'] = /^(\w+?)(?:\[(\w+)\])?$/.exec(key) ?? []
    const field = fields.find((known) => known.name === name)
    const known = field && operatorsOf(field).find((possible) => possible === operator)
    return field && known && value !== '' ? [{ field, operator: known, value }] : []
  })
}

/**
 * The day that a filter on moments stands for, in the workspace's zone. Undefined if it is about a moment within a day,
 * as programs and older addresses have it; a moment with which a day begins is that day, where the operator begins too.
 */
export function dayMeant({ operator, value }: Filter, zone: string): string | undefined {
  if (isDay(value)) return value
  if (!isMoment(value)) return undefined
  const day = dayOf(value, zone)
  const begins =
    (operator === 'gte' || operator === 'lt') && Temporal.Instant.compare(value, startOfDay(day, zone)) === 0
  return begins ? day : undefined
}

/** The values of a filter: several where it is about any of them. */
export function valuesOf({ operator, value }: Filter): string[] {
  return operator === 'in' ? (readValueList(value) ?? [value]) : [value]
}

/** The same filter with another operator; the value is empty if there is none that fits it. */
export function withOperator(filter: Filter, next: Operator): Filter {
  const { field, operator } = filter
  const [first = ''] = operator === 'empty' ? [] : valuesOf(filter)
  if (next === 'empty') return { field, operator: next, value: 'true' }
  const list = operator === 'in' ? filter.value : first && writeValueList([first])
  return { field, operator: next, value: next === 'in' ? list : first }
}

/** `in` holds several values: choosing one again takes it out. */
export function toggled(filter: Filter, value: string): string {
  const values = filter.value === '' ? [] : valuesOf(filter)
  return writeValueList(values.includes(value) ? values.filter((each) => each !== value) : [...values, value])
}

/** The value as it is typed. */
export function typedOf({ field, value }: Filter, zone: string): string {
  if (value === '') return ''
  if (field.kind === 'number') return /^-?\d+(\.\d+)?$/.test(value) ? writeNumber(value) : value
  return field.kind === 'time' && isMoment(value) ? dayOf(value, zone) : value
}

export const LIST_HINT =
  'Separate values by commas; one with a comma is in double quotes: "Washington, D.C.", Oslo'
/** Digits of a number that the API compares with: before the point, and after it. */
const WHOLE_DIGITS_MAX = 14
const PLACES_MAX = 4

/** What a person typed as the value of a filter, or why it is not one. */
export function readTyped(
  { field, operator }: Filter,
  text: string,
): { value: string } | { refused: string } {
  const trimmed = text.trim()
  if (field.kind === 'number') {
    const read = readNumber(trimmed, { digits: PLACES_MAX })
    if ('refused' in read) return read
    const whole = read.value.replace(/^-/, '').split('.')[0] ?? ''
    return whole.length > WHOLE_DIGITS_MAX ? { refused: `“${trimmed}” is too large.` } : { value: read.value }
  }
  if (isDated(field)) return isDay(trimmed) ? { value: trimmed } : { refused: 'This is not a day.' }
  if (operator !== 'in') return { value: trimmed }
  const values = readValueList(trimmed)
  return values && !values.includes('') ? { value: writeValueList(values) } : { refused: `${LIST_HINT}.` }
}
