import type { Readable } from 'node:stream'
import { transaction } from '../db/database.ts'
import { finishCustomers, finishOrders } from './batch/finish.ts'
import { findLastLines, type LastLines } from './batch/last-lines.ts'
import { findNewCurrencies } from './batch/new-currencies.ts'
import { SaidEarlier } from './batch/said-earlier.ts'
import type { NewCurrencies } from './batch/staged-rows.ts'
import { nameUnnamed, type RefusedLines } from './batch/whole-orders.ts'
import { type BatchResult, type ImportDatabase, type RunStatement, writeBatch } from './batch/write-batch.ts'
import { ImportFailure, STOPPED_SENTENCE } from './failure.ts'
import { type CsvFile, openCsv, refuseUtf8 } from './files/csv.ts'
import type { CsvRow } from './files/csv-rows.ts'
import { readLookups } from './lookups.ts'
import { columnsOf, type FileMapping, type Mapping } from './mapping/mapping.ts'
import { planFile, type StagedRow, stageRow } from './mapping/plan.ts'
import type { FilePlan } from './mapping/plan-shape.ts'
import { type FileProgress, noProgress } from './progress.ts'
import {
  beat,
  countIncompleteOrders,
  createImport,
  type FailedRow,
  failSilentImports,
  finishImport,
  HEARTBEAT_INTERVAL_MS,
  keepErrorsStatement,
  keepNotesStatement,
  type NotedRow,
  progressStatement,
  readErrorLines,
} from './queries.ts'
import { BATCH_ROWS_MAX, inBatches, rowsAfter } from './row-batches.ts'
import { Turns } from './turns.ts'

/** Failed rows that are kept for the error file; all are counted. */
export const ERRORS_KEPT_MAX = 10_000
/** Notes that are kept; all are counted. */
const NOTES_KEPT_MAX = 1_000

export interface ImportRequest extends ImportDatabase {
  workspaceId: number
  /** Who runs it; null for the command line. */
  userId: string | null
  mapping: Mapping
  /** Opens a file of the mapping by its name, as often as it takes: for its header, its last lines, then its rows. */
  openFile: (name: string) => Readable
  /** Called after each batch and after the last step, when all is committed. An error it throws ends the import there. */
  onProgress?: (files: FileProgress[]) => void | Promise<void>
  /** Ends the import after the batch it is at. */
  signal?: AbortSignal
  /** Rows of one transaction, if not BATCH_ROWS_MAX. */
  batchRows?: number
}

export interface ImportResult {
  importId: number
  files: FileProgress[]
  rowsFailed: number
  /** Orders that are drafts because lines of theirs are missing. */
  ordersIncomplete: number
  rowsNoted: number
  /** Why it did not reach its end; null if it did, with or without failed rows. */
  failure: string | null
  /** What the failure came from, for the log, where it is no fault of the files. */
  cause?: unknown
}

/**
 * Imports the files of a mapping, in its order: whatever an earlier run has brought in is left alone, so a run that
 * stopped is resumed by running it again, and two at once do no harm. Never rejects for what the files hold.
 */
export async function runImport(request: ImportRequest): Promise<ImportResult> {
  return (await startImport(request)).finished
}

/** Like `runImport`, but resolves at once with the import's id and the promise of its result. */
export async function startImport(
  request: ImportRequest,
): Promise<{ importId: number; finished: Promise<ImportResult> }> {
  const { db, workspaceId, userId, mapping } = request
  const importId = await transaction(db, async (tx) => {
    await failSilentImports(tx, workspaceId)
    return createImport(tx, { workspaceId, userId, mapping: mapping.name })
  })
  return { importId, finished: runToEnd(request, importId) }
}

/** How far an earlier run of the same import came, and the name of this one. */
export interface Continued {
  runner: string
  files: FileProgress[]
  noted: number
}

/**
 * Goes on with an import where the run before ended, to the same end as if there had been only one. Rejects if it is
 * stopped, or fails for another reason than its files: then it can go on once more.
 */
