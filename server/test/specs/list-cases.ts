import { sql } from 'kysely'
import { companyList } from '../../src/companies/schema.ts'
import { customerList } from '../../src/customers/schema.ts'
import type { Database } from '../../src/db/database.ts'
import { interactionList } from '../../src/interactions/schema.ts'
import type { ListSource } from '../../src/lists/list-source.ts'
import type { FieldKind, FilterFields } from '../../src/lists/schema.ts'
import { orderList } from '../../src/orders/schema.ts'
import { productList } from '../../src/products/schema.ts'
import { salesRepresentativeList } from '../../src/sales-representatives/schema.ts'
import { readValueList, writeValueList } from '../../src/values/value-list.ts'

/** A list of the API and what it must be equal to, said once more in the plainest way. */
export interface ListCase {
  key:
    | 'GET /api/customers'
    | 'GET /api/companies'
    | 'GET /api/products'
    | 'GET /api/sales-representatives'
    | 'GET /api/orders'
    | 'GET /api/interactions'
  table: ListSource['table']
  filters: FilterFields
  selectable: readonly string[]
  /** The order of each sort, over the columns that a person fills in. */
  orders: Record<string, string>
}

const name = (column: string) =>
  `regexp_replace(lower(unaccent(btrim(${column}))), ' +', ' ', 'g') COLLATE "C"`

export const listCases: ListCase[] = [
  {
    ...customerList,
    key: 'GET /api/customers',
    table: 'customers',
    orders: {
      created_at: 'created_at',
      last_name: name('last_name'),
      first_name: name('first_name'),
      email: `lower(coalesce(email, '')) COLLATE "C"`,
    },
  },
  {
    ...companyList,
    key: 'GET /api/companies',
    table: 'companies',
    orders: { created_at: 'created_at', name: name('name') },
  },
  {
    ...productList,
    key: 'GET /api/products',
    table: 'products',
    orders: { created_at: 'created_at', product_name: name('product_name'), unit_price: 'unit_price' },
  },
  {
    ...salesRepresentativeList,
    key: 'GET /api/sales-representatives',
    table: 'sales_representatives',
    orders: { created_at: 'created_at', last_name: name('last_name') },
  },
  {
    ...orderList,
    key: 'GET /api/orders',
    table: 'orders',
    orders: {
      order_date: 'order_date',
      created_at: 'created_at',
      total_amount: 'total_amount',
      // As filled: "N7-42".
      order_number: `regexp_match(order_number, '^N(\\d+)-(\\d+)$')::int[]`,
    },
  },
  {
    ...interactionList,
    key: 'GET /api/interactions',
    table: 'interactions',
    orders: { occurred_at: 'occurred_at' },
  },
]

export type PlainRow = { id: number } & Record<string, string | number | boolean | null>

/** Every live row of the table in the order of a sort, by the plain statement. */
export async function plainRows(
  db: Database,
  { table, filters, orders }: ListCase,
  workspaceId: number,
  sort: string,
): Promise<PlainRow[]> {
  const descending = sort.startsWith('-')
  const direction = sql.raw(descending ? 'DESC' : 'ASC')
  const columns = ['id', ...Object.keys(filters)].map((column) => sql.ref(column))
  const { rows } = await sql<PlainRow>`
    SELECT ${sql.join(columns)} FROM ${sql.table(table)} WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL
    ORDER BY ${sql.raw(orders[descending ? sort.slice(1) : sort] ?? '')} ${direction}, id ${direction}`.execute(
    db,
  )
  return rows
}

/** What people take for the same besides case and accents, as far as the filled rows have it. */
const letters: Record<string, string> = { æ: 'ae', ß: 'ss', ø: 'o', '’': "'" }

/** Text as people compare it; how a field of each kind is compared is said here apart from the server's SQL. */
function comparable(
  kind: FieldKind,
  field: string,
  value: string | number | boolean,
): string | number | boolean {
  const text = String(value)
  if (field === 'phone') return text.replace(/\D/g, '')
  if (kind === 'name' || kind === 'text' || kind === 'choice') {
    const bare = text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/ +/g, ' ')
    return bare.replace(/[æßø’]/g, (letter) => letters[letter] ?? letter)
  }
  if (kind === 'number') return Number(text)
  if (kind === 'time') return Date.parse(text) + Number(/\.\d{3}(\d+)/.exec(text)?.[1] ?? 0) / 1_000
  return value
}

/** Whether a row meets `field[operator]=value`. */
export function meets(
  { filters }: ListCase,
  row: PlainRow,
  field: string,
  operator: string,
  value: string | number | boolean,
): boolean {
  const kind = filters[field]?.kind ?? 'text'
  const own = row[field]
  if (operator === 'empty') return (own === null || own === '') === value
  const nothing = kind === 'text' || kind === 'name' ? '' : undefined
  const mine = own === null || own === undefined ? nothing : comparable(kind, field, own)
  if (operator === 'in')
    return (
      readValueList(String(value))?.some((one) => String(mine) === String(comparable(kind, field, one))) ??
      false
    )
  const theirs = comparable(kind, field, value)
  if (operator === 'not') return mine !== theirs
  if (mine === undefined) return false
  if (operator === 'eq') return mine === theirs
  if (operator === 'prefix') return String(mine).startsWith(String(theirs))
  if (operator === 'gt') return mine > theirs
  if (operator === 'gte') return mine >= theirs
  if (operator === 'lt') return mine < theirs
  return mine <= theirs
}

/** The name of the query parameter. */
export function parameter(field: string, operator: string): string {
  return operator === 'eq' ? field : `${field}[${operator}]`
}

/** A value for a filter, made of what two rows hold, that fits the field and operator; undefined if there is none. */
export function filterValue(
  { filters }: ListCase,
  field: string,
  operator: string,
  [one, other]: [PlainRow, PlainRow],
): string | number | boolean | undefined {
  if (operator === 'empty') return one.id % 2 === 0
  const filter = filters[field]
  const asWords = filter?.kind === 'name' || (filter?.kind === 'choice' && !filter.values)
  const written = <V>(value: V) => (asWords ? String(value).toUpperCase() : value)
  const [a, b] = [one[field], other[field]]
  if (operator === 'in') {
    const values = [...new Set([a, b])].filter((value) => value !== null && value !== '')
    return values.length ? writeValueList(values.map((each) => String(written(each)))) : undefined
  }
  if (a === null || a === undefined) return undefined
  if (operator === 'prefix') return [...String(a)].slice(0, 2).join('').toUpperCase()
  return written(a)
}
