import { setTimeout } from 'node:timers/promises'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { databaseAway, outcomeUnknown, overloaded, Problem } from '../errors.ts'
import { asDatabaseError, NamedClient, types } from './client.ts'
import type { DB } from './types.generated.ts'

export type Database = Kysely<DB>
export type Tx = Transaction<DB>
/** For queries that may run inside a transaction or outside of one: it can only read. Writers take Tx. */
export type Db = Pick<
  Database,
  'selectFrom' | 'selectNoFrom' | 'with' | 'withRecursive' | 'executeQuery' | 'getExecutor' | 'fn' | 'dynamic'
>

const CONNECT_TIMEOUT_MS = 5_000
const IDLE_TIMEOUT_MS = 60_000
/** A connection that nothing was heard on for so long is asked whether its other end still lives. */
const KEEP_ALIVE_MS = 10_000

export interface ConnectionTarget {
  connectionString?: string
  host?: string
  port?: number
  user?: string
  database?: string
}

/** Askers that may wait for each connection. They are answered within a second or so; more are turned away at once. */
export const WAITING_PER_CONNECTION_MAX = 16

/** Whether whoever asks now is turned away. */
export function poolIsFull(pool: pg.Pool): boolean {
  return pool.waitingCount >= pool.options.max * WAITING_PER_CONNECTION_MAX
}

/** A pool whose queue is bounded too: under too much load some are refused instead of all being slow. */
class BoundedPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>
  override connect(callback: ConnectCallback): void
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (!callback) {
      return new Promise((resolve, reject) =>
        this.connect((error, client) => (client ? resolve(client) : reject(error))),
      )
    }
    const full = this.totalCount >= this.options.max
    if (poolIsFull(this)) {
      callback(overloaded('Too many requests are waiting for the database.'), undefined, () => {})
      return undefined
    }
    super.connect((error, client, done) => {
      const tooLong = full && error?.message === WAITED_TOO_LONG
      const problem = tooLong
        ? overloaded('The database had no time for this request.')
        : error && asDatabaseError(error)
      callback(problem, client, done)
    })
    return undefined
  }
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0]
/** How pg says that connectionTimeoutMillis has passed. */
const WAITED_TOO_LONG = 'timeout exceeded when trying to connect'

/** The one bounded pool of this process. Past its queue it throws a Problem: 503, try again in a moment. */
export function createPool(
  target: ConnectionTarget,
  options: { size: number; statementTimeoutMs: number; applicationName?: string },
): pg.Pool {
  const pool = new BoundedPool({
    ...target,
    // @ts-expect-error NamedClient narrows pg.Client's overloads; the pool only constructs it.
    Client: NamedClient,
    types,
    max: options.size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    statement_timeout: options.statementTimeoutMs,
    options: '-c timezone=UTC -c plan_cache_mode=auto',
    application_name: options.applicationName ?? 'rapport',
  })
  // A connection that breaks fails the query it runs and is replaced; without listeners it would end the process,
  // also while it is lent out and between two queries.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

export function createDatabase(pool: pg.Pool): Database {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** Resolves when the database answers; otherwise throws one clear sentence. */
export async function checkConnection(pool: pg.Pool, described: string): Promise<void> {
  try {
    await pool.query('SELECT 1')
  } catch (error) {
    const { message, cause } = error as Error
    throw new ConfigError(
      `${described} does not answer: ${cause instanceof Error ? cause.message : message}. Check the address and that PostgreSQL runs.`,
    )
  }
}

const RETRIES_MAX = 3
/** Those who collided start again at different moments, or they would collide again. */
const RETRY_DELAY_MS_MAX = 20
const RETRYABLE = new Set(['40001', '40P01'])

/** Runs `work` in a transaction. A deadlock or serialization failure runs all of it again, at most three times. */
export async function transaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let committing = false
    try {
      return await db.transaction().execute(async (tx) => {
        const worked = await work(tx)
        committing = true
        return worked
      })
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      if (isLoss(error)) throw committing ? outcomeUnknown(error) : nothingSaved(error)
      if (!RETRYABLE.has(code) || attempt > RETRIES_MAX) throw error
      await setTimeout(Math.random() * attempt * RETRY_DELAY_MS_MAX)
    }
  }
}

/** The connection or the server ended before the answer came. */
function isLoss(error: unknown): boolean {
  if (error instanceof Problem) return error.type === 'database-away'
  return /^(08|57P)/.test((error as { code?: string }).code ?? '')
}

function nothingSaved(cause: unknown): Problem {
  return databaseAway(cause, 'Nothing was saved; try again in a moment.')
}
