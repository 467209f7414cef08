import type pg from 'pg'
import type { Random } from '../../server/src/demo/draw/random.ts'
import { encodeCursor } from '../../server/src/lists/cursor.ts'
import type { RecordTable } from '../../server/src/vocabulary.ts'

const CUSTOMERS_MAX = 2_000
const OTHERS_MAX = 500
const PAGE_ROWS = 50
const PAGES_MAX = 400
const SKEW = 3

/** A page that someone has scrolled to, in both ways of asking for it. */
export interface Place {
  /** Rows before it. */
  row: number
  cursor: string
}

/** Records of a workspace that requests are about; the same in every run over the same data. */
export interface Samples {
  customerCount: number
  /** Versions change as the scenario writes. */
  customers: { id: number; last_name: string; city: string; country: string }[]
  representatives: number[]
  products: number[]
  orders: number[]
  pagesByName: Place[]
  pagesByAge: Place[]
}

/** Few records get most of the attention. */
export function pickSkewed<T>(random: Random, items: readonly T[]): T {
  const index = Math.floor(items.length * random.next() ** SKEW)
  return items[index] as T // Inside, as next() is below 1; no caller has an empty list.
}

export async function readSamples(pool: pg.Pool, workspaceId: number): Promise<Samples> {
  const { rows: customers } = await pool.query<Samples['customers'][number]>(
    `SELECT id, last_name, coalesce(city, '') AS city, coalesce(country, '') AS country FROM customers
     WHERE workspace_id = $1 AND deleted_at IS NULL AND last_name <> '' ORDER BY hashint8(id) LIMIT $2`,
    [workspaceId, CUSTOMERS_MAX],
  )
  const { rows: counted } = await pool.query<{ n: number }>(
    'SELECT count(*) AS n FROM customers WHERE workspace_id = $1 AND deleted_at IS NULL',
    [workspaceId],
  )
  return {
    customerCount: counted[0]?.n ?? 0,
    customers,
    representatives: await ids(pool, workspaceId, 'sales_representatives'),
    products: await ids(pool, workspaceId, 'products'),
    orders: await ids(pool, workspaceId, 'orders'),
    pagesByName: await places(pool, workspaceId, 'last_name', 'last_name_sort', false),
    pagesByAge: await places(pool, workspaceId, 'created_at', 'created_at', true),
  }
}

async function ids(pool: pg.Pool, workspaceId: number, table: RecordTable): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>(
    // Orders take only what is still sold.
    `SELECT id FROM ${table} WHERE workspace_id = $1 AND deleted_at IS NULL ${table === 'products' ? 'AND active' : ''} ORDER BY hashint8(id) LIMIT $2`,
    [workspaceId, OTHERS_MAX],
  )
  return rows.map(({ id }) => id)
}

/** The starts of pages all over a list, the near ones first. */
async function places(
  pool: pg.Pool,
  workspaceId: number,
  name: string,
  column: string,
  descending: boolean,
): Promise<Place[]> {
  const direction = descending ? 'DESC' : 'ASC'
  const { rows } = await pool.query<{ value: string; id: number; row: number }>(
    `SELECT value, id, row FROM (
       SELECT ${column} AS value, id, row_number() OVER (ORDER BY ${column} ${direction}, id ${direction}) AS row,
         count(*) OVER () AS total
       FROM customers WHERE workspace_id = $1 AND deleted_at IS NULL) numbered
     WHERE row % greatest($2, total / $3 / $2 * $2) = 0 AND row < total ORDER BY row LIMIT $3`,
    [workspaceId, PAGE_ROWS, PAGES_MAX],
  )
  const type = name === 'created_at' ? 'timestamptz' : 'text'
  const order = { name, column: { column, type }, descending } as const
  return rows.map(({ value, id, row }) => ({ row, cursor: encodeCursor(order, { value, id }) }))
}
