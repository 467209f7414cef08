import { dayOf, isDay, startOfDay } from '../../../server/src/days.ts'
import type { FieldKind, filterOperators } from '../../../server/src/http/list.ts'
import type { NamedKind } from '../records/record-options.ts'
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

export function operatorLabel(field: FilterField, operator: Operator): string {
  const dated = field.kind === 'date' || field.kind === 'time'
  return (dated && timeWords[operator]) || words[operator]
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
  const day = dayOf(value, zone)
  const begins =
    (operator === 'gte' || operator === 'lt') && Temporal.Instant.compare(value, startOfDay(day, zone)) === 0
  return begins ? day : undefined
}
