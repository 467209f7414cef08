import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from } from 'pg-copy-streams'

const CHUNK_CHARACTERS = 64 * 1024

/** A value of a row; null becomes NULL. */
export type Cell = string | number | boolean | null

const SPECIAL = /[\\\n\r\t]/
const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function cellText(cell: Cell): string {
  if (cell === null) return '\\N'
  if (typeof cell !== 'string') return String(cell)
  return SPECIAL.test(cell)
    ? cell.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character)
    : cell
}

/** A row in COPY's text format. */
export function rowText(cells: readonly Cell[]): string {
  let text = cellText(cells[0] ?? null)
  for (let i = 1; i < cells.length; i++) text += `\t${cellText(cells[i] ?? null)}`
  return `${text}\n`
}

/**
 * Streams rows into a table and resolves with their number. Rows are made only as fast as PostgreSQL takes them.
 * `frozen` marks them visible to all at once; it needs a table that was truncated in this transaction.
 */
export async function copyRows(
  client: pg.PoolClient,
  into: { table: string; columns: readonly string[]; frozen: boolean },
  rows: Iterable<readonly Cell[]>,
): Promise<number> {
  const statement = `COPY ${into.table} (${into.columns.join(', ')}) FROM STDIN${into.frozen ? ' WITH (FREEZE)' : ''}`
  const copy = client.query(from(statement))
  await pipeline(Readable.from(chunks(rows), { objectMode: false, highWaterMark: CHUNK_CHARACTERS }), copy)
  return copy.rowCount
}

function* chunks(rows: Iterable<readonly Cell[]>): Generator<string> {
  let chunk = ''
  for (const row of rows) {
    chunk += rowText(row)
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk
      chunk = ''
    }
  }
  if (chunk !== '') yield chunk
}
