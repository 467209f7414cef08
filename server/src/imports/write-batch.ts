import { finished } from 'node:stream/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Database } from '../db/database.ts'
import type { Refusal } from './failure.ts'
import { insertRows } from './insert-rows.ts'
import type { FilePlan } from './plan.ts'
import { checkRows, refuseFollowers, settleShared } from './row-checks.ts'
import { type BatchOwner, COPY_INTO_STAGE, createTables, resolveRows, type Statement } from './staged-rows.ts'

/** Any number that no other program uses as its advisory lock. */
const IMPORT_LOCK = 7_270_780
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

export interface BatchResult {
  inserted: number
  unchanged: number
  /** By the row's place in the batch. */
  refused: Map<number, Refusal>
}

/** What runs in the transaction of the batch after its rows are in. */
export type KeepProgress = (run: RunStatement, result: BatchResult) => Promise<void>
export type RunStatement = <T extends pg.QueryResultRow>(statement: Statement) => Promise<pg.QueryResult<T>>

/**
 * Writes a batch of staged rows in one transaction: all that pass the checks, or nothing. `staged` holds the values of
 * each row for `stagedColumns(plan)`; a row refused before is null there. Two imports into one workspace take turns.
 */
export async function writeBatch(
  database: ImportDatabase,
  plan: FilePlan,
  owner: BatchOwner,
  staged: ((string | null)[] | null)[],
  keepProgress: KeepProgress,
): Promise<BatchResult> {
  const copy = encodeCopy(staged)
  return inTransaction(database, owner.workspaceId, async (run, client) => {
    const result = copy === '' ? nothing() : await bringIn(run, client, plan, owner, copy)
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
  copy: string,
): Promise<BatchResult> {
  for (const statement of createTables(plan)) await run(statement)
  const stream = client.query(copyFrom(COPY_INTO_STAGE))
  stream.end(copy)
  await finished(stream)
  await run(resolveRows(plan, owner))
  for (const statement of checkRows(plan, owner)) await run(statement)
  await refuseAllFollowers(run, plan)
  for (const statement of settleShared(plan)) await run(statement)
  for (const statement of insertRows(plan, owner)) await run(statement)
  return readResult(run, plan)
}

/** Ends: every turn but the last refuses at least one more row of the batch. */
async function refuseAllFollowers(run: RunStatement, plan: FilePlan): Promise<void> {
  let refused: number
  do {
    refused = 0
    for (const statement of refuseFollowers(plan)) refused += (await run(statement)).rowCount ?? 0
  } while (refused > 0)
}

async function readResult(run: RunStatement, { records }: FilePlan): Promise<BatchResult> {
  const isNew = sql.raw(records.map(({ prefix }) => `${prefix}new`).join(' OR '))
  const counted = await run<{ inserted: number; unchanged: number }>(sql`
    SELECT count(*) FILTER (WHERE reason IS NULL AND (${isNew})) AS inserted,
      count(*) FILTER (WHERE reason IS NULL AND NOT (${isNew})) AS unchanged FROM import_rows`)
  const refused = await run<{ row_number: number; column_name: string | null; reason: string }>(
    sql`SELECT row_number, column_name, reason FROM import_rows WHERE reason IS NOT NULL`,
  )
  return {
    ...nothing(),
    ...counted.rows[0],
    refused: new Map(
      refused.rows.map(({ row_number, column_name, reason }) => [
        row_number,
        { column: column_name, reason },
      ]),
    ),
  }
}

function nothing(): BatchResult {
  return { inserted: 0, unchanged: 0, refused: new Map() }
}

/** COPY's text format: the row's place in the batch, then its values. */
function encodeCopy(staged: ((string | null)[] | null)[]): string {
  let copy = ''
  for (const [index, values] of staged.entries()) {
    if (values) copy += `${index}\t${values.map(encodeValue).join('\t')}\n`
  }
  return copy
}

const ESCAPED = /[\\\t\n\r]/
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function encodeValue(value: string | null): string {
  if (value === null) return '\\N'
  return ESCAPED.test(value)
    ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character)
    : value
}
