import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import pg from 'pg'
import { type ConnectionTarget, createDatabase, createPool } from '../src/db/database.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'

const MIGRATIONS = join(import.meta.dirname, '..', 'migrations')
const TEMPLATE_LOCK = 7_270_779
const STATEMENT_TIMEOUT_MS = 120_000

/** Where the test run's PostgreSQL lives; bin/test.ts starts it before the files and stops it after them. */
export const testDataDir = process.env.RAPPORT_TEST_DATA_DIR ?? join(tmpdir(), 'rapport-test')

/** The server all test files share. Whoever runs a single file by hand starts it on the way. */
async function server(): Promise<ConnectionTarget & { stop: () => Promise<void> }> {
  mkdirSync(testDataDir, { recursive: true })
  chmodSync(testDataDir, 0o755)
  const embedded = await startEmbedded(testDataDir)
  return { host: embedded.host, port: embedded.port, user: embedded.user, stop: embedded.stop }
}

/** A migrated database for every state of the migrations: made once, then cloned in some 30 ms. */
function templateName(): string {
  const hash = createHash('sha1')
  for (const file of readdirSync(MIGRATIONS).sort())
    hash.update(file).update(readFileSync(join(MIGRATIONS, file)))
  return `template_${hash.digest('hex').slice(0, 12)}`
}

export interface TestDatabase {
  target: ConnectionTarget
  drop: () => Promise<void>
}

/** A migrated, empty database for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { stop, ...target } = await server()
  const admin = new pg.Client({ ...target, database: 'postgres' })
  await admin.connect()
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK])
  const template = templateName()
  const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
  if (!rowCount) await createTemplate(admin, target, template)
  const database = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await admin.query(`CREATE DATABASE ${database} TEMPLATE ${template} STRATEGY wal_log`)
  await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  const drop = async () => {
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await admin.end()
    await stop()
  }
  return { target: { ...target, database }, drop }
}

/** The same with connections to it, closed and dropped after the file's tests. Call it where the file begins. */
export async function openTestDatabase({
  size,
  applicationName,
}: {
  size: number
  applicationName?: string
}) {
  const { target, drop } = await createTestDatabase()
  const statementTimeoutMs = STATEMENT_TIMEOUT_MS
  const pool = createPool(target, { size, statementTimeoutMs, ...(applicationName && { applicationName }) })
  after(async () => {
    await pool.end()
    await drop()
  })
  return { pool, db: createDatabase(pool) }
}

async function createTemplate(admin: pg.Client, target: ConnectionTarget, template: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${template}_new`)
  await admin.query(`CREATE DATABASE ${template}_new`)
  const pool = createPool(
    { ...target, database: `${template}_new` },
    { size: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  )
  await migrate(pool)
  await pool.end()
  await admin.query(`ALTER DATABASE ${template}_new RENAME TO ${template}`)
}
