import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { overloaded } from '../errors.ts'
import { asDatabaseError, NamedClient } from './client.ts'
import type { Database } from './database.ts'
import type { DB } from './types.generated.ts'

export const CONNECTIONS = 2
/** Statements that may be under way on each; more are turned away at once. */
export const UNDER_WAY_MAX = 64

/**
 * Connections that many short reads share: each sends its statement without waiting for the answers to those before it,
 * so one wake-up of either side carries several (pipelining; `npm run bench limits` shows its gain). A slow statement would hold up all behind it: only for reads of a few rows by key, never for
 * lists, reports or transactions.
 */
class SharedConnections implements PostgresPool {
  readonly options: pg.ClientConfig
  readonly #connections: Shared[]

  constructor(options: pg.ClientConfig) {
    this.options = { ...options, pipeline: true }
    this.#connections = Array.from({ length: CONNECTIONS }, () => new Shared(this.options))
  }

  /** The one with the least to do. */
  async connect(): Promise<PostgresPoolClient> {
    const free = this.#connections.reduce((best, each) => (each.underWay < best.underWay ? each : best))
    free.take()
    return free
  }

  async end(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.end()))
  }
}

/** One connection, opened when it is first needed and again after it broke. */
class Shared implements PostgresPoolClient {
  underWay = 0
  readonly #options: pg.ClientConfig
  #client: Promise<NamedClient> | undefined

  constructor(options: pg.ClientConfig) {
    this.#options = options
  }

  /** Counts the asker in, who calls `release` when answered. */
  take(): void {
    if (this.underWay >= UNDER_WAY_MAX) throw overloaded('Too many requests are waiting for the database.')
    this.underWay++
  }

  // biome-ignore lint/suspicious/noExplicitAny: the overloads are Kysely's, which here only calls (text, values).
  query(...args: any[]): any {
    this.#client ??= this.#open()
    return this.#client.then((client) => client.query(args[0], args[1]))
  }

  release(): void {
    this.underWay--
  }

  async end(): Promise<void> {
    await (await this.#client?.catch(() => undefined))?.end()
  }

  #open(): Promise<NamedClient> {
    const client = new NamedClient(this.#options)
    const opened = client.connect().then(
      () => client,
      (error: Error) => {
        throw asDatabaseError(error)
      },
    )
    // What was under way fails with it; the next asker gets a new one.
    const forget = () => {
      if (this.#client === opened) this.#client = undefined
    }
    client.on('error', forget)
    client.on('end', forget)
    opened.catch(forget)
    return opened
  }
}

/** For reads of a few rows by key; see SharedConnections. `options` are those of the pool. Call `destroy` in the end. */
export function openPointReads(options: pg.ClientConfig): Database {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: new SharedConnections(options) }) })
}
