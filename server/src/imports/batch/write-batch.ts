import { finished } from 'node:stream/promises'
import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { rowText } from '../../db/copy.ts'
import type { Database, Tx } from '../../db/database.ts'
import type { DB } from '../../db/types.generated.ts'
import { kindParts } from '../../kinds.ts'
import { giveBack, leaveTrash } from '../../records/pointers.ts'
import { shown } from '../../values/text.ts'
import { kindOfTable } from '../../vocabulary.ts'
import type { Refusal } from '../failure.ts'
import type { FilePlan, RecordPlan } from '../mapping/plan-shape.ts'
import { holdFound } from './hold-found.ts'
import { insertRecord, keepExternalIds } from './insert-rows.ts'
import { checkRows, refuseFollowers, settleShared } from './row-checks.ts'
import {
  type BatchOwner,
  COPY_INTO_STAGE,
  createTables,
  referenceId,
  resolveRows,
  rowColumn,
  type Statement,
} from './staged-rows.ts'
import { readDifferences, restoreRecord, updateRecord } from './update-rows.ts'
import { keepMissingLines, type RefusedLines, touchHeldOrders } from './whole-orders.ts'
import { writeLines } from './write-lines.ts'

/** Any number that no other program uses as its advisory lock. */
export const IMPORT_LOCK = 7_270_780
const ATTEMPTS_MAX = 5
/** A batch may take longer than a request; nobody waits for it but the import itself. */
const STATEMENT_TIMEOUT_MS = 120_000
/** Serialization failure, deadlock, and a key that someone else took or removed between our check and our insert. */
const RETRYABLE = new Set(['40001', '40P01', '23505', '23503'])

/** Connections and the compiler of statements. */
export interface ImportDatabase {
  db: Database
  pool: pg.Pool
}

/** What became of rows that were not refused. */
export const outcomes = ['inserted', 'updated', 'unchanged', 'in_trash', 'restored'] as const
export type Outcome = (typeof outcomes)[number]

/** What a row says that was not taken over. */
export interface RowNote {
  /** The row's place in the batch. */
  row: number
  column: string | null
  note: string
}

export interface BatchResult {
  counts: Record<Outcome, number>
  /** By the row's place in the batch. */
  refused: Map<number, Refusal>
  notes: RowNote[]
}

/** What runs in the transaction of the batch after its rows are in. */
export type KeepProgress = (run: RunStatement, result: BatchResult) => Promise<void>
export type RunStatement = <T extends pg.QueryResultRow>(statement: Statement) => Promise<pg.QueryResult<T>>

export interface StagedBatch {
  /** The values of each row for `stagedColumns(plan)`; a row refused before is null. */
  staged: ((string | null)[] | null)[]
  /** The lines of orders among the rows refused before. */
  refused: RefusedLines
}

/**
 * Writes a batch of staged rows in one transaction: all that pass the checks, or nothing. Two imports into one workspace
 * take turns.
 */
export async function writeBatch(
  database: ImportDatabase,
  plan: FilePlan,
  owner: BatchOwner,
  { staged, refused }: StagedBatch,
  keepProgress: KeepProgress,
): Promise<BatchResult> {
  const copy = encodeCopy(staged)
  const isEmpty = copy === '' && refused.lines.length === 0
  return inTransaction(database, owner.workspaceId, async (run, client) => {
    const result = isEmpty ? nothing() : await bringIn(run, client, plan, owner, { copy, refused })
    await keepProgress(run, result)
    return result
  })
}