export async function continueImport(
  request: ImportRequest,
  importId: number,
  from: Continued,
): Promise<ImportResult> {
  return runToEnd(request, importId, from)
}

async function runToEnd(request: ImportRequest, importId: number, from?: Continued): Promise<ImportResult> {
  const { db, workspaceId } = request
  const runner = from?.runner ?? null
  const run: Run = {
    request,
    importId,
    runner,
    before: from?.files ?? [],
    files: [],
    signal: request.signal ?? new AbortController().signal,
    noted: from?.noted ?? 0,
    lastLines: undefined,
    newCurrencies: { whole: new Set(), partial: new Set() },
    saidEarlier: new SaidEarlier(),
  }
  // A heartbeat that cannot be sent is the database's failure, which the next batch will meet and report.
  const heart = setInterval(
    () => transaction(db, (tx) => beat(tx, workspaceId, importId)).catch(() => {}),
    HEARTBEAT_INTERVAL_MS,
  )
  try {
    await readFiles(run)
    const ordersIncomplete = await countIncompleteOrders(db, workspaceId, importId)
    await transaction(db, (tx) =>
      finishImport(tx, workspaceId, importId, { failure: null, ordersIncomplete, runner }),
    )
    return result(run, ordersIncomplete, null)
  } catch (cause) {
    if (from && (run.signal.aborted || !(cause instanceof ImportFailure))) throw cause
    const failure = failureSentence(cause)
    // With the database gone the record stays "running" until its silence is noticed.
    const ordersIncomplete = await countIncompleteOrders(db, workspaceId, importId).catch(() => 0)
    await transaction(db, (tx) =>
      finishImport(tx, workspaceId, importId, { failure, ordersIncomplete, runner }),
    ).catch(() => {})
    return { ...result(run, ordersIncomplete, failure), ...(cause instanceof ImportFailure ? {} : { cause }) }
  } finally {
    clearInterval(heart)
  }
}

function result(
  { importId, files, noted }: Run,
  ordersIncomplete: number,
  failure: string | null,
): ImportResult {
  const rowsFailed = files.reduce((sum, file) => sum + file.rows_failed, 0)
  return { importId, files, rowsFailed, ordersIncomplete, rowsNoted: noted, failure }
}

function failureSentence(error: unknown): string {
  if (error instanceof ImportFailure) return error.message
  const message = error instanceof Error ? error.message : String(error)
  return `The import stopped (${message}). Every batch that was finished is kept; run it again to bring in the rest, nothing is doubled.`
}

async function readFiles(run: Run): Promise<void> {
  const { request, files } = run
  const { workspaceId, mapping } = request
  const plans = await planFiles(request)
  files.push(...plans.map(({ plan }, index) => ({ ...emptyProgress(plan), ...run.before[index] })))
  const open = (file: FileMapping) => openFileMapping(request, file)
  run.lastLines = await findLastLines(plans, open, run.signal)
  const looked = { plans, planAgain: () => planFiles(request), open }
  run.newCurrencies = await findNewCurrencies(request, looked, { workspaceId, source: mapping.name })
  for (const [index, { fileMapping, plan }] of plans.entries()) {
    const progress = files[index]
    if (progress) await readFile(run, fileMapping, plan, progress)
  }
  if (plans.some(({ plan }) => plan.linesFollow)) await finishOrders(request, run.importId, run.signal)
  await finishCustomers(request, workspaceId, mapping, run.signal)
  await request.onProgress?.(files)
}

