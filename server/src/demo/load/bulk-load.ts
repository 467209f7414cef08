import type pg from 'pg'
import { derivedSteps, unknownTriggers } from './derived.ts'
import { demoTables } from './table-rows.ts'

export type Log = (line: string) => void

const LOCK_TIMEOUT_MS = 5_000
const BUILD_MEMORY = '512MB'
const QUERY_MEMORY = '256MB'

/** Every table that a load fills. */
export const loadedTables: readonly string[] = [
  ...demoTables,
  ...derivedSteps.flatMap(({ tables }) => tables),
]

/**
 * Why rows cannot be loaded without indexes, foreign keys and triggers; undefined when they can. All of it is put
 * back in the same transaction, but meanwhile nobody else can use the tables, so they must be empty.
 */
export async function bulkObstacle(client: pg.ClientBase): Promise<string | undefined> {
  for (const table of [...demoTables, ...(await referencingTables(client))]) {
    const { rows } = await client.query<{ filled: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM ${table}) AS filled`,
    )
    if (rows[0]?.filled) return `${table} has rows already`
  }
  const { rows } = await client.query<{ owns: boolean }>(
    `SELECT bool_and(pg_has_role(relowner, 'USAGE')) AS owns FROM pg_class WHERE oid = ANY ($1::text[]::regclass[])`,
    [loadedTables],
  )
  if (!rows[0]?.owns) return 'the database user does not own the tables'
  const unknown = await unknownTriggers(client, demoTables)
  return unknown.length > 0 ? `of the triggers ${unknown.join(', ')}` : undefined
}

/** Other tables with foreign keys to the records: TRUNCATE wants them named. */
async function referencingTables(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT conrelid::regclass::text AS name FROM pg_constraint
     WHERE contype = 'f' AND confrelid = ANY ($1::text[]::regclass[]) AND conrelid <> ALL ($2::text[]::regclass[])`,
    [demoTables, loadedTables],
  )
  return rows.map(({ name }) => name)
}

/** What was taken away for a load, as the statements that put it back. */
export interface TakenAway {
  indexes: readonly Restoration[]
  foreignKeys: readonly Restoration[]
}

interface Restoration {
  table: string
  remove: string
  restore: string
}

/** Only inside a transaction, which must end in restore() or be rolled back. */
export async function takeAway(client: pg.ClientBase): Promise<TakenAway> {
  await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
  await client.query(`LOCK TABLE ${loadedTables.join(', ')} IN ACCESS EXCLUSIVE MODE`)
  await client.query(`SET LOCAL maintenance_work_mem = '${BUILD_MEMORY}'`)
  await client.query(`SET LOCAL work_mem = '${QUERY_MEMORY}'`)
  const taken = { indexes: await secondaryIndexes(client), foreignKeys: await foreignKeys(client) }
  for (const table of demoTables) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
  for (const { remove } of [...taken.foreignKeys, ...taken.indexes]) await client.query(remove)
  // Nothing is lost, they are empty; but only rows that follow a TRUNCATE can be written as frozen.
  await client.query(`TRUNCATE ${[...demoTables, ...(await referencingTables(client))].join(', ')}`)
  return taken
}

/** Builds the indexes and checks the foreign keys of each table, and turns its triggers on again. */
export async function restore(client: pg.ClientBase, taken: TakenAway, timed: Timed): Promise<void> {
  for (const table of loadedTables) {
    const indexes = taken.indexes.filter((index) => index.table === table)
    await timed(`${table}: ${indexes.length} indexes`, () => runAll(client, indexes))
  }
  await timed('foreign keys', () => runAll(client, taken.foreignKeys))
  for (const table of demoTables) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
}

/** Runs a step and tells how long it took. */
export type Timed = <T>(what: string, step: () => Promise<T>) => Promise<T>

export function timedWith(log: Log): Timed {
  return async (what, step) => {
    const start = performance.now()
    const result = await step()
    log(`  ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return result
  }
}

async function runAll(client: pg.ClientBase, restorations: readonly Restoration[]): Promise<void> {
  for (const { restore } of restorations) await client.query(restore)
}

/** Those that no constraint needs: primary keys and unique constraints stay, and are filled in ascending order. */
async function secondaryIndexes(client: pg.ClientBase): Promise<Restoration[]> {
  const { rows } = await client.query<Restoration>(
    `SELECT indrelid::regclass::text AS table, format('DROP INDEX %s', indexrelid::regclass) AS remove,
       pg_get_indexdef(indexrelid) AS restore
     FROM pg_index i WHERE indrelid = ANY ($1::text[]::regclass[])
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
     ORDER BY indrelid, indexrelid`,
    [loadedTables],
  )
  return rows
}

async function foreignKeys(client: pg.ClientBase): Promise<Restoration[]> {
  const { rows } = await client.query<Restoration>(
    `SELECT conrelid::regclass::text AS table, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS remove,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS restore
     FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY ($1::text[]::regclass[]) ORDER BY conrelid, conname`,
    [loadedTables],
  )
  return rows
}
