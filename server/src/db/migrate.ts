import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { ConfigError } from '../config.ts'

const MIGRATIONS_DIR = join(import.meta.dirname, '..', '..', 'migrations')
/** Any number that no other program uses as its advisory lock. */
const MIGRATION_LOCK = 7_270_777

/** Applies the migrations that the database lacks, in order, each in a transaction. Returns their names. */
export async function migrate(pool: pg.Pool, directory = MIGRATIONS_DIR): Promise<string[]> {
  const files = readdirSync(directory)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
  const client = await pool.connect()
  try {
    await client.query('SET statement_timeout = 0')
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name')
    const applied = new Set(rows.map((row) => row.name))
    refuseNewerDatabase(applied, files)
    const pending = files.filter((name) => !applied.has(name))
    for (const name of pending) await apply(client, directory, name)
    return pending
  } finally {
    await client.query('SELECT pg_advisory_unlock_all()').catch(() => {})
    client.release(true)
  }
}

function refuseNewerDatabase(applied: Set<string>, files: string[]): void {
  const unknown = [...applied].filter((name) => !files.includes(name))
  if (unknown.length === 0) return
  throw new ConfigError(
    `This database was migrated by a newer Rapport (it has ${unknown.join(', ')}). Start that version, or restore a backup from before the upgrade.`,
  )
}

async function apply(client: pg.PoolClient, directory: string, name: string): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(readFileSync(join(directory, name), 'utf8'))
    await client.query('INSERT INTO migrations (name) VALUES ($1)', [name])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new Error(`Migration ${name} failed and was rolled back: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
