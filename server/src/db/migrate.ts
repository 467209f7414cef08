import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { type Migration, readMigrations } from './migration-files.ts'
import { installQueue } from './queue-tables.ts'

/** Any number that no other program uses as its advisory lock. */
const MIGRATION_LOCK = 7_270_777
const LOCK_POLL_MS = 200
/** While a statement waits for a lock, everybody who comes later waits behind it. */
const LOCK_TIMEOUT_MS = 3_000
/** Between two tries others get their turn: some two minutes altogether. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000]
const LOCK_NOT_AVAILABLE = '55P03'
const CONCURRENT_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (\w+) ON ([\w.]+)/i
/** What databases have that were made before the first release, whose migrations were put together to the baseline. */
const BEFORE_RELEASE = '0001_workspaces_and_users.sql'

export interface MigrateOptions {
  directory?: string
  lockTimeoutMs?: number
  pausesMs?: readonly number[]
  /** Is told, in a sentence, what is waited for. */
  report?: (sentence: string) => void
}

interface Applied {
  name: string
  compatible_from: string | null
}

/**
 * Applies the migrations that the database lacks, in order, and returns their names. One process at a time does; others
 * wait and find it done. Throws ConfigError if the database needs a newer program, or a lock could not be had.
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions = {}): Promise<string[]> {
  const { report = console.warn } = options
  const migrations = readMigrations(options.directory)
  const client = await pool.connect()
  // What breaks the connection is told to the statement that runs.
  client.on('error', () => {})
  try {
    await client.query('SET statement_timeout = 0')
    await takeTurn(client, report)
    const applied = await readApplied(client)
    const names = new Set(applied.map(({ name }) => name))
    const pending = migrations.filter(({ name }) => !names.has(name))
    refuseUnfit(applied, migrations, pending)
    // In a new database nobody works, and nothing takes long.
    const told = applied.length > 0 ? report : () => {}
    for (const migration of pending) await apply(client, migration, { ...options, report: told })
    await installQueue(client)
    return pending.map(({ name }) => name)
  } finally {
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => {})
    client.release(true)
  }
}

/**
 * Asks again and again instead of waiting in the database: a statement that waits has a snapshot, for whose end the
 * CREATE INDEX CONCURRENTLY of the process whose turn it is would wait in turn.
 */
async function takeTurn(client: pg.PoolClient, report: (sentence: string) => void): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      MIGRATION_LOCK,
    ])
    if (rows[0]?.taken) return
    if (tries === 10) report('Another process is migrating the database; waiting until it is done.')
    await delay(LOCK_POLL_MS)
  }
}

async function readApplied(client: pg.PoolClient): Promise<Applied[]> {
  await client.query(`CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY, compatible_from text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`)
  const { rows } = await client.query<Applied>(
    `SELECT name, to_jsonb(m) ->> 'compatible_from' AS compatible_from FROM migrations m ORDER BY name`,
  )
  return rows
}

function refuseUnfit(applied: Applied[], known: Migration[], pending: Migration[]): void {
  if (applied.some(({ name }) => name === BEFORE_RELEASE))
    throw new ConfigError(
      `This database was made by a Rapport from before its first release (it has ${BEFORE_RELEASE}), and no later one can bring it up to date. Start this one with a database of its own: another RAPPORT_DATA_DIR, or an empty database as DATABASE_URL. The program that made this one can still open it.`,
    )
  const level = known.at(-1)?.level ?? ''
  const newer = applied.filter(({ name }) => !known.some((migration) => migration.name === name))
  const unfit = newer.filter(({ compatible_from }) => compatible_from === null || compatible_from > level)
  if (unfit.length > 0)
    throw new ConfigError(
      `This database was migrated by a newer Rapport, and this one is too old for it (${unfit.map(({ name }) => name).join(', ')}: a program must know migration ${unfit
        .map(({ compatible_from }) => compatible_from ?? '?')
        .toSorted()
        .at(
          -1,
        )}, this one knows those up to ${level}). Start the newer version, or restore a backup from before the upgrade.`,
    )
  if (newer.length > 0 && pending.length > 0)
    throw new ConfigError(
      `This database was migrated by another Rapport: it has ${newer.map(({ name }) => name).join(', ')}, which this one does not know, and lacks ${pending.map(({ name }) => name).join(', ')}. Start the version that knows both.`,
    )
}

