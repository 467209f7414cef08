import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type { Database } from '../db/database.ts'
import type { ImportDatabase } from './batch/write-batch.ts'
import { ImportFailure } from './failure.ts'
import { errorFile } from './files/error-file.ts'
import { mappingFromNameOrFile } from './mapping/read-mapping.ts'
import type { FileProgress } from './progress.ts'
import { readImport } from './queries.ts'
import { ERRORS_KEPT_MAX, type ImportResult, runImport } from './run-import.ts'

const USAGE = `Usage: rapport import <mapping> <folder> [--workspace <id>] [--errors <file>]

  <mapping>     the name of a mapping that ships with Rapport (northwind), or the path of a .json file
  <folder>      where the CSV files are
  --workspace   whose data it becomes; not needed if there is only one workspace
  --errors      where the rows that did not go in are written; import-<number>-errors.csv if not said
`
/** Exit codes: every row is in; some rows failed; it could not run or did not reach its end. */
const ALL_IN = 0
const COULD_NOT_RUN = 1
const SOME_FAILED = 2

const countColumns = [
  { field: 'rows_read', label: 'read', always: true },
  { field: 'rows_inserted', label: 'inserted', always: true },
  { field: 'rows_updated', label: 'updated', always: false },
  { field: 'rows_unchanged', label: 'unchanged', always: true },
  { field: 'rows_in_trash', label: 'in trash', always: false },
  { field: 'rows_restored', label: 'restored', always: false },
  { field: 'rows_failed', label: 'failed', always: true },
] as const

interface Arguments {
  mapping: string
  folder: string
  workspace: string | undefined
  errors: string | undefined
}

/** `rapport import`: brings in the files, prints what became of them and returns the exit code. */
export async function importCommand({
  db,
  pool,
  args,
}: ImportDatabase & { args: string[] }): Promise<number> {
  try {
    const { mapping, folder, workspace, errors } = readArguments(args)
    const parsed = mappingFromNameOrFile(mapping)
    checkFolder(folder)
    const workspaceId = await findWorkspace(db, workspace)
    const result = await untilStopped((signal) =>
      runImport({
        db,
        pool,
        workspaceId,
        userId: null,
        mapping: parsed,
        openFile: (name) => createReadStream(join(folder, name)),
        onProgress: showProgress,
        signal,
      }),
    )
    return await report(db, workspaceId, result, errors)
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error
    console.error(error.message)
    return COULD_NOT_RUN
  }
}

/** Ctrl-C and SIGTERM end the import after the batch it is at; a second Ctrl-C ends the program at once. */
async function untilStopped<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    return await work(abort.signal)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

function readArguments(args: string[]): Arguments {
  const parsed = parseOrExplain(args)
  const [mapping, folder, ...more] = parsed.positionals
  if (mapping === undefined || folder === undefined || more.length > 0) {
    throw new ImportFailure(`Give a mapping and a folder.\n\n${USAGE}`)
  }
  return {
    mapping,
    folder: resolve(folder),
    workspace: parsed.values.workspace,
    errors: parsed.values.errors,
  }
}

