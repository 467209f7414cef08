import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { buildApp } from '../src/app.ts'
import { type Config, readConfig } from '../src/config.ts'
import { createDatabase, createPool, type Database } from '../src/db/database.ts'
import { createTestDatabase, testDataDir } from './database.ts'

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
    RAPPORT_SECRET: 'only-for-tests-0123456789abcdef',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const database = await createTestDatabase()
  const pool = createPool(database.target, { size: 4, statementTimeoutMs: config.statementTimeoutMs })
  const db = createDatabase(pool)
  const app = await buildApp({ db, pool, config })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const close = async () => {
    await app.close()
    await pool.end()
    await database.drop()
  }
  return { app, db, pool, config, url: `http://127.0.0.1:${port}`, close }
}
