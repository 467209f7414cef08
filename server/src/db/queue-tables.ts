import type pg from 'pg'
import manifest from 'pg-boss/package.json' with { type: 'json' }

/** Where pg-boss keeps its tables. */
export const QUEUE_SCHEMA = 'jobs'
/** Of the tables of the pg-boss that this program brings. */
export const QUEUE_VERSION = manifest.pgboss.schema

/**
 * Brings the tables of the queue up to this program's pg-boss; those of a newer one are left alone. To be called by
 * whoever holds the lock of migrations.
 */
export async function installQueue(client: pg.PoolClient): Promise<void> {
  const installed = await installedVersion(client)
  if (installed !== undefined && installed >= QUEUE_VERSION) return
  const boss = await import('pg-boss')
  await client.query(
    installed === undefined
      ? boss.getConstructionPlans(QUEUE_SCHEMA)
      : boss.getMigrationPlans(QUEUE_SCHEMA, installed),
  )
  // The jobs of a workspace, for its own list and for taking turns.
  await client.query(`CREATE INDEX IF NOT EXISTS rapport_workspace
    ON ${QUEUE_SCHEMA}.job (group_id, name, state) WHERE group_id IS NOT NULL`)
}

async function installedVersion(client: pg.PoolClient): Promise<number | undefined> {
  const { rows: tables } = await client.query<{ found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    [`${QUEUE_SCHEMA}.version`],
  )
  if (!tables[0]?.found) return undefined
  const { rows } = await client.query<{ version: number }>(`SELECT version FROM ${QUEUE_SCHEMA}.version`)
  return rows[0]?.version
}
