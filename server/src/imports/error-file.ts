import type { Db } from '../db/database.ts'
import type { FileProgress } from './imports.ts'

const ERRORS_PER_PAGE = 1_000

/**
 * The error file of an import, line by line: the columns of every file that has errors, then file, line, column and
 * reason. With errors in one file only it can be mended and imported again as it stands.
 */
export async function* errorFile(db: Db, workspaceId: number, importId: number): AsyncGenerator<string> {
  const { files } = await db
    .selectFrom('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', importId)
    .select('files')
    .executeTakeFirstOrThrow()
  const headers = new Map(
    (files as FileProgress[]) // Written by progressStatement() alone.
      .filter((file) => file.rows_failed > 0)
      .map(({ file, header }) => [file, header] as const),
  )
  const columns = [...new Set([...headers.values()].flat())]
  yield csvLine([...columns, 'file', 'line', 'column', 'reason'])
  for await (const error of readErrors(db, workspaceId, importId)) {
    const cells = cellsByColumn(headers.get(error.file) ?? [], error.cells)
    const known = columns.map((column) => cells.get(column) ?? '')
    yield csvLine([...known, error.file, String(error.line), error.column_name ?? '', error.reason])
  }
}

/** Surplus cells stay readable, in the last column. */
function cellsByColumn(header: string[], cells: string[]): Map<string, string> {
  const last = header.length - 1
  return new Map(
    header.map((column, index) => [
      column,
      index === last ? cells.slice(last).join(',') : (cells[index] ?? ''),
    ]),
  )
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

function csvLine(cells: string[]): string {
  return `${cells.map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`
}
