import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'
import type { PgBoss } from 'pg-boss'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { Db, Tx } from '../db/database.ts'
import { QUEUE_SCHEMA } from '../db/queue-tables.ts'
import { queueOptions } from './queue-options.ts'
import type { Queue, Task } from './task.ts'

/** A workspace with more jobs waiting than this no longer steps back behind others for each further one. */
const TURNS_MAX = 10_000
/** Without new tables nothing is left to do for it here; workers look more often. */
const RARELY_S = 3_600

/** Enqueues jobs, in the transaction that writes what they are about. One for each process. */
export class JobQueue implements Queue {
  readonly #pool: pg.Pool
  #boss: Promise<PgBoss> | undefined
  readonly #known = new Map<string, Promise<void>>()

  constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  /**
   * Adds a job, to be run once the transaction is committed; returns its id, or null if a task of which there is only
   * one waits or runs already. `workspaceId` is whose it is.
   */
  async add<S extends TSchema>(
    tx: Tx,
    task: Task<S>,
    input: Static<S>,
    { workspaceId = null }: { workspaceId?: number | null } = {},
  ): Promise<string | null> {
    Value.Assert(task.input, input)
    const boss = await this.#ready(task)
    const { fromKysely } = await import('pg-boss')
    const turn = workspaceId === null ? 0 : await waiting(tx, task, workspaceId)
    // Tasks declare objects, and nothing else.
    return boss.send(task.name, input as object, {
      // The first job of everybody comes before the second of anybody.
      priority: -turn,
      ...(workspaceId !== null && { group: { id: String(workspaceId) } }),
      db: fromKysely(tx),
    })
  }

  /** Runs a job that has failed for good once more. One that has not is left alone; returns whether it had. */
  async retry(tx: Tx, { name, id }: { name: string; id: string }): Promise<boolean> {
    const boss = await this.#started()
    const { rows } = await sql<{ state: string }>`
      SELECT state::text AS state FROM ${jobs} WHERE name = ${name} AND id = ${id}::uuid FOR UPDATE`.execute(
      tx,
    )
    if (rows[0]?.state !== 'failed') return false
    const { fromKysely } = await import('pg-boss')
    await boss.retry(name, id, { db: fromKysely(tx) })
    // Whoever asks by hand does not wait for the pause after a failure.
    await sql`UPDATE ${jobs} SET start_after = now() WHERE name = ${name} AND id = ${id}::uuid`.execute(tx)
    await announce(tx, name)
    return true
  }

  /** Deletes a job, whatever it is at; a run that loses it changes nothing. */
  async remove(tx: Tx, { name, id }: { name: string; id: string }): Promise<void> {
    const boss = await this.#started()
    const { fromKysely } = await import('pg-boss')
    await boss.deleteJob(name, id, { db: fromKysely(tx) })
  }

  async close(): Promise<void> {
    await (await this.#boss)?.stop({ graceful: false })
  }

  /** A queue is made by whoever needs it first. */
  async #ready(task: Task): Promise<PgBoss> {
    const boss = await this.#started()
    let made = this.#known.get(task.name)
    if (!made) {
      made = boss.createQueue(task.name, queueOptions(task))
      this.#known.set(task.name, made)
      made.catch(() => this.#known.delete(task.name))
    }
    await made
    return boss
  }

  /** Who never enqueues has no pg-boss in memory. */
  #started(): Promise<PgBoss> {
    this.#boss ??= startBoss(this.#pool).catch((error) => {
      this.#boss = undefined
      throw error
    })
    return this.#boss
  }
}

async function startBoss(pool: pg.Pool): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: QUEUE_SCHEMA,
    supervise: false,
    schedule: false,
    registerInstance: false,
    bamIntervalSeconds: RARELY_S,
    queueCacheIntervalSeconds: RARELY_S,
  })
  // Each call tells its own caller.
  boss.on('error', () => {})
  await boss.start()
  return boss
}

/** How many jobs of a task a workspace has waiting. */
async function waiting(db: Db, { name }: Task, workspaceId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::int AS count FROM (
      SELECT id FROM ${jobs} WHERE group_id = ${String(workspaceId)} AND name = ${name}
        AND state IN ('created', 'retry') LIMIT ${TURNS_MAX}) AS waiting`.execute(db)
  return rows[0]?.count ?? 0
}

/** As pg-boss does for new jobs. If it calls its channel otherwise one day, a worker finds the job some seconds later. */
async function announce(tx: Tx, name: string): Promise<void> {
  await sql`
    SELECT pg_notify('pgboss_' || left(encode(sha224(${QUEUE_SCHEMA}::text::bytea), 'hex'), 24), ${name})`.execute(
    tx,
  )
}

/** The table of all jobs. */
export const jobs: RawBuilder<unknown> = sql`${sql.table(`${QUEUE_SCHEMA}.job`)}`
