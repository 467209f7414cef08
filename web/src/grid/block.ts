import { type AnyRecord, optionOf, optionsOf, textOf, typedOf } from '../fields/field.ts'
import type { Column } from './column.tsx'
import type { Cell } from './grid-keys.ts'

/** Cells that are chosen together; rows and columns by number, the ends included. */
export interface Block {
  top: number
  bottom: number
  left: number
  right: number
}

export function blockOf(from: Cell, to: Cell): Block {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.col, to.col),
    right: Math.max(from.col, to.col),
  }
}

/** A value as it is copied: as it is typed, so that pasting it gives the same. */
export function copiedText<Row extends AnyRecord>(
  column: Column<Row>,
  row: Row,
  nameOf: (row: Row) => string,
): string {
  const { field } = column
  if (!field) return nameOf(row)
  if (optionsOf(field)) return optionOf(field, row)?.label ?? ''
  return field.kind === 'moment' ? textOf(field, row) : typedOf(field, row)
}

const NEEDS_QUOTES = /["\t\r\n]/

/** Rows of cells as spreadsheets exchange them. */
export function writeTable(rows: string[][]): string {
  const cell = (text: string) => (NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return rows.map((cells) => cells.map(cell).join('\t')).join('\n')
}

/** One cell: in quotes, in which line breaks and tabs belong to it, or plain up to the next tab or line break. */
const CELL = /"((?:[^"]|"")*)"(?=\t|\r?\n|\r|$)|[^\t\r\n]*/y

/** Reads what spreadsheets copy; at least one cell. */
export function readTable(text: string): string[][] {
  const rows: string[][] = [[]]
  let at = 0
  while (true) {
    CELL.lastIndex = at
    const match = CELL.exec(text)
    rows.at(-1)?.push(match?.[1]?.replaceAll('""', '"') ?? match?.[0] ?? '')
    at += match?.[0].length ?? 0
    if (at >= text.length) return rows
    const end = text.startsWith('\r\n', at) ? 2 : 1
    const endsRow = text[at] !== '\t'
    at += end
    // Spreadsheets end the last row, too.
    if (endsRow && at >= text.length) return rows
    if (endsRow) rows.push([])
  }
}
