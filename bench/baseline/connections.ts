import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { NamedClient } from '../../server/src/db/client.ts'
import type { ConnectionTarget, Database } from '../../server/src/db/database.ts'
import type { DB } from '../../server/src/db/types.generated.ts'

const TYPE_INT8 = 20
const POOL_SIZE = 8
const STATEMENT_TIMEOUT_MS = 60_000
const asText = new Set([1082, 1184, 1700])

/** Values as the product reads them, so that answers have the same shapes: ids as numbers, the rest as text. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => {
    if (id === TYPE_INT8) return Number
    return asText.has(id) ? (text: string) => text : pg.types.getTypeParser(id, format)
  },
}

export type Run = <T extends pg.QueryResultRow>(text: string, values: unknown[]) => Promise<T[]>

export interface Connections {
  run: Run
  transaction: <T>(work: (run: Run) => Promise<T>) => Promise<T>
  /** The same connections for query functions written with Kysely. */
  db: Database
}

function settings(target: ConnectionTarget, searchPath: string) {
  const options = `-c timezone=UTC -c search_path=${searchPath},public`
  return { ...target, types, options, statement_timeout: STATEMENT_TIMEOUT_MS }
}

/** A new connection for every request, as a program does that never heard of pools. */
export function connectionPerRequest(target: ConnectionTarget, searchPath: string): Connections {
  const connected = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(settings(target, searchPath))
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }
  return {
    run: (text, values) => connected((client) => runner(client)(text, values)),
    transaction: (work) => connected((client) => inTransaction(client, work)),
    db: database({
      connect: async () => {
        const client = new pg.Client(settings(target, searchPath))
        await client.connect()
        // pg's client lacks only release(); its overloads of query() are wider than Kysely's.
        return Object.assign(client, { release: () => void client.end() }) as unknown as PostgresPoolClient
      },
      end: async () => {},
      options: {},
    }),
  }
}

/** A pool whose statements have no names, so that PostgreSQL parses and plans each of them every time. */
export function unnamedPool(target: ConnectionTarget, searchPath: string): pg.Pool {
  // @ts-expect-error NamedClient narrows pg.Client's overloads; the pool only constructs it.
  return new pg.Pool({ ...settings(target, searchPath), max: POOL_SIZE, Client: UnnamedClient })
}

class UnnamedClient extends NamedClient {
  protected override sending(text: string) {
    return { ...super.sending(text), name: undefined }
  }
}

export function pooled(pool: pg.Pool): Connections {
  return {
    run: runner(pool),
    transaction: async (work) => {
      const client = await pool.connect()
      try {
        return await inTransaction(client, work)
      } finally {
        client.release()
      }
    },
    db: database(pool),
  }
}

function database(pool: PostgresPool): Database {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

function runner(client: pg.ClientBase | pg.Pool): Run {
  return async <T extends pg.QueryResultRow>(text: string, values: unknown[]) =>
    (await client.query<T>(text, values)).rows
}

async function inTransaction<T>(client: pg.ClientBase, work: (run: Run) => Promise<T>): Promise<T> {
  await client.query('BEGIN')
  try {
    const result = await work(runner(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
