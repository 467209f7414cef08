import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { QUEUE_SCHEMA } from '../db/queue-tables.ts'
import { jobs } from '../jobs/queue.ts'
import type { Scope } from '../scope.ts'
import type { BackgroundWork, FailedJob, Kind } from './schema.ts'

const FAILED_SHOWN_MAX = 50
const REASON_CHARACTERS_MAX = 1_000

/** Which jobs are meant: those of a workspace, or all of the instance, for its operator. */
export type Whose = Pick<Scope, 'workspaceId'> | 'all'

function of(whose: Whose): RawBuilder<boolean> {
  return whose === 'all' ? sql<boolean>`true` : sql<boolean>`group_id = ${String(whose.workspaceId)}`
}

/** Depth and age of each queue, and what failed. `titles` says what people call a task. */
export async function readBackgroundWork(
  db: Db,
  scope: Scope,
  titles: ReadonlyMap<string, string>,
): Promise<BackgroundWork> {
  const check = await db
    .selectFrom('summary_checks')
    .where('workspace_id', '=', scope.workspaceId)
    .select(['checked_at', 'wrong'])
    .executeTakeFirst()
  return {
    worker_heard_at: await workerHeardAt(db),
    kinds: (await countJobs(db, scope)).map((kind) => ({
      ...kind,
      title: titles.get(kind.name) ?? kind.name,
    })),
    failed: (await listFailed(db, scope)).map((job) => ({ ...job, title: titles.get(job.name) ?? job.name })),
    summary_check: check ?? null,
  }
}

/** Of each task that has some: how many jobs wait, run and were given up. */
export async function countJobs(db: Db, whose: Whose): Promise<Omit<Kind, 'title'>[]> {
  const { rows } = await sql<Omit<Kind, 'title'>>`
    SELECT name,
      count(*) FILTER (WHERE state IN ('created', 'retry'))::int AS waiting,
      count(*) FILTER (WHERE state = 'active')::int AS running,
      count(*) FILTER (WHERE state = 'failed')::int AS failed,
      min(created_on) FILTER (WHERE state IN ('created', 'retry')) AS oldest_waiting_at
    FROM ${jobs}
    WHERE ${of(whose)} AND state IN ('created', 'retry', 'active', 'failed') AND name NOT LIKE '\\_\\_pgboss%'
    GROUP BY name ORDER BY name`.execute(db)
  return rows
}

/** The last that were given up, with the workspace of each. */
export async function listFailed(
  db: Db,
  whose: Whose,
): Promise<(Omit<FailedJob, 'title'> & { workspace_id: number | null })[]> {
  const { rows } = await sql<Omit<FailedJob, 'title'> & { workspace_id: number | null }>`
    SELECT id, name, group_id::int AS workspace_id, created_on AS created_at,
      coalesce(completed_on, created_on) AS failed_at, retry_count + 1 AS tries,
      left(coalesce(output->>'message', output->'value'->>'message', 'It said nothing.'), ${REASON_CHARACTERS_MAX}) AS reason
    FROM ${jobs} WHERE ${of(whose)} AND state = 'failed' AND name NOT LIKE '\\_\\_pgboss%'
    ORDER BY completed_on DESC, id LIMIT ${FAILED_SHOWN_MAX}`.execute(db)
  return rows
}

/** When a worker last looked after any queue; null if none ever has. */
export async function workerHeardAt(db: Db): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`
    SELECT max(monitor_claim_on) AS at FROM ${sql.table(`${QUEUE_SCHEMA}.queue`)}`.execute(db)
  return rows[0]?.at ?? null
}

/** The task and state of a job, locked; undefined if there is none of whoever asks. */
export async function lockJob(
  tx: Tx,
  whose: Whose,
  id: string,
): Promise<{ name: string; state: string } | undefined> {
  const { rows } = await sql<{ name: string; state: string }>`
    SELECT name, state::text AS state FROM ${jobs} WHERE ${of(whose)} AND id = ${id}::uuid FOR UPDATE`.execute(
    tx,
  )
  return rows[0]
}
