import pg from 'pg'
import { createDatabase, createPool } from '../server/src/db/database.ts'
import { migrate } from '../server/src/db/migrate.ts'
import type { OpenedDatabase } from '../server/src/db/open.ts'

const POOL_SIZE = 16
const STATEMENT_TIMEOUT_MS = 600_000

/** An empty, migrated database beside the data set, for benches that turn things off or fill tables. Dropped on close. */
export async function ownDatabase(
  { target }: Pick<OpenedDatabase, 'target'>,
  name: string,
): Promise<OpenedDatabase> {
  const admin = new pg.Client(target)
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${name}`)
  const own = { ...target, database: name }
  const applicationName = `rapport-${name}`
  const pool = createPool(own, { size: POOL_SIZE, statementTimeoutMs: STATEMENT_TIMEOUT_MS, applicationName })
  await migrate(pool)
  const close = async () => {
    await pool.end()
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.end()
  }
  return { db: createDatabase(pool), pool, target: own, applicationName, close }
}
