import { type JobWithMetadata, PgBoss } from 'pg-boss'
import { Value } from 'typebox/value'
import type { ConnectionTarget } from '../db/database.ts'
import { QUEUE_SCHEMA } from '../db/queue-tables.ts'
import { queueOptions } from './queue-options.ts'
import { Hopeless, type Run, type Scheduled, type Task, type TaskDeps } from './task.ts'

/** For fetching, heartbeats and upkeep; tasks have connections of their own. */
const CONNECTIONS_MAX = 3
/** A stop while the database is away does not wait for it longer. */
const CONNECT_TIMEOUT_MS = 5_000
/** New jobs announce themselves; this finds those that were put off, and what an announcement did not reach. */
const POLL_S = 10
/** The same where LISTEN cannot be had. */
const POLL_UNHEARD_S = 2
const HEARTBEAT_S = 5
/** How often jobs of dead workers are looked for. */
const LOOK_S = 10
const UPKEEP_S = 3_600
const CRON_S = 30
const RARELY_S = 300
/** What is not finished when a process stops is given back after so long. */
const GRACE_MS = 15_000

export interface Worker {
  /** Resolves when everything is finished or given back. */
  stop: () => Promise<void>
}

interface Options {
  target: ConnectionTarget
  tasks: readonly Task[]
  schedule: readonly Scheduled[]
  /** Told of what failed; `what` is a task's title or what the queue itself was at. */
  log: (what: string, error: unknown) => void
  /** What people may be told of an error: no values of others. */
  sentenceOf: (error: unknown) => string
}

/** Works at the jobs of the given tasks; those of others are left alone, for a newer program to find. */
export async function startWorker(deps: TaskDeps, options: Options): Promise<Worker> {
  const { tasks, schedule, log } = options
  const boss = new PgBoss({
    ...options.target,
    schema: QUEUE_SCHEMA,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'rapport-jobs',
    useListenNotify: true,
    registerInstance: false,
    superviseIntervalSeconds: LOOK_S,
    monitorIntervalSeconds: LOOK_S,
    maintenanceIntervalSeconds: UPKEEP_S,
    cronMonitorIntervalSeconds: CRON_S,
    cronWorkerIntervalSeconds: CRON_S,
    queueCacheIntervalSeconds: RARELY_S,
    bamIntervalSeconds: RARELY_S,
    flowIntervalSeconds: RARELY_S,
    monitorVacuum: false,
  })
  boss.on('error', (error) => log('the queue', error))
  await boss.start()
  const runs = new Runs(boss, deps, options)
  for (const task of tasks) {
    const { policy, ...changeable } = queueOptions(task)
    await boss.createQueue(task.name, { policy, ...changeable })
    await boss.updateQueue(task.name, changeable)
  }
  for (const { task, cron, madeUpFor } of schedule) {
    await boss.schedule(task.name, cron, {}, { tz: 'UTC', missed: madeUpFor ? 'once' : 'skip' })
  }
  for (const task of tasks) await runs.workAt(task)
  return { stop: () => runs.stop(tasks) }
}

type Job = JobWithMetadata<object>

/** The jobs that this process is at. */
class Runs {
  readonly #boss: PgBoss
  readonly #deps: TaskDeps
  readonly #log: Options['log']
  readonly #sentenceOf: Options['sentenceOf']
  readonly #stopping = new AbortController()
  readonly #running = new Map<Job, Promise<unknown>>()

  constructor(boss: PgBoss, deps: TaskDeps, { log, sentenceOf }: Options) {
    this.#boss = boss
    this.#deps = deps
    this.#log = log
    this.#sentenceOf = sentenceOf
  }

  async workAt(task: Task): Promise<void> {
    for (let hand = 0; hand < (task.atOnce ?? 1); hand++) {
      const worker: { id?: string } = {}
      worker.id = await this.#boss.work(
        task.name,
        {
          includeMetadata: true,
          batchSize: 1,
          pollingIntervalSeconds: POLL_UNHEARD_S,
          notifyPollingIntervalSeconds: POLL_S,
          heartbeatRefreshSeconds: HEARTBEAT_S,
          ...(task.ofWorkspaceAtOnce && { groupConcurrency: task.ofWorkspaceAtOnce }),
        },
        async ([job]: Job[]) => {
          if (!job) return undefined
          const running = this.#run(task, job)
          this.#running.set(job, running)
          try {
            return await running
          } finally {
            this.#running.delete(job)
            // The next one is looked for at once.
            if (worker.id) this.#boss.notifyWorker(worker.id)
          }
        },
      )
    }
  }

  async #run(task: Task, job: Job): Promise<unknown> {
    if (this.#stopping.signal.aborted) return this.#giveBack(job)
    const run: Run = {
      jobId: job.id,
      workspaceId: job.groupId ? Number(job.groupId) : null,
      signal: AbortSignal.any([job.signal, this.#stopping.signal]),
    }
    try {
      return await task.run(this.#deps, checked(task, job.data ?? {}), run)
    } catch (error) {
      if (this.#stopping.signal.aborted) return this.#giveBack(job)
      this.#log(task.title, error)
      if (error instanceof Hopeless) await this.#neverAgain(job)
      // Its stack is in the log; people are shown the sentence.
      throw new Error(this.#sentenceOf(error))
    }
  }

  /** Another process may have it at once, and it has cost none of its retries. A run that lost it changes nothing. */
  async #giveBack({ name, id, retryCount }: Job): Promise<void> {
    await this.#deps.pool
      .query(
        `UPDATE ${QUEUE_SCHEMA}.job SET state = 'retry', retry_limit = retry_limit + 1, start_after = now()
         WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3`,
        [name, id, retryCount],
      )
      .catch((error) => this.#log('giving back a job', error))
  }

  async #neverAgain({ name, id, retryCount }: Job): Promise<void> {
    await this.#deps.pool.query(
      `UPDATE ${QUEUE_SCHEMA}.job SET retry_limit = retry_count
       WHERE name = $1 AND id = $2 AND state = 'active' AND retry_count = $3`,
      [name, id, retryCount],
    )
  }

  async stop(tasks: readonly Task[]): Promise<void> {
    this.#stopping.abort()
    await Promise.all(tasks.map(({ name }) => this.#boss.offWork(name, { wait: false })))
    const grace = Promise.withResolvers<void>()
    const timer = setTimeout(grace.resolve, GRACE_MS)
    await Promise.race([Promise.allSettled(this.#running.values()), grace.promise])
    clearTimeout(timer)
    for (const job of this.#running.keys()) await this.#giveBack(job)
    await this.#boss.stop({ timeout: 1_000 })
  }
}

/** What an older program enqueued may lack what a newer one needs, and the other way round. */
function checked(task: Task, input: unknown): unknown {
  if (Value.Check(task.input, input)) return input
  throw new Hopeless('What the job is about is not written as this version of Rapport reads it.')
}
