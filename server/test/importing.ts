import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type pg from 'pg'
import { createDatabase, createPool, type Database } from '../src/db/database.ts'
import type { Mapping } from '../src/imports/mapping.ts'
import { type ImportRequest, type ImportResult, runImport } from '../src/imports/run-import.ts'
import { createTestDatabase } from './database.ts'

const POOL_SIZE = 4
const STATEMENT_TIMEOUT_MS = 30_000

/** Real sample data lies beside the repository, not in it. */
const sampleDataDir =
  process.env.RAPPORT_SAMPLE_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data')

/** The folder of a sample, and what `test({ skip })` says where it is absent. */
export function sampleData(name: string): { folder: string; skip: string | false } {
  const folder = join(sampleDataDir, name)
  return {
    folder,
    skip: existsSync(folder) ? false : `there is no ${folder}; set RAPPORT_SAMPLE_DATA to the sample data`,
  }
}

export interface ImportBench {
  db: Database
  pool: pg.Pool
  /** For DATABASE_URL. */
  url: string
  /** A new workspace; its id. */
  workspace: (settings?: { currency?: string; uniqueEmails?: boolean }) => Promise<number>
  /** Runs an import of files given by their contents. */
  run: (
    workspaceId: number,
    mapping: Mapping,
    files: Record<string, string | Buffer>,
    options?: Partial<ImportRequest>,
  ) => Promise<ImportResult>
  /** The rows of a query. */
  rows: <T extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<T[]>
  close: () => Promise<void>
}

/** A database of its own for the import tests of one file. */
export async function openImportBench(): Promise<ImportBench> {
  const database = await createTestDatabase()
  const pool = createPool(database.target, {
    size: POOL_SIZE,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applicationName: 'rapport-import-test',
  })
  const db = createDatabase(pool)
  const { host = '', user = '', database: name = '' } = database.target
  return {
    db,
    pool,
    url: `postgres://${user}@localhost/${name}?host=${encodeURIComponent(host)}`,
    workspace: async ({ currency = 'EUR', uniqueEmails = false } = {}) => {
      const { id } = await db
        .insertInto('workspaces')
        .values({ name: 'Test', currency, unique_customer_emails: uniqueEmails })
        .returning('id')
        .executeTakeFirstOrThrow()
      return id
    },
    run: (workspaceId, mapping, files, options = {}) =>
      runImport({ db, pool, workspaceId, userId: null, mapping, openFile: fromMemory(files), ...options }),
    rows: async (text, values = []) => (await pool.query(text, values)).rows,
    close: async () => {
      await pool.end()
      await database.drop()
    },
  }
}

/** Contents in pieces that cut characters and rows apart, as a disk or network may. */
const PIECE_BYTES = 1_021

function fromMemory(files: Record<string, string | Buffer>): (name: string) => Readable {
  return (name) => {
    const content = files[name]
    if (content === undefined) return Readable.from(missing(name))
    return Readable.from(pieces(Buffer.from(content)))
  }
}

function* pieces(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += PIECE_BYTES) {
    yield content.subarray(start, start + PIECE_BYTES)
  }
}

// biome-ignore lint/correctness/useYield: it fails before it has anything to give.
async function* missing(name: string): AsyncGenerator<Buffer> {
  throw Object.assign(new Error(`ENOENT: ${name}`), { code: 'ENOENT' })
}
