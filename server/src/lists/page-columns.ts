import { type RawBuilder, sql } from 'kysely'
import { encodeCursor } from './cursor.ts'
import type { ListSource, Order } from './list-source.ts'

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

/** How the rows of a page come from the driver. */
export interface RowForm<Row> {
  /** Whether they are those of a query AS_JSON. */
  asJson: boolean
  /** The number of rows in the list; undefined if it was not asked for. */
  totalRows: (columns: Columns, row: Row) => number | undefined
  /** The place of a row in the list. */
  cursor: (order: Order, columns: Columns, row: Row) => string
}

/** The fields of an item, and total_rows and cursor_value. */
export type ObjectRow = Record<string, unknown>

export const objectRows: RowForm<ObjectRow> = {
  asJson: false,
  totalRows: (_columns, { total_rows }) => (total_rows === null ? undefined : Number(total_rows)),
  cursor: (order, _columns, { id, cursor_value }) =>
    encodeCursor(order, { value: String(cursor_value), id: Number(id) }),
}
