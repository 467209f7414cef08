import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { overloaded } from '../errors.ts'
import type { DB } from './types.generated.ts'

export type Database = Kysely<DB>
export type Tx = Transaction<DB>
/** For queries that may run inside a transaction or outside of one. Writers take Tx. */
export type Db = Database | Tx

const CONNECT_TIMEOUT_MS = 5_000
const IDLE_TIMEOUT_MS = 60_000
const STATEMENT_NAMES_MAX = 5_000

const TYPE_INT8 = 20
const TYPE_DATE = 1082
const TYPE_TIMESTAMPTZ = 1184
const TYPE_NUMERIC = 1700

/** Dates and decimals stay text; ids become numbers (identity columns stay below 2^53). */
const parsers: Record<number, (text: string) => unknown> = {
  [TYPE_INT8]: Number,
  [TYPE_DATE]: (text) => text,
  [TYPE_NUMERIC]: (text) => text,
  [TYPE_TIMESTAMPTZ]: isoTimestamp,
}
const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => parsers[id] ?? pg.types.getTypeParser(id, format),
}

/** "2026-11-23 07:00:00.5+00" → "2026-11-23T07:00:00.5Z". Sessions run in UTC, so the offset is always +00. */
function isoTimestamp(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`
}

export interface ConnectionTarget {
  connectionString?: string
  host?: string
  port?: number
  user?: string
  database?: string
}

const statementNames = new Map<string, string>()

/**
 * What SQL begins with whose best plan depends on the values. Prepared statements get one plan for all values after a
 * few runs: a list of 7,453 matches that took 13 ms took 106 then.
 */
export const PLANNED_EACH_TIME = '/* planned each time */'

/** A name for each distinct SQL text, so that PostgreSQL plans it once a connection (63 → 28 µs a point read). */
function statementName(text: string): string | undefined {
  if (text.startsWith(PLANNED_EACH_TIME)) return undefined
  const known = statementNames.get(text)
  if (known) return known
  if (statementNames.size >= STATEMENT_NAMES_MAX) return undefined
  const name = createHash('sha1').update(text).digest('base64url')
  statementNames.set(text, name)
  return name
}

export class NamedClient extends pg.Client {
  // @ts-expect-error The many overloads of query() are pg's; only Kysely's (text, values) form is named here.
  override query(text: unknown, values?: unknown, callback?: unknown) {
    // biome-ignore lint/suspicious/noExplicitAny: pg's own overloads cannot be named one by one.
    const query = super.query as (...args: any[]) => unknown
    if (typeof text !== 'string' || !Array.isArray(values)) return query.call(this, text, values, callback)
    const name = statementName(text)
    return query.call(this, name ? { name, text, values } : { text, values }, callback)
  }
}

/** Askers that may wait for each connection. They are answered within a second or so; more are turned away at once. */
export const WAITING_PER_CONNECTION_MAX = 16

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
    if (this.waitingCount >= this.options.max * WAITING_PER_CONNECTION_MAX) {
      callback(overloaded('Too many requests are waiting for the database.'), undefined, () => {})
      return undefined
    }
    super.connect((error, client, done) => {
      const tooLong = full && error?.message === WAITED_TOO_LONG
      callback(tooLong ? overloaded('The database had no time for this request.') : error, client, done)
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
    throw new ConfigError(
      `${described} does not answer: ${(error as Error).message}. Check the address and that PostgreSQL runs.`,
    )
  }
}

const RETRIES_MAX = 3
/** Those who collided start again at different moments, or they would collide again. */
const RETRY_DELAY_MS_MAX = 20
const RETRYABLE = new Set(['40001', '40P01'])

export type AfterCommit = (action: () => unknown) => void

/**
 * Runs `work` in a transaction; what it hands to `afterCommit` runs once the commit is certain, before this
 * resolves. A deadlock or serialization failure runs the whole work again, at most three times.
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Tx, afterCommit: AfterCommit) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const actions: (() => unknown)[] = []
    try {
      const result = await db.transaction().execute((tx) => work(tx, (action) => actions.push(action)))
      for (const action of actions) await runAfterCommit(action)
      return result
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      if (!RETRYABLE.has(code) || attempt > RETRIES_MAX) throw error
      await setTimeout(Math.random() * attempt * RETRY_DELAY_MS_MAX)
    }
  }
}

/** The write is done whatever happens here, so a failure is reported to the log and not to the writer. */
async function runAfterCommit(action: () => unknown): Promise<void> {
  try {
    await action()
  } catch (error) {
    console.error('A step after commit failed; the write itself is kept.', error)
  }
}