function parseOrExplain(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { workspace: { type: 'string' }, errors: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw new ImportFailure(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function checkFolder(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new ImportFailure(`There is no folder ${folder}. Nothing was imported.`)
  }
}

const WORKSPACES_NAMED_MAX = 20

async function findWorkspace(db: Database, given: string | undefined): Promise<number> {
  const workspaces = await db
    .selectFrom('workspaces')
    .select(['id', 'name'])
    .$if(given !== undefined, (query) => query.where('id', '=', workspaceNumber(given ?? '')))
    .orderBy('id')
    .limit(WORKSPACES_NAMED_MAX)
    .execute()
  const [only, ...others] = workspaces
  if (only && others.length === 0) return only.id
  if (given !== undefined) throw new ImportFailure(`There is no workspace ${given}. Nothing was imported.`)
  if (!only) {
    throw new ImportFailure(
      'There is no workspace yet. Start Rapport, open it in the browser and make one; then import.',
    )
  }
  const list = workspaces.map(({ id, name }) => `${id} (${name})`).join(', ')
  throw new ImportFailure(`There are several workspaces: ${list}. Say which one with --workspace <id>.`)
}

const WORKSPACE_ID_MAX = 2 ** 31 - 1

function workspaceNumber(text: string): number {
  const id = Number(text)
  if (Number.isInteger(id) && id > 0 && id <= WORKSPACE_ID_MAX) return id
  throw new ImportFailure(`--workspace takes the number of a workspace, not "${text}". Nothing was imported.`)
}

/** One line that is written over; only for people at a terminal. */
function showProgress(files: FileProgress[]): void {
  if (!process.stderr.isTTY) return
  const current = files.findLast(({ rows_read }) => rows_read > 0)
  if (current) process.stderr.write(`\r${current.file}: ${current.rows_read} rows read\x1b[K`)
}

async function report(
  db: Database,
  workspaceId: number,
  { importId, files, rowsFailed, ordersIncomplete, rowsNoted, failure }: ImportResult,
  errors: string | undefined,
): Promise<number> {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  if (files.length > 0) console.log(table(files))
  if (rowsFailed > 0) {
    const path = resolve(errors ?? `import-${importId}-errors.csv`)
    await pipeline(Readable.from(errorFile(db, workspaceId, importId)), createWriteStream(path))
    const rows = rowsFailed === 1 ? '1 row' : `${rowsFailed} rows`
    const which = rowsFailed > ERRORS_KEPT_MAX ? `the first ${ERRORS_KEPT_MAX} with` : 'with'
    console.log(`\n${rows} did not go in. See ${path}, ${which} the reason of each.`)
  }
  if (ordersIncomplete > 0) await reportIncomplete(db, workspaceId, importId, ordersIncomplete)
  if (rowsNoted > 0) await reportNotes(db, workspaceId, importId, rowsNoted)
  if (files.some((file) => file.rows_in_trash > 0)) {
    console.log(
      '\nWhat lies in the trash stays there. Restore it in Rapport, or add "in_trash": "restore" to the record in the mapping.',
    )
  }
  if (failure !== null) console.error(failure)
  if (failure !== null) return COULD_NOT_RUN
  return rowsFailed > 0 ? SOME_FAILED : ALL_IN
}

const LINES_SHOWN_MAX = 10

async function reportIncomplete(
  db: Database,
  workspaceId: number,
  importId: number,
  count: number,
): Promise<void> {
  const found = await readImport(db, workspaceId, importId)
  const orders = found?.incomplete_orders.slice(0, LINES_SHOWN_MAX) ?? []
  const what = count === 1 ? '1 order is a draft' : `${count} orders are drafts`
  console.log(`\n${what} until all their lines are in; no figure counts them:`)
  for (const { order_number, reason } of orders) console.log(`  ${order_number}: ${reason}`)
  if (count > orders.length) console.log(`  and ${count - orders.length} more`)
}

async function reportNotes(
  db: Database,
  workspaceId: number,
  importId: number,
  count: number,
): Promise<void> {
  const found = await readImport(db, workspaceId, importId)
  const notes = found?.notes.slice(0, LINES_SHOWN_MAX) ?? []
  console.log('\nWhat else is to be said of rows that went in:')
  for (const { file, line, column, note } of notes) {
    console.log(`  ${file}, line ${line}${column ? `, ${column}` : ''}: ${note}`)
  }
  if (count > notes.length) console.log(`  and ${count - notes.length} more`)
}

/** Columns that most imports leave empty are shown only where something stands in them. */
function table(files: FileProgress[]): string {
  const counts = countColumns.filter(({ field, always }) => always || files.some((file) => file[field] > 0))
  const rows = [
    ['file', 'became', ...counts.map(({ label }) => label)],
    ...files.map((file) => [file.file, file.object, ...counts.map(({ field }) => String(file[field]))]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: string[]) =>
    row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
  return rows.map((row) => line(row).join('  ')).join('\n')
}
