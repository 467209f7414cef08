import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { LRUCache } from 'lru-cache'
import pg from 'pg'
import { databaseAway, Problem } from '../errors.ts'

const STATEMENTS_KNOWN_MAX = 5_000
/** Statements that have a name, and so the most that a connection keeps prepared, which it does until it ends. */
export const STATEMENTS_NAMED_MAX = 500
/** After the database itself would have ended a statement: it is gone, and nobody said so. */
const GRACE_MS = 5_000

const TYPE_BOOLEAN = 16
const TYPE_INT8 = 20
const TYPE_INT4 = 23
const TYPE_DATE = 1082
const TYPE_TIMESTAMPTZ = 1184
const TYPE_NUMERIC = 1700

type Parser = (text: string) => unknown
const asItIs: Parser = (text) => text

/** Dates and decimals stay text; ids become numbers (identity columns stay below 2^53). */
const parsers: Record<number, Parser> = {
  [TYPE_INT8]: Number,
  [TYPE_DATE]: asItIs,
  [TYPE_NUMERIC]: asItIs,
  [TYPE_TIMESTAMPTZ]: isoTimestamp,
}
export const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => parsers[id] ?? pg.types.getTypeParser(id, format),
}

/** The same values as the JSON that they become in an answer. */
const jsonParsers: Record<number, Parser> = {
  [TYPE_BOOLEAN]: (text) => (text === 't' ? 'true' : 'false'),
  [TYPE_INT4]: asItIs,
  [TYPE_INT8]: asItIs,
  [TYPE_TIMESTAMPTZ]: (text) => `"${isoTimestamp(text)}"`,
}
const jsonTypes: pg.CustomTypesConfig = {
  getTypeParser: (id: number) => jsonParsers[id] ?? JSON.stringify,
}

/** "2026-11-23 07:00:00.5+00" → "2026-11-23T07:00:00.5Z". Sessions run in UTC, so the offset is always +00. */
function isoTimestamp(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`
}

/**
 * What SQL begins with whose rows come as arrays of JSON, column by column (see JsonRow): for answers that would be
 * made into objects only to be written as JSON again. Of the types that lists have; a test compares every list.
 */
export const AS_JSON = '/* as JSON */'

/** A row of a query AS_JSON: each column's value as JSON text, null for NULL. */
export type JsonRow = (string | null)[]

/**
 * What SQL contains whose best plan depends on the values. Prepared statements get one plan for all values after a
 * few runs: a list of 7,453 matches that took 13 ms took 106 then.
 */
export const PLANNED_EACH_TIME = '/* planned each time */'

/** How a statement is sent, besides its text and values. */
interface Sending {
  how: Pick<pg.QueryConfig, 'name' | 'types'> & { rowMode?: 'array' }
  /** Whether it changes how long the statements after it may take, or ends such a change. */
  limit: 'lifts' | 'restores' | undefined
  /** Whether it has a name, or never will. */
  settled: boolean
}

/** By text: those with a name, and of the others those that were sent lately. */
const named = new Map<string, Sending>()
const unnamed = new LRUCache<string, Sending>({ max: STATEMENTS_KNOWN_MAX })

/**
 * The same for every statement of the same text. A name lets PostgreSQL plan once a connection (63 → 28 µs a point read);
 * it is given when a statement is sent again, as long as there are any.
 */
function sendingOf(text: string): Sending {
  const known = named.get(text) ?? unnamed.get(text)
  if (known && (known.settled || named.size >= STATEMENTS_NAMED_MAX)) return known
  const isNamed = known !== undefined
  const sending: Sending = {
    how: {
      ...(isNamed && { name: createHash('sha1').update(text).digest('base64url') }),
      ...(text.startsWith(AS_JSON) && { rowMode: 'array', types: jsonTypes }),
    },
    limit: text.includes('statement_timeout')
      ? 'lifts'
      : /^(commit|rollback)$/i.test(text)
        ? 'restores'
        : undefined,
    settled: isNamed || text.includes(PLANNED_EACH_TIME),
  }
  if (isNamed) {
    unnamed.delete(text)
    named.set(text, sending)
  } else unnamed.set(text, sending)
  return sending
}

/** What the database said stays as it is; everything else that ends a statement is the loss of the connection. */
export function asDatabaseError(error: Error): Error {
  const known = error instanceof pg.DatabaseError || error instanceof Problem || error instanceof TypeError
  return known ? error : databaseAway(error)
}

/**
 * Sends statements with values as their text says: named unless PLANNED_EACH_TIME, read as objects unless AS_JSON. A
 * server that is gone without a word is noticed some seconds after the time it gives a statement; then the connection
 * is given up with all that waits on it. A transaction that sets statement_timeout itself is waited for.
 */
export class NamedClient extends pg.Client {
  #underWay = 0
  #lifted = false

  constructor(config: pg.ClientConfig = {}) {
    super(config)
    const { statement_timeout: limit } = config
    // One timer of the socket, not pg's query_timeout: its timer for each query keeps the rows alive (see query).
    if (limit) this.once('connect', () => this.#watch(limit + GRACE_MS))
  }

  // @ts-expect-error The many overloads of query() are pg's; only Kysely's (text, values) form is named here.
  override query(text: unknown, values?: unknown, callback?: unknown) {
    // biome-ignore lint/suspicious/noExplicitAny: pg's own overloads cannot be named one by one.
    const query = super.query as (...args: any[]) => unknown
    if (typeof text !== 'string' || !Array.isArray(values)) return query.call(this, text, values, callback)
    const { how, limit } = this.sending(text)
    if (limit) this.#lifted = limit === 'lifts'
    const sent = { ...how, text, values }
    if (callback) return query.call(this, sent, callback)
    this.#underWay++
    // Not the promise that pg makes without a callback: with it rows outlive their request until the next full
    // collection. Found by measuring, not by reading: `npm run bench memory` ended at 342 MB with it, at 209 without.
    return new Promise((resolve, reject) => {
      query.call(this, sent, (error: Error | undefined, result: unknown) => {
        this.#underWay--
        if (error) reject(asDatabaseError(error))
        else resolve(result)
      })
    })
  }

  protected sending(text: string): Sending {
    return sendingOf(text)
  }

  #watch(silence_ms: number): void {
    const stream = this.connection.stream as Socket // Of a connection that is open.
    stream.setTimeout(silence_ms, () => {
      if (this.#underWay > 0 && !this.#lifted) stream.destroy()
    })
  }
}