/** All files are there and have the columns of the mapping, or nothing starts. */
async function planFiles(request: ImportRequest) {
  const { db, mapping, workspaceId, openFile } = request
  const lookups = await readLookups(request)
  const workspace = await db
    .selectFrom('workspaces')
    .where('id', '=', workspaceId)
    .select(['currency as workspaceCurrency', 'time_zone as workspaceZone'])
    .executeTakeFirstOrThrow()
  const context = { mapping, lookups, ...workspace }
  const plans: { fileMapping: FileMapping; plan: FilePlan }[] = []
  for (const fileMapping of mapping.files) {
    const { file, encoding } = fileMapping
    if (encoding !== undefined) await refuseUtf8(openFile(file), file, encoding)
    const csv = await openFileMapping(request, fileMapping)
    csv.close()
    plans.push({
      fileMapping,
      plan: planFile(context, fileMapping, csv),
    })
  }
  return plans
}

function openFileMapping({ openFile, signal }: ImportRequest, fileMapping: FileMapping): Promise<CsvFile> {
  const { file, delimiter, encoding, quote_escape: quoteEscape } = fileMapping
  return openCsv(openFile(file), file, {
    delimiter,
    encoding,
    quoteEscape,
    columns: columnsOf(fileMapping),
    signal,
  })
}

function emptyProgress({ file, objects, header, dialect }: FilePlan): FileProgress {
  return { ...noProgress, file, object: objects, header, dialect }
}

interface Run {
  request: ImportRequest
  importId: number
  /** Null for the command line. */
  runner: string | null
  /** How far an earlier run came. */
  before: FileProgress[]
  files: FileProgress[]
  signal: AbortSignal
  /** Rows of which something is noted so far. */
  noted: number
  /** Undefined if all orders wait for their lines until the end. */
  lastLines: LastLines | undefined
  newCurrencies: NewCurrencies
  saidEarlier: SaidEarlier
}

/** While PostgreSQL works on one batch the next one is read. */
async function readFile(
  run: Run,
  fileMapping: FileMapping,
  plan: FilePlan,
  progress: FileProgress,
): Promise<void> {
  const csv = await openFileMapping(run.request, fileMapping)
  const passOver = await passingOver(run, plan)
  const rows = rowsAfter(csv.rows, progress.rows_read, passOver)
  const batches = inBatches(rows, run.request.batchRows ?? BATCH_ROWS_MAX)
  try {
    let next = await batches.next()
    while (!next.done) {
      if (run.signal.aborted) throw new ImportFailure(STOPPED_SENTENCE)
      const writing = bringIn(run, plan, progress, next.value)
      const [written, read] = await Promise.allSettled([writing, batches.next()])
      if (written.status === 'rejected') throw written.reason
      if (read.status === 'rejected') throw read.reason
      next = read.value
    }
  } finally {
    csv.close()
  }
}

/** What a batch that an earlier run has brought in has left in memory, for the batches after it. */
async function passingOver(run: Run, plan: FilePlan): Promise<(rows: CsvRow[]) => Promise<void>> {
  const { request, importId, saidEarlier } = run
  const errors = await readErrorLines(request.db, request.workspaceId, importId, plan.file)
  return async (rows) => {
    const staged = await stageRows(plan, rows, run.signal)
    refusedLines(run, plan, rows, staged)
    const refused = new Map([...rows.entries()].filter(([, { line }]) => errors.has(line)))
    saidEarlier.note(plan, staged, refused)
  }
}

async function bringIn(run: Run, plan: FilePlan, progress: FileProgress, rows: CsvRow[]): Promise<void> {
  const { request, importId, files, newCurrencies, saidEarlier } = run
  const { workspaceId, userId, mapping } = request
  const staged = await stageRows(plan, rows, run.signal)
  saidEarlier.tell(plan, staged)
  const batch = {
    staged: staged.map((row) => ('values' in row ? row.values : null)),
    refused: refusedLines(run, plan, rows, staged),
  }
  const owner = { workspaceId, userId, source: mapping.name, importId, newCurrencies }
  let updated = progress
  let noted = 0
  const { refused } = await writeBatch(request, plan, owner, batch, async (execute, written) => {
    const failed = failedRows(rows, staged, written)
    const notes = notedRows(rows, staged, written)
    noted = notes.length
    updated = advance(progress, rows.length, written, failed.length)
    await keepProgress(execute, run, progress, { failed, notes, updated })
  })
  // Only now is it certain.
  Object.assign(progress, updated)
  saidEarlier.note(plan, staged, refused)
  run.noted += noted
  await request.onProgress?.(files)
}

