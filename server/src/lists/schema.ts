import { type Static, type TProperties, type TSchema, Type } from 'typebox'
import { CLEANED, Nullable, VALUE_LIST, VALUE_OF, type ValueOf } from '../http/fields.ts'
import type { JsonText } from '../http/json-text.ts'

export const LIST_LIMIT_MAX = 200
export const LIST_LIMIT_DEFAULT = 50
/** Filtered lists count no further than this: the UI says "1,000+". */
export const COUNT_CAP = 1_000
const FILTER_VALUE_LENGTH_MAX = 200
const IN_VALUES_MAX = 50
/** As large as a total can be that a list shows (see cursor.ts). */
const NUMBER = '^-?\\d{1,20}(\\.\\d{1,4})?$'

/** Operators that a kind of field understands; `eq` is written without brackets: `?last_name=Smith`. */
export const filterOperators = {
  /** Compared without case or accents. */
  name: ['eq', 'not', 'prefix'],
  text: ['eq', 'not', 'prefix', 'empty'],
  /** One of a few values: of `values`, or else words of people's own, compared as names are. */
  choice: ['eq', 'not', 'in', 'empty'],
  reference: ['eq', 'not', 'in', 'empty'],
  number: ['eq', 'gt', 'gte', 'lt', 'lte'],
  date: ['eq', 'gt', 'gte', 'lt', 'lte'],
  /** By moments, or by days, which are the whole days of the workspace. */
  time: ['eq', 'gt', 'gte', 'lt', 'lte'],
  boolean: ['eq'],
} as const
export type FieldKind = keyof typeof filterOperators

export interface FilterField {
  kind: FieldKind
  values?: readonly string[]
}
export type FilterFields = Record<string, FilterField>

type OperatorOf<F extends FilterField> = (typeof filterOperators)[F['kind']][number]
type FilterKeys<F extends FilterFields> = {
  [K in keyof F & string]: K | `${K}[${Exclude<OperatorOf<F[K]>, 'eq'>}]`
}[keyof F & string]

export type ListQuery<F extends FilterFields, S extends string> = {
  limit?: number
  after?: string
  before?: string
  at?: number
  sort?: S | `-${S}`
  fields?: string
  q?: string
  count?: 'capped' | 'exact' | 'none'
} & { [K in FilterKeys<F>]?: string | number | boolean }

const SearchWords = Type.String({ minLength: 1, maxLength: 100, description: 'Words to search for.' })
const FilterText = Type.String({ [CLEANED]: 'line', maxLength: FILTER_VALUE_LENGTH_MAX })
const IN_TEXT_LENGTH_MAX = 4_000

/**
 * The query of a list route: paging, sorting, field selection and one parameter for each field and operator.
 * Everything else is refused with 400, so a mistyped filter never returns unfiltered rows.
 */
export function listQuery<
  const F extends FilterFields,
  const S extends string,
  const Q extends boolean = true,
>(declaration: {
  filters: F
  sorts: readonly S[]
  selectable: readonly string[]
  /** false: the search does not know these records, so there is no `q`. */
  search?: Q
}) {
  const names = declaration.selectable.join('|')
  const sortValues = declaration.sorts.flatMap((sort) => [sort, `-${sort}`])
  const properties: TProperties = {
    limit: Type.Integer({ minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT }),
    after: Type.String({ maxLength: 1_000, description: 'Cursor: rows that follow it. From `next_cursor`.' }),
    before: Type.String({
      maxLength: 1_000,
      description: 'Cursor: rows that precede it, from `previous_cursor`; or "end" for the last page.',
    }),
    at: Type.Integer({
      minimum: 0,
      maximum: 1_000_000_000,
      description: 'Jump to about this row of the list (for scroll bars). Exact while nobody writes.',
    }),
    sort: Type.Enum(sortValues, { description: 'A leading minus sorts downwards.' }),
    fields: Type.String({
      maxLength: 500,
      pattern: `^(${names})(,(${names}))*$`,
      description: `Only these fields besides id: ${declaration.selectable.join(', ')}.`,
    }),
    ...(declaration.search !== false && { q: SearchWords }),
    count: Type.Enum(['capped', 'exact', 'none'], {
      description: `capped (default) stops at ${COUNT_CAP}; exact counts every match; none saves the work.`,
    }),
  }
  for (const [name, field] of Object.entries(declaration.filters)) {
    for (const operator of filterOperators[field.kind]) {
      properties[operator === 'eq' ? name : `${name}[${operator}]`] = filterValue(field, operator)
    }
  }
  type Query = Q extends false ? Omit<ListQuery<F, S>, 'q'> : ListQuery<F, S>
  return Type.Unsafe<Query>(Type.Object(properties, { additionalProperties: false, required: [] }))
}

function filterValue(field: FilterField, operator: string): TSchema {
  if (operator === 'empty') return Type.Boolean({ description: 'true: has no value; false: has one.' })
  if (operator === 'in') {
    const one: ValueOf | undefined =
      field.kind === 'reference'
        ? { pattern: '\\d{1,15}', what: 'an id' }
        : field.values && { pattern: field.values.join('|'), what: `one of ${field.values.join(', ')}` }
    return Type.String({
      [CLEANED]: 'line',
      [VALUE_LIST]: IN_VALUES_MAX,
      maxLength: IN_TEXT_LENGTH_MAX,
      ...(one && { [VALUE_OF]: one }),
      description: `Any of these, at most ${IN_VALUES_MAX}, separated by commas. A value with a comma is in double quotes: "Washington, D.C.",Oslo.`,
    })
  }
  switch (field.kind) {
    case 'reference':
      return Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
    case 'number':
      return Type.String({
        pattern: NUMBER,
        maxLength: 26,
        description: 'A number such as 1234.50: with a point, and nothing between thousands.',
      })
    case 'date':
      return Type.String({ format: 'date', description: 'A day, 2026-03-10.' })
    case 'time':
      return Type.String({
        format: 'day-or-moment',
        description:
          'A day of the workspace, 2026-03-10, which is meant from its first moment to its last, or a moment, 2026-03-10T08:00:00Z.',
      })
    case 'boolean':
      return Type.Boolean()
    case 'choice':
      return field.values ? Type.Enum([...field.values]) : FilterText
    default:
      return FilterText
  }
}

/** How many rows a list has: exact when `exact`, else at least `count` ("1,000+"). */
export const Total = Type.Object({ count: Type.Integer(), exact: Type.Boolean() })
export type Total = Static<typeof Total>

export interface ListPage<T> {
  items: T[]
  next_cursor: string | null
  previous_cursor: string | null
  total: Total | null
  /** What the rows were searched for instead of a `q` that nothing met: its nearest spelling. */
  searched_for: string | null
}

export type ListPageJson<T> = JsonText<ListPage<T>>

/** A page of a list. Items lack the fields that `fields` did not ask for; clients that do not use it get all. */
export function listPage<T extends TSchema>(item: T) {
  return Type.Unsafe<ListPage<Static<T>>>(
    Type.Object({
      // A copy of a schema with another `required` is a schema; its type is stated above.
      items: Type.Array({ ...item, required: ['id'] } as unknown as TSchema),
      next_cursor: Nullable(Type.String()),
      previous_cursor: Nullable(Type.String()),
      total: Nullable(Total),
      searched_for: Nullable(
        Type.String({
          description: 'The nearest spelling that was searched for, where nothing met `q` as it was typed.',
        }),
      ),
    }),
  )
}