/** Runs `work` in a transaction in which no other import writes to the workspace; again after a conflict. */
export async function inTransaction<T>(
  { db, pool }: ImportDatabase,
  workspaceId: number,
  work: (run: RunStatement, client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect()
    // Unnamed: the statements differ from mapping to mapping, and so do the temporary tables that they read.
    const run: RunStatement = (statement) => {
      const { sql: text, parameters } = statement.compile(db)
      return client.query({ text, values: [...parameters] })
    }
    let broken = false
    try {
      await client.query('BEGIN')
      // The tables grow faster than their statistics: PostgreSQL would read them whole for every row.
      await client.query(
        `SET LOCAL enable_seqscan = off; SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
      )
      await run(sql`SELECT pg_advisory_xact_lock(${IMPORT_LOCK}::int, ${workspaceId}::int)`)
      const result = await work(run, client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      broken = await client.query('ROLLBACK').then(
        () => false,
        () => true,
      )
      const code = (error as { code?: string }).code ?? ''
      if (!RETRYABLE.has(code) || attempt >= ATTEMPTS_MAX) throw error
    } finally {
      client.release(broken)
    }
  }
}

async function bringIn(
  run: RunStatement,
  client: pg.PoolClient,
  plan: FilePlan,
  owner: BatchOwner,
  { copy, refused }: { copy: string; refused: RefusedLines },
): Promise<BatchResult> {
  for (const statement of createTables(plan)) await run(statement)
  const stream = client.query(copyFrom(COPY_INTO_STAGE))
  stream.end(copy)
  await finished(stream)
  await findAndHold(run, plan, owner)
  for (const statement of checkRows(plan, owner)) await run(statement)
  await refuseAllFollowers(run, plan)
  for (const statement of settleShared(plan)) await run(statement)
  for (const record of plan.records) {
    for (const statement of writeRecord(plan, record, owner, refused)) await run(statement)
    if (record.restore) await takeBack(run, client, record, owner)
  }
  await run(keepExternalIds(plan, owner))
  for (const statement of keepOrdersWhole(plan, owner, refused)) await run(statement)
  return readResult(run, plan)
}

/** What was moved to the trash, restored or deleted between our look and our lock is looked for again. */
async function findAndHold(run: RunStatement, plan: FilePlan, owner: BatchOwner): Promise<void> {
  let changed: number
  do {
    changed = 0
    await run(sql`DELETE FROM import_rows`)
    await run(resolveRows(plan, owner))
    for (const statement of holdFound(plan, owner)) {
      const { rows } = await run<{ changed: number }>(statement)
      changed += rows[0]?.changed ?? 0
    }
  } while (changed > 0)
}

function writeRecord(
  plan: FilePlan,
  record: RecordPlan,
  owner: BatchOwner,
  refused: RefusedLines,
): Statement[] {
  if (record.object.name === 'order_items') return writeLines(plan, record, owner, refused)
  return [
    ...insertRecord(plan, record, owner),
    ...restoreRecord(record, owner),
    ...updateRecord(plan, record, owner),
  ]
}

/** What comes back from the trash gets back what pointed at it, and leaves what is in the trash, as by hand. */
async function takeBack(
  run: RunStatement,
  client: pg.PoolClient,
  { object, prefix }: RecordPlan,
  { workspaceId, userId }: BatchOwner,
): Promise<void> {
  const { rows } = await run<{ id: number }>(sql`
    SELECT DISTINCT ${rowColumn(`${prefix}id`)} AS id FROM import_rows r
    WHERE r.reason IS NULL AND ${rowColumn(`${prefix}trashed`)}`)
  if (object.name === 'order_items' || rows.length === 0) return
  const { source } = kindParts[kindOfTable[object.name]]
  const tx = transactionOf(client)
  const ids = rows.map(({ id }) => id)
  const scope = { workspaceId, userId: userId as string, role: 'manager' as const } // Null for the command line, as in history.
  await leaveTrash(tx, source, scope, ids)
  await giveBack(tx, source, scope, ids)
}

/** The transaction that a client is in, for what others write in it. */
function transactionOf(client: pg.PoolClient): Tx {
  const query: PostgresPoolClient['query'] = (...args: unknown[]) => Reflect.apply(client.query, client, args)
  const pool = { connect: async () => ({ query, release: () => {} }), end: async () => {}, options: {} }
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) }) as unknown as Tx // It is in one, begun by hand.
}

function keepOrdersWhole(plan: FilePlan, owner: BatchOwner, refused: RefusedLines): Statement[] {
  if (!plan.linesFollow) return []
  return plan.records.flatMap((record) => {
    if (record.object.name === 'orders') return [touchHeldOrders(rowColumn(`${record.prefix}id`), owner)]
    const order = record.fields.find(({ name }) => name === 'order_id')
    if (record.object.name !== 'order_items' || !order) return []
    return [
      ...keepMissingLines(record, owner, refused),
      touchHeldOrders(referenceId(plan.records, record, order), owner),
    ]
  })
}

/** Ends: every turn but the last refuses at least one more row of the batch. */
async function refuseAllFollowers(run: RunStatement, plan: FilePlan): Promise<void> {
  let refused: number
  do {
    refused = 0
    for (const statement of refuseFollowers(plan)) refused += (await run(statement)).rowCount ?? 0
  } while (refused > 0)
}

async function readResult(run: RunStatement, plan: FilePlan): Promise<BatchResult> {
  const result = nothing()
  const counted = await run<{ outcome: Outcome; rows: number }>(sql`
    SELECT ${outcomeOf(plan)} AS outcome, count(*) AS rows FROM import_rows WHERE reason IS NULL GROUP BY 1`)
  for (const { outcome, rows } of counted.rows) result.counts[outcome] = rows
  const refused = await run<{ row_number: number; column_name: string | null; reason: string }>(
    sql`SELECT row_number, column_name, reason FROM import_rows WHERE reason IS NOT NULL`,
  )
  for (const { row_number, column_name, reason } of refused.rows) {
    result.refused.set(row_number, { column: column_name, reason })
  }
  result.notes.push(...(await readNotes(run, plan)))
  return result
}

/** The strongest of what became of a row's records. */
function outcomeOf({ records }: FilePlan) {
  const any = (column: string, among = records) =>
    sql.raw(['false', ...among.map(({ prefix }) => `${prefix}${column}`)].join(' OR '))
  const returning = records.filter(({ restore }) => restore)
  return sql`CASE WHEN ${any('new')} THEN 'inserted' WHEN ${any('trashed', returning)} THEN 'restored'
    WHEN ${any('changed')} THEN 'updated' WHEN ${any('trashed')} THEN 'in_trash' ELSE 'unchanged' END`
}

interface Difference {
  row_number: number
  prefix: string
  field: string
  verdict: 'person' | 'earlier'
  before: string | null
  after: string
}

async function readNotes(run: RunStatement, { records }: FilePlan): Promise<RowNote[]> {
  if (!records.some(({ update, shared }) => update || shared)) return []
  const { rows } = await run<Difference>(readDifferences)
  return rows.map(({ row_number, prefix, field, verdict, before, after }) => {
    const record = records.find((each) => each.prefix === prefix)
    const column = record?.fields.find(({ name }) => name === field)?.columns ?? null
    const held = before === null ? 'nothing' : shown(before)
    const what = `${record?.object.singular ?? 'record'}'s ${field}`
    const note =
      verdict === 'person'
        ? `A person has changed the ${what} to ${held}; ${shown(after)} was left out.`
        : `The ${what} is ${held} by an earlier row; ${shown(after)} was left out.`
    return { row: row_number, column, note }
  })
}

function nothing(): BatchResult {
  return {
    counts: { inserted: 0, updated: 0, unchanged: 0, in_trash: 0, restored: 0 },
    refused: new Map(),
    notes: [],
  }
}

/** For COPY: the row's place in the batch, then its values. */
function encodeCopy(staged: ((string | null)[] | null)[]): string {
  let copy = ''
  for (const [index, values] of staged.entries()) {
    if (values) copy += rowText([index, ...values])
  }
  return copy
}
