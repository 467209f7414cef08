import { type RawBuilder, sql } from 'kysely'
import type { JsonRow } from '../db/client.ts'
import { JsonText } from '../http/json-text.ts'
import { encodeCursor } from './cursor.ts'
import type { ListSource, Order } from './list-source.ts'
import type { ListPage, ListPageJson } from './schema.ts'

/** What a page reads and answers. */
export interface Columns {
  /** The fields of an item, `id` first. */
  names: string[]
  /** SQL of the fields, and after them of the number of rows in the list and of the value that it is sorted by. */
  answered: RawBuilder<unknown>
  /** SQL of the columns of `t` that those and the joins speak of: no others are read. */
  read: RawBuilder<unknown>
}

/** `fields`: names separated by commas; undefined for all. */
export function columnsOf(source: ListSource, fields: string | undefined, order: Order): Columns {
  const names = [...new Set(['id', ...(fields?.split(',') ?? Object.keys(source.fields))])]
  const selected = names.map((name) => `${source.fields[name]} AS ${name}`).join(', ')
  const mentioned = [...`${selected} ${source.joins}`.matchAll(/\bt\.(\w+)/g)].map((match) => match[1] ?? '')
  const read = [...new Set(['id', order.column.column, ...mentioned])].map((column) => `t.${column}`)
  return {
    names,
    answered: sql.raw(`${selected}, t.total_rows, t.${order.column.column} AS cursor_value`),
    read: sql.raw(read.join(', ')),
  }
}

/** A page as it is answered. The rows are those of a query AS_JSON of these columns. */
export function pageJson<T>(
  { names }: Columns,
  rows: JsonRow[],
  rest: Omit<ListPage<T>, 'items'>,
): ListPageJson<T> {
  const keys = names.map((name, place) => `${place === 0 ? '{' : ','}"${name}":`)
  // One join of all pieces makes one string; adding them up makes one for each, and twice the garbage.
  const pieces = ['{"items":[']
  for (const [index, row] of rows.entries()) {
    if (index > 0) pieces.push(',')
    for (let place = 0; place < keys.length; place++) pieces.push(keys[place] ?? '', row[place] ?? 'null')
    pieces.push('}')
  }
  pieces.push('],', JSON.stringify(rest).slice(1))
  return new JsonText(pieces.join(''))
}

/** The number of rows in the list; undefined if it was not asked for or there is no row to tell it. */
export function totalRowsOf({ names }: Columns, row: JsonRow | undefined): number | undefined {
  const counted = row?.[names.length]
  return counted == null ? undefined : Number(counted)
}

/** The place of a row in the list. */
export function cursorOf(order: Order, { names }: Columns, row: JsonRow | undefined): string | null {
  if (!row) return null
  return encodeCursor(order, { value: JSON.parse(row[names.length + 1] ?? ''), id: Number(row[0]) })
}
