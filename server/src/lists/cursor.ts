import { type RawBuilder, sql } from 'kysely'
import type { Place } from '../cache/list-memory.ts'
import { badRequest } from '../errors.ts'
import type { Order } from './list-source.ts'

/** Opaque to clients. */
export type Cursor = Place

/** The parts of a place as clients carry it. */
export function writeCursor(parts: (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** The parts of what a client has sent; none if that is no cursor. What they are worth is for the caller to see. */
export function readCursor(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parsed) ? parsed : []
  } catch {
    return []
  }
}

export function encodeCursor(order: Order, { value, id }: Cursor): string {
  return writeCursor([order.name, value, id])
}

const patterns: Record<string, RegExp> = {
  text: /^[^\0]*$/,
  timestamptz: /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/,
  numeric: /^-?\d{1,20}(\.\d{1,10})?$/,
  date: /^\d{4,6}-\d\d-\d\d$/,
}

/** Reads a cursor that was made for the same sort; anything else is a 400. */
export function decodeCursor(order: Order, text: string, parameter: string): Cursor {
  const parsed = readCursor(text)
  if (parsed.length === 3) {
    const [name, value, id] = parsed
    const pattern = patterns[order.column.type]
    if (
      name === order.name &&
      typeof value === 'string' &&
      pattern?.test(value) &&
      Number.isSafeInteger(id)
    ) {
      return { value, id: id as number } // A safe integer, as was just seen.
    }
  }
  const message = 'This cursor does not belong to this list and sort. Start again without it.'
  throw badRequest(message, [{ path: `query/${parameter}`, message }])
}

/** Rows strictly after a place: the row comparison walks the index; the form with OR was 440 times slower. */
export function afterCursor(
  order: Order,
  cursor: Cursor | undefined,
  descending: boolean,
): RawBuilder<boolean> {
  if (!cursor) return sql`true`
  const value = sql`${cursor.value}::${sql.raw(order.column.type)}`
  return sql`(t.${sql.raw(order.column.column)}, t.id) ${sql.raw(descending ? '<' : '>')} (${value}, ${cursor.id}::bigint)`
}

export function sorted(order: Order, descending: boolean): RawBuilder<unknown> {
  const direction = sql.raw(descending ? 'DESC' : 'ASC')
  return sql`ORDER BY t.${sql.raw(order.column.column)} ${direction}, t.id ${direction}`
}
