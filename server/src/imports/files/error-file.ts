import type { Db } from '../../db/database.ts'
import type { FileProgress } from '../progress.ts'
import { harmlessCell } from './cell-text.ts'
import type { FileDialect } from './csv.ts'
import { csvLine, RFC_4180 } from './csv-line.ts'

const ERRORS_PER_PAGE = 1_000
/** With it spreadsheets take the file for UTF-8, and imports too, whatever the mapping says. */
const BYTE_ORDER_MARK = '\ufeff'

/**
 * The error file of an import, line by line: the columns of every file that has errors, then file, line, column and
 * reason. With errors in one file only it is written as that file is, so that it can be mended and imported again as it
 * stands. No spreadsheet takes a cell of it for a formula.
 */
export async function* errorFile(db: Db, workspaceId: number, importId: number): AsyncGenerator<string> {
  const failed = await failedFiles(db, workspaceId, importId)
  const [first, ...others] = failed
  const dialect = (others.length === 0 ? first?.dialect : undefined) ?? RFC_4180
  const columns =
    others.length === 0 ? (first?.header ?? []) : [...new Set(failed.flatMap(({ header }) => header))]
  yield BYTE_ORDER_MARK
  if (dialect.separator_line) yield `sep=${dialect.delimiter}\r\n`
  yield harmlessLine([...columns, ...infoColumns(columns)], dialect)
  for await (const { file, line, column_name, reason, cells } of readErrors(db, workspaceId, importId)) {
    const info = [file, String(line), column_name ?? '', reason]
    const header = failed.find((each) => each.file === file)?.header ?? []
    yield harmlessLine(
      others.length === 0
        ? [...filled(cells, columns.length), ...info]
        : spread(cells, header, columns, info),
      dialect,
    )
  }
}

async function failedFiles(db: Db, workspaceId: number, importId: number): Promise<FileProgress[]> {
  const { files } = await db
    .selectFrom('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', importId)
    .select('files')
    .executeTakeFirstOrThrow()
  return (files as FileProgress[]).filter((file) => file.rows_failed > 0) // Written by progressStatement() alone.
}

const INFO = ['file', 'line', 'column', 'reason']

/** Other names where the file has columns of these, as the error file of an error file does. */
function infoColumns(columns: readonly string[]): string[] {
  for (let round = 0; ; round++) {
    const prefix = round === 0 ? '' : round === 1 ? 'error_' : `error_${round}_`
    const names = INFO.map((name) => prefix + name)
    if (!names.some((name) => columns.includes(name))) return names
  }
}

/** How many columns a file has of its own: what an error file, or one of an error file, has added is none of them. */
export function ownColumns(header: readonly string[]): number {
  const last = header.slice(-INFO.length)
  const before = header.slice(0, -INFO.length)
  if (last.length < INFO.length || last.join() !== infoColumns(before).join()) return header.length
  return ownColumns(before)
}

/** Surplus cells stay where they are, so that the row is refused again until somebody has looked; empty ones say nothing. */
function filled(cells: string[], length: number): string[] {
  const isFree = cells.slice(length).every((cell) => cell.trim() === '')
  return [
    ...(isFree ? cells.slice(0, length) : cells),
    ...Array.from({ length: Math.max(0, length - cells.length) }, () => ''),
  ]
}

/** Under the columns of all files, with surplus cells behind everything. */
function spread(cells: string[], header: string[], columns: string[], info: string[]): string[] {
  const byColumn = new Map(header.map((column, index) => [column, cells[index] ?? '']))
  return [...columns.map((column) => byColumn.get(column) ?? ''), ...info, ...cells.slice(header.length)]
}

async function* readErrors(db: Db, workspaceId: number, importId: number) {
  let last = 0
  for (;;) {
    const page = await db
      .selectFrom('import_errors')
      .where('workspace_id', '=', workspaceId)
      .where('import_id', '=', importId)
      .where('id', '>', last)
      .select(['id', 'file', 'line', 'column_name', 'reason', 'cells'])
      .orderBy('id')
      .limit(ERRORS_PER_PAGE)
      .execute()
    yield* page
    const end = page.at(-1)
    if (!end || page.length < ERRORS_PER_PAGE) return
    last = end.id
  }
}

function harmlessLine(cells: string[], dialect: FileDialect): string {
  return csvLine(cells.map(harmlessCell), dialect)
}
