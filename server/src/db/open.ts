import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Config } from '../config.ts'
import {
  type ConnectionTarget,
  checkConnection,
  createDatabase,
  createPool,
  type Database,
} from './database.ts'
import { type EmbeddedServer, startEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'

const DATABASE_NAME = 'rapport'

export interface OpenedDatabase {
  db: Database
  pool: pg.Pool
  target: ConnectionTarget
  /** Tells this process's notices of change from those of others. */
  applicationName: string
  /** Ends the pool and, if this process started it, PostgreSQL. */
  close: () => Promise<void>
}

/**
 * Opens the database of the configuration, embedded or external, and migrates it. `startServer` starts or joins the
 * embedded one: see startEmbedded and ownEmbedded.
 */
export async function openDatabase(
  config: Config,
  startServer: (dataDir: string) => Promise<EmbeddedServer> = startEmbedded,
): Promise<OpenedDatabase> {
  if (config.databaseUrl)
    return connect(
      config,
      { connectionString: config.databaseUrl },
      'The database at DATABASE_URL',
      async () => {},
    )
  const server = await startServer(config.dataDir)
  try {
    const target = { host: server.host, port: server.port, user: server.user, database: DATABASE_NAME }
    await createDatabaseIfMissing(target)
    return await connect(config, target, 'The embedded PostgreSQL', server.stop)
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function connect(
  config: Config,
  target: ConnectionTarget,
  described: string,
  stop: () => Promise<void>,
): Promise<OpenedDatabase> {
  const applicationName = `rapport-${randomUUID().slice(0, 8)}`
  const pool = createPool(target, {
    size: config.poolSize,
    statementTimeoutMs: config.statementTimeoutMs,
    applicationName,
  })
  const close = async () => {
    await pool.end()
    await stop()
  }
  try {
    await checkConnection(pool, described)
    await migrate(pool)
    return { db: createDatabase(pool), pool, target, applicationName, close }
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function createDatabaseIfMissing(target: ConnectionTarget): Promise<void> {
  const pool = createPool({ ...target, database: 'postgres' }, { size: 1, statementTimeoutMs: 60_000 })
  try {
    const { rowCount } = await pool.query('SELECT 1 FROM pg_database WHERE datname = $1', [target.database])
    if (!rowCount) await pool.query(`CREATE DATABASE ${DATABASE_NAME}`)
  } finally {
    await pool.end()
  }
}
