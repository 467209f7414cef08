import type { JsonRow } from '../db/client.ts'
import { JsonText } from '../http/json-text.ts'
import { encodeCursor } from './cursor.ts'
import type { RowForm } from './page-columns.ts'
import type { ListPage, ListPageJson } from './schema.ts'

export const jsonRows: RowForm<JsonRow> = {
  asJson: true,
  totalRows: ({ names }, row) => {
    const counted = row[names.length]
    return counted == null ? undefined : Number(counted)
  },
  cursor: (order, { names }, row) =>
    encodeCursor(order, { value: JSON.parse(row[names.length + 1] ?? ''), id: Number(row[0]) }),
}

/** A page as it is answered. `names` are the fields of an item, `id` first. */
export function pageJson<T>(
  names: string[],
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
