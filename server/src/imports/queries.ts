import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { Statement } from './batch/staged-rows.ts'
import { incompleteOrders } from './batch/whole-orders.ts'
import { type Refusal, STOPPED_SENTENCE } from './failure.ts'
import { type FileProgress, noProgress } from './progress.ts'
import type { Import, ImportRow, IncompleteOrder } from './schema.ts'

/** Errors that a page of the API shows; the error file has all that were kept. */
const ERRORS_SHOWN_MAX = 100
const IMPORTS_LISTED_MAX = 50
/** A running import whose process has been silent for this long is dead. Heartbeats come much more often. */
const SILENCE_MAX_SECONDS = 60
export const HEARTBEAT_INTERVAL_MS = 10_000
const CELLS_KEPT_CHARACTERS_MAX = 16_384

/** A row that went in, and what is to be said of it. */
export interface NotedRow {
  line: number
  column: string | null
  note: string
}

/** A row that did not go in, as it was read. */
export interface FailedRow {
  line: number
  cells: string[]
  refusal: Refusal
}

/** Starts the record of an import; returns its id. */
export async function createImport(
  tx: Tx,
  { workspaceId, userId, mapping }: { workspaceId: number; userId: string | null; mapping: string },
): Promise<number> {
  const { id } = await tx
    .insertInto('imports')
    .values({ workspace_id: workspaceId, user_id: userId, mapping })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Touches no row if the import has been declared dead, or taken over by another run, meanwhile. */
export function progressStatement(
  workspaceId: number,
  importId: number,
  { files, noted, runner }: { files: FileProgress[]; noted: number; runner: string | null },
): Statement {
  const failed = files.reduce((sum, file) => sum + file.rows_failed, 0)
  return sql`
    UPDATE imports SET files = ${JSON.stringify(files)}::jsonb, rows_failed = ${failed}, rows_noted = ${noted}, heartbeat_at = now()
    WHERE workspace_id = ${workspaceId} AND id = ${importId} AND status = 'running'
      AND runner IS NOT DISTINCT FROM ${runner}::uuid`
}

export function keepErrorsStatement(
  workspaceId: number,
  importId: number,
  file: string,
  rows: FailedRow[],
): Statement {
  const errors = rows.map(kept)
  return sql`
    INSERT INTO import_errors (workspace_id, import_id, file, line, column_name, reason, cells)
    SELECT ${workspaceId}::int, ${importId}::bigint, ${file}::text, e.line, e."column", e.reason, e.cells
    FROM jsonb_to_recordset(${JSON.stringify(errors)}::jsonb) AS e (line int, "column" text, reason text, cells text[])
    ORDER BY e.line`
}

export function keepNotesStatement(
  workspaceId: number,
  importId: number,
  file: string,
  rows: NotedRow[],
): Statement {
  return sql`
    INSERT INTO import_notes (workspace_id, import_id, file, line, column_name, note)
    SELECT ${workspaceId}::int, ${importId}::bigint, ${file}::text, n.line, n."column", n.note
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS n (line int, "column" text, note text)
    ORDER BY n.line`
}

/** What PostgreSQL cannot store becomes a mark that no import takes. A row that is very long is not repeated. */
function kept({ line, cells, refusal: { column, reason } }: FailedRow) {
  const storable = (text: string) => text.toWellFormed().replaceAll('\0', '\ufffd')
  const isWhole = cells.reduce((sum, cell) => sum + cell.length, 0) <= CELLS_KEPT_CHARACTERS_MAX
  return {
    line,
    column,
    reason: storable(
      isWhole ? reason : `${reason} The row is too long to be repeated here; mend it in its file.`,
    ),
    cells: isWhole ? cells.map(storable) : [],
  }
}

/** Ends an import; `failure` says why it did not reach its end. One that was declared dead stays so. */
export async function finishImport(
  tx: Tx,
  workspaceId: number,
  importId: number,
  {
    failure,
    ordersIncomplete,
    runner,
  }: { failure: string | null; ordersIncomplete: number; runner: string | null },
): Promise<void> {
  await tx
    .updateTable('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', '=', 'running')
    .where(sql<boolean>`runner IS NOT DISTINCT FROM ${runner}::uuid`)
    .set({
      status: failure === null ? 'completed' : 'failed',
      failure,
      orders_incomplete: ordersIncomplete,
      finished_at: sql`now()`,
    })
    .execute()
}

/** Lines of a file whose rows an import has refused, as far as they are kept. */
export async function readErrorLines(
  db: Db,
  workspaceId: number,
  importId: number,
  file: string,
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('import_errors')
    .where('workspace_id', '=', workspaceId)
    .where('import_id', '=', importId)
    .where('file', '=', file)
    .select('line')
    .execute()
  return new Set(rows.map(({ line }) => line))
}

/** Orders that an import has read something of and that are not whole. */
export async function countIncompleteOrders(db: Db, workspaceId: number, importId: number): Promise<number> {
  const { count } = await db
    .selectFrom('held_orders')
    .where('workspace_id', '=', workspaceId)
    .where('import_id', '=', importId)
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export async function beat(tx: Tx, workspaceId: number, importId: number): Promise<void> {
  await tx
    .updateTable('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', '=', 'running')
    .set({ heartbeat_at: sql`now()` })
    .execute()
}

/** Declares dead the imports that a command line ran whose process has stopped; a job's are taken up by another. */
export async function failSilentImports(tx: Tx, workspaceId: number): Promise<void> {
  await tx
    .updateTable('imports')
    .where('workspace_id', '=', workspaceId)
    .where('status', '=', 'running')
    .where('upload_id', 'is', null)
    .where('heartbeat_at', '<', sql<string>`now() - make_interval(secs => ${SILENCE_MAX_SECONDS})`)
    .set({ status: 'failed', failure: STOPPED_SENTENCE, finished_at: sql`now()` })
    .execute()
}

const importColumns = [
  'id',
  'mapping',
  'status',
  'files',
  'rows_failed',
  'rows_noted',
  'orders_incomplete',
  'failure',
  'created_at',
  'finished_at',
] as const

/** The latest fifty, newest first. */
export async function listImports(db: Db, workspaceId: number): Promise<ImportRow[]> {
  const rows = await db
    .selectFrom('imports')
    .where('workspace_id', '=', workspaceId)
    .select(importColumns)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(IMPORTS_LISTED_MAX)
    .execute()
  return rows.map(asImportRow)
}

/** Imports of earlier releases counted less. */
function asImportRow(row: object): ImportRow {
  const found = row as ImportRow // The CHECK on status and progressStatement() hold what the types cannot know.
  return { ...found, files: found.files.map((file) => ({ ...noProgress, ...file })) }
}

/** Undefined if the workspace has no such import. */
export async function readImport(db: Db, workspaceId: number, id: number): Promise<Import | undefined> {
  const found = await db
    .selectFrom('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .select(importColumns)
    .executeTakeFirst()
  if (!found) return undefined
  const errors = await db
    .selectFrom('import_errors')
    .where('workspace_id', '=', workspaceId)
    .where('import_id', '=', id)
    .select(['file', 'line', 'column_name as column', 'reason'])
    .orderBy('id')
    .limit(ERRORS_SHOWN_MAX)
    .execute()
  const notes = await db
    .selectFrom('import_notes')
    .where('workspace_id', '=', workspaceId)
    .where('import_id', '=', id)
    .select(['file', 'line', 'column_name as column', 'note'])
    .orderBy('id')
    .limit(ERRORS_SHOWN_MAX)
    .execute()
  const orders = await incompleteOrders(workspaceId, id, ERRORS_SHOWN_MAX).execute(db)
  const incomplete_orders = orders.rows as IncompleteOrder[] // What the statement selects.
  return { ...asImportRow(found), errors, notes, incomplete_orders }
}
