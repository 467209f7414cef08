import type { Static, TSchema } from 'typebox'
import type { ListMemory } from '../cache/list-memory.ts'
import type { FieldTypes } from '../changes/changes.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/database.ts'
import { type RecordKind, type RecordTable, recordKinds } from '../vocabulary.ts'
import type { FilterFields, ListQuery } from './schema.ts'

/** What reading a list needs; an AppContext is one. */
export interface ListReader {
  db: Db
  listMemory: ListMemory
  /** Techniques to leave out, where a bench asks for it. */
  config?: Pick<Config, 'without'>
}

/** How a list stands in the database: written once for a feature, read by everything in this folder. */
export interface ListSource {
  /** The table whose rows are listed; in SQL its alias is `t`. */
  table: RecordTable
  /** What its rows are called in their history. */
  object: RecordKind
  /** The number of the kind in record_kinds: its key in the summary of records. */
  recordsKey: number
  /** SQL of each field that can be asked for, over `t` and the joined tables. Constants, never input. */
  fields: Record<string, string>
  /** Fields of a single record that lists leave out, such as long texts. */
  detailFields: Record<string, string>
  /** LEFT JOINs that the fields need, over `t`; none is ''. */
  joins: string
  /** Fields that name other records, and the table each must be found in. */
  references: Record<string, ListSource['table']>
  filters: Record<string, FilterColumn>
  /** Types of the fields that are no filters and whose equal values may be written differently, such as "5" and "5.00". */
  compared?: FieldTypes
  sorts: Record<string, SortColumn>
  /** Holds without a `sort` parameter, e.g. "-created_at". */
  defaultSort: string
}

/** The part of a ListSource that follows from the kind of its rows. */
export function rowsOf(kind: RecordKind): Pick<ListSource, 'table' | 'object' | 'recordsKey'> {
  const { table, number } = recordKinds[kind]
  return { table, object: kind, recordsKey: number }
}

/** The field that a parameter of a list filters by, and how: "city[in]" is city, in. */
export function filterOf(parameter: string): { field: string; operator: string } {
  const [, field = '', operator = 'eq'] = /^(\w+)(?:\[(\w+)\])?$/.exec(parameter) ?? []
  return { field, operator }
}

export interface FilterColumn {
  column: string
  type: 'text' | 'bigint' | 'numeric' | 'date' | 'timestamptz' | 'boolean'
  /** Brings the value into the form of the column: text as people take it for the same, phones in any spelling. */
  normalize?: 'text' | 'email' | 'domain' | 'phone'
  /** Further values of the field, a list in JSON that equality looks into, and the SQL that makes keys of it. */
  further?: { column: 'more_emails' | 'more_phones'; keys: 'email_keys' | 'phone_keys' }
  /** The field is in the table's facets: any combination of equalities comes from one GIN index. */
  facet?: true
  /** A b-tree `(workspace_id, column, <sort>, id)` serves equality in the order of this sort. */
  orderedBy?: string
  /**
   * A look-up by this field comes in the order of this sort. If both have the same column, a b-tree
   * `(workspace_id, column, …)` gives them so.
   */
  sortedAs?: string
}

export interface SortColumn {
  column: string
  type: 'text' | 'timestamptz' | 'numeric' | 'date'
}

/** What the schema of a feature says of its list. */
export interface ListDeclaration {
  filters: FilterFields
  sorts: readonly string[]
  /** The schema of a row, whose fields can be asked for. */
  row: TSchema
}

/** What a field that is filtered by must be in the database. */
interface ColumnTypes {
  name: 'text'
  text: 'text'
  choice: 'text'
  reference: 'bigint'
  number: 'numeric'
  date: 'date'
  time: 'timestamptz'
  boolean: 'boolean'
}

type SortOf<L extends ListDeclaration> = L['sorts'][number]

/** The other half of a list: each of its fields, filters and sorts, and no others. */
type HalfOf<L extends ListDeclaration> = Omit<ListSource, 'fields' | 'filters' | 'sorts' | 'defaultSort'> & {
  fields: { [F in keyof Static<L['row']> & string]: string }
  filters: {
    [F in keyof L['filters']]: FilterColumn & {
      type: ColumnTypes[L['filters'][F]['kind']]
      orderedBy?: SortOf<L>
      sortedAs?: SortOf<L>
    }
  }
  sorts: { [S in SortOf<L>]: SortColumn }
  defaultSort: SortOf<L> | `-${SortOf<L>}`
}

/** Binds the two halves of a list: what the schema declares, and how it stands in the database. */
export function listSource<const L extends ListDeclaration>(_list: L, half: HalfOf<L>): ListSource {
  return half as unknown as ListSource // Each name and type of it is one that a ListSource may have.
}

/** The query of any list route, as its handler gets it. */
export type AnyListQuery = ListQuery<FilterFields, string>

export interface Order {
  name: string
  column: SortColumn
  descending: boolean
}

const SORTING_FILTERS = ['', '[prefix]']

/** The order that a query asks for; a look-up by name comes in the order of the names, which its index gives. */
export function orderOf(source: ListSource, query: AnyListQuery): Order {
  const asked = query.sort ?? impliedSort(source, query) ?? source.defaultSort
  const descending = asked.startsWith('-')
  const name = descending ? asked.slice(1) : asked
  const column = source.sorts[name]
  if (!column) throw new Error(`The list of ${source.table} has no sort "${name}".`)
  return { name, column, descending }
}

function impliedSort(source: ListSource, query: AnyListQuery): string | undefined {
  for (const [field, filter] of Object.entries(source.filters)) {
    const present = SORTING_FILTERS.some((suffix) => query[`${field}${suffix}`] !== undefined)
    if (present && filter.sortedAs) return filter.sortedAs
  }
  return undefined
}