async function stageRows(plan: FilePlan, rows: CsvRow[], signal: AbortSignal): Promise<StagedRow[]> {
  const turns = new Turns(signal)
  const staged: StagedRow[] = []
  for (const row of rows) {
    staged.push(stageRow(plan, row))
    await turns.next()
  }
  return staged
}

/** Which lines the rows that are refused already would have been: their orders are not whole without them. */
function refusedLines(
  { importId, lastLines }: Run,
  plan: FilePlan,
  rows: CsvRow[],
  staged: StagedRow[],
): RefusedLines {
  const hasLines = plan.records.some(({ object }) => object.name === 'order_items')
  const open = hasLines && lastLines ? lastLines.goOn(plan, staged) : null
  const lines = rows.flatMap(({ line: place }, index) => {
    const row = staged[index]
    if (!row || !('line' in row) || !row.line) return []
    return [nameUnnamed(row.line, { file: plan.file, place, importId })]
  })
  return { lines, open, file: plan.file, places: hasLines ? rows.map(({ line }) => line) : [] }
}

function failedRows(rows: CsvRow[], staged: StagedRow[], { refused }: BatchResult): FailedRow[] {
  return rows.flatMap(({ line, cells }, index) => {
    const row = staged[index]
    const refusal = row && 'refusal' in row ? row.refusal : refused.get(index)
    return refusal ? [{ line, cells, refusal }] : []
  })
}

/** What is to be said of rows that went in, in their order. */
function notedRows(rows: CsvRow[], staged: StagedRow[], { notes, refused }: BatchResult): NotedRow[] {
  const said = Map.groupBy(notes, ({ row }) => row)
  return rows.flatMap(({ line }, index) => {
    const row = staged[index]
    const remarks = row && 'remarks' in row && !refused.has(index) ? row.remarks : []
    return [...remarks, ...(said.get(index) ?? [])].map(({ column, note }) => ({ line, column, note }))
  })
}

function advance(
  progress: FileProgress,
  read: number,
  { counts }: BatchResult,
  failed: number,
): FileProgress {
  return {
    ...progress,
    rows_read: progress.rows_read + read,
    rows_inserted: progress.rows_inserted + counts.inserted,
    rows_updated: progress.rows_updated + counts.updated,
    rows_unchanged: progress.rows_unchanged + counts.unchanged,
    rows_in_trash: progress.rows_in_trash + counts.in_trash,
    rows_restored: progress.rows_restored + counts.restored,
    rows_failed: progress.rows_failed + failed,
  }
}

async function keepProgress(
  execute: RunStatement,
  { request, importId, files, noted, runner }: Run,
  progress: FileProgress,
  { failed, notes, updated }: { failed: FailedRow[]; notes: NotedRow[]; updated: FileProgress },
): Promise<void> {
  const { workspaceId } = request
  const current = files.map((file) => (file === progress ? updated : file))
  const { rowCount } = await execute(
    progressStatement(workspaceId, importId, { files: current, noted: noted + notes.length, runner }),
  )
  if (rowCount === 0) {
    throw new ImportFailure(
      'The import was declared dead while it still ran. What came in is kept; run it again to go on.',
    )
  }
  const kept = files.reduce((sum, file) => sum + file.rows_failed, 0)
  const errors = failed.slice(0, Math.max(0, ERRORS_KEPT_MAX - kept))
  if (errors.length > 0) await execute(keepErrorsStatement(workspaceId, importId, updated.file, errors))
  const shown = notes.slice(0, Math.max(0, NOTES_KEPT_MAX - noted))
  if (shown.length > 0) await execute(keepNotesStatement(workspaceId, importId, updated.file, shown))
}