/** Applies a migration, again after a pause when another's lock was in its way. */
async function apply(
  client: pg.PoolClient,
  migration: Migration,
  { lockTimeoutMs = LOCK_TIMEOUT_MS, pausesMs = PAUSES_MS, report = () => {} }: MigrateOptions,
): Promise<void> {
  if (migration.noTransaction) return applyPieces(client, migration, report)
  for (const pause of [...pausesMs, undefined]) {
    try {
      return await applyWhole(client, migration, lockTimeoutMs)
    } catch (error) {
      if (!isLockTimeout(error))
        throw new Error(
          `Migration ${migration.name} failed and was rolled back: ${(error as Error).message}`, // Only PostgreSQL throws here.
          { cause: error },
        )
      const holders = await longTransactions(client, lockTimeoutMs)
      if (pause === undefined)
        throw new ConfigError(
          `Migration ${migration.name} could not get a lock that it needs, in ${pausesMs.length + 1} tries; nothing of it was done. ${holders} End what holds the lock, and start again.`,
        )
      report(`Migration ${migration.name} waits for a lock and tries again. ${holders}`)
      await delay(pause)
    }
  }
}

async function applyWhole(client: pg.PoolClient, migration: Migration, lockTimeoutMs: number): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`)
    await client.query(migration.sql)
    await remember(client, migration)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/** Statements that were done before an interruption find that they are, so all of them simply run again. */
async function applyPieces(
  client: pg.PoolClient,
  migration: Migration,
  report: (sentence: string) => void,
): Promise<void> {
  report(
    `Migration ${migration.name} runs while people work; it ends after all transactions that began before it.`,
  )
  for (const statement of migration.statements) {
    const [, index, table] = CONCURRENT_INDEX.exec(statement) ?? []
    try {
      if (index && table) await dropInvalid(client, index, table)
      await client.query(statement)
    } catch (error) {
      if (index && table) await dropInvalid(client, index, table).catch(() => {})
      throw new Error(
        `Migration ${migration.name} failed at "${statement.slice(0, 200)}": ${(error as Error).message}. It is tried again at the next start.`, // Only PostgreSQL throws here.
        { cause: error },
      )
    }
  }
  await remember(client, migration)
}

/** What an interrupted CREATE INDEX CONCURRENTLY leaves behind: kept up to date by every write, used by no query. */
async function dropInvalid(client: pg.PoolClient, index: string, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE indrelid = to_regclass($2) AND relname = lower($1) AND NOT indisvalid`,
    [index, table],
  )
  for (const { name } of rows) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
}

async function remember(client: pg.PoolClient, { name, compatibleFrom }: Migration): Promise<void> {
  await client.query('INSERT INTO migrations (name, compatible_from) VALUES ($1, $2)', [name, compatibleFrom])
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE
}

/** Who has been in a transaction for as long as a lock was waited for: one of them has it. No statements: they hold data. */
async function longTransactions(client: pg.PoolClient, lockTimeoutMs: number): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string; state: string; seconds: number }>(
    `SELECT pid, application_name AS name, coalesce(state, 'unknown') AS state,
       extract(epoch FROM now() - xact_start)::int AS seconds
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < now() - $1 * interval '1 millisecond'
     ORDER BY xact_start LIMIT 3`,
    [lockTimeoutMs],
  )
  const held = rows.map(
    ({ pid, name, state, seconds }) => `process ${pid} (${name || 'unnamed'}, ${state}, for ${seconds} s)`,
  )
  return held.length > 0 ? `The longest transactions are those of ${held.join(', ')}.` : ''
}
