import type pg from 'pg'
import { copyRows } from '../../db/copy.ts'
import { countryOfTimeZone } from '../../values/phone.ts'
import { calendarUntil } from '../draw/calendar.ts'
import type { DemoShape } from '../draw/shapes.ts'
import { itemsOf } from '../rows/sales-rows.ts'
import {
  bulkObstacle,
  type Log,
  loadedTables,
  restore,
  type Timed,
  takeAway,
  timedWith,
} from './bulk-load.ts'
import { derivedSteps } from './derived.ts'
import { demoTables, tableRows } from './table-rows.ts'
import { type DemoWorkspace, drawWorkspace, type LoadedTable, timelineOf } from './workspace.ts'

/** Any number that no other program uses as its advisory lock. */
const SEED_LOCK = 7_270_780
const SEED_DEFAULT = 1
const FOLD_ROWS_MAX = 1_000_000

export interface SeedOptions {
  pool: pg.Pool
  shape: DemoShape
  /** Takes a line for the operator after every step. */
  log: Log
  /** The same number, the same data (relative to `now`). */
  seed?: number
  /** Nothing in the data is later. */
  now?: Date
}

export interface Seeded {
  /** In the order of the shape. */
  workspaceIds: number[]
  /** False when the shape was there already. */
  loaded: boolean
  /** Why the rows went through all indexes and triggers, which is several times slower; undefined when they did not. */
  slowBecause?: string
}

/**
 * Loads the workspaces of a shape, or finds them there. All or nothing: a load that fails or is killed leaves no
 * trace. Into an empty database it goes without secondary indexes, foreign keys and triggers; these are put back,
 * and checked, before anybody sees the rows.
 */
export async function seedDemo({
  pool,
  shape,
  log,
  seed = SEED_DEFAULT,
  now = new Date(),
}: SeedOptions): Promise<Seeded> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SET LOCAL statement_timeout = 0')
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    await client.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK])
    const present = await demoWorkspaces(client, shape.key)
    if (present.length > 0) return { workspaceIds: present, loaded: false }
    const timed = timedWith(log)
    const timeline = timelineOf(calendarUntil(now))
    const workspaces = shape.workspaces.map((workspace, index) =>
      drawWorkspace(workspace, index, seed, timeline),
    )
    const slowBecause = await bulkObstacle(client)
    await createWorkspaces(client, shape.key, workspaces)
    await reserveIds(client, workspaces)
    await (slowBecause ? loadLive(client, workspaces, timed) : loadBulk(client, workspaces, timed))
    await client.query('COMMIT')
    await timed('vacuum and analyze', () => settle(client))
    return { workspaceIds: workspaces.map(({ id }) => id), loaded: true, ...(slowBecause && { slowBecause }) }
  } finally {
    // Not returned to the pool: a transaction that failed ends with its connection.
    client.release(true)
  }
}

/** Ids of the workspaces of a loaded shape, in its order; empty when it is not there. */
export async function demoWorkspaces(client: pg.Pool | pg.ClientBase, shapeKey: string): Promise<number[]> {
  const { rows } = await client.query<{ workspace_id: number }>(
    'SELECT workspace_id FROM demo_workspaces WHERE shape = $1 ORDER BY position',
    [shapeKey],
  )
  return rows.map((row) => row.workspace_id)
}

async function createWorkspaces(
  client: pg.ClientBase,
  shapeKey: string,
  workspaces: DemoWorkspace[],
): Promise<void> {
  for (const [position, workspace] of workspaces.entries()) {
    const { name, timeZone, currency, timeline } = workspace
    const { rows } = await client.query<{ id: number }>(
      'INSERT INTO workspaces (name, time_zone, country, currency, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id',
      [name, timeZone, countryOfTimeZone(timeZone), currency, timeline.calendar.dates[0]],
    )
    workspace.id = rows[0]?.id ?? 0
    await client.query('INSERT INTO demo_workspaces (shape, position, workspace_id) VALUES ($1, $2, $3)', [
      shapeKey,
      position,
      workspace.id,
    ])
  }
}

/** Takes the ids of all rows out of the sequences first, so that others can go on creating records meanwhile. */
async function reserveIds(client: pg.ClientBase, workspaces: DemoWorkspace[]): Promise<void> {
  for (const table of demoTables) {
    const counts = workspaces.map((workspace) => rowCount(workspace, table))
    const total = counts.reduce((sum, count) => sum + count, 0)
    const { rows } = await client.query<{ last: number }>(
      `SELECT setval(sequence, nextval(sequence) + $2::bigint - 1) AS last FROM pg_get_serial_sequence($1, 'id') AS sequence`,
      [table, total],
    )
    let next = (rows[0]?.last ?? 0) - total + 1
    for (const [index, workspace] of workspaces.entries()) {
      workspace.firstIds[table] = next
      next += counts[index] ?? 0
    }
  }
}

function rowCount(workspace: DemoWorkspace, table: LoadedTable): number {
  const { counts } = workspace
  if (table === 'order_items') return itemsOf(workspace)
  return table === 'sales_representatives' ? counts.representatives : counts[table]
}

/** Without indexes, foreign keys and triggers; what the triggers keep is computed from the tables afterwards. */
async function loadBulk(client: pg.PoolClient, workspaces: DemoWorkspace[], timed: Timed): Promise<void> {
  const taken = await takeAway(client)
  await copyAll(client, workspaces, timed, true)
  // Or the planner believes that a workspace is a few rows, which it need not share out to workers.
  await client.query('ANALYZE customers (workspace_id), orders (workspace_id)')
  const ids = workspaces.map(({ id }) => id)
  for (const { tables, sql } of derivedSteps) {
    await timed(`${tables.join(', ')}: filled`, () => client.query(sql, [ids]))
  }
  await restore(client, taken, timed)
}

/** Into a database in use: nobody notices but for the load. */
async function loadLive(client: pg.PoolClient, workspaces: DemoWorkspace[], timed: Timed): Promise<void> {
  await copyAll(client, workspaces, timed, false)
  await timed('summaries: folded', async () => {
    for (const { id } of workspaces) await client.query('SELECT fold_summaries($1, $2)', [id, FOLD_ROWS_MAX])
  })
}

async function copyAll(
  client: pg.PoolClient,
  workspaces: DemoWorkspace[],
  timed: Timed,
  frozen: boolean,
): Promise<void> {
  for (const table of demoTables) {
    const { columns, rows } = tableRows[table]
    const all = function* () {
      for (const workspace of workspaces) yield* rows(workspace)
    }
    const total = workspaces.reduce((sum, workspace) => sum + rowCount(workspace, table), 0)
    await timed(`${table}: ${total.toLocaleString('en')} rows`, () =>
      copyRows(client, { table, columns, frozen }, all()),
    )
  }
}

/** Statistics for the planner, and the visibility map for index-only scans. */
async function settle(client: pg.ClientBase): Promise<void> {
  await client.query('SET statement_timeout = 0')
  await client.query(`VACUUM (ANALYZE) ${loadedTables.join(', ')}, workspaces`)
}
