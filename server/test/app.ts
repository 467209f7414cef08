import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { buildApp } from '../src/app.ts'
import { openCache } from '../src/cache/open.ts'
import { type Config, readConfig } from '../src/config.ts'
import { createDatabase, createPool, type Database } from '../src/db/database.ts'
import { createTestDatabase, testDataDir } from './database.ts'

const POOL_SIZE = 4

export interface TestApp {
  app: FastifyInstance
  db: Database
  pool: pg.Pool
  config: Config
  /** Where it listens, without a slash at the end. */
  url: string
  close: () => Promise<void>
}

/** The real application on a free port over a database of its own. */
export async function startTestApp(env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
  const config = readConfig({
    RAPPORT_DATA_DIR: testDataDir,
    RAPPORT_SECRET: 'only-for-tests-0123456789-abcdefgh',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const database = await createTestDatabase()
  const applicationName = `rapport-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`
  const pool = createPool(database.target, {
    size: POOL_SIZE,
    statementTimeoutMs: config.statementTimeoutMs,
    applicationName,
  })
  const db = createDatabase(pool)
  const cache = await openCache(config, { target: database.target, applicationName })
  const app = await buildApp({ db, pool, config, cache: cache.cache })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo // Listens on TCP.
  const close = async () => {
    await app.close()
    await cache.close()
    await pool.end()
    await database.drop()
  }
  return { app, db, pool, config, url: `http://127.0.0.1:${port}`, close }
}
