import type pg from 'pg'
import type { Static, TSchema } from 'typebox'
import type { Config } from '../config.ts'
import type { Database, Tx } from '../db/database.ts'

/** What a task may need; made once in work.ts. */
export interface TaskDeps {
  db: Database
  pool: pg.Pool
  config: Config
  queue: Queue
}

/** Where jobs are added: see JobQueue. */
export interface Queue {
  add<S extends TSchema>(
    tx: Tx,
    task: Task<S>,
    input: Static<S>,
    whose?: { workspaceId?: number | null },
  ): Promise<string | null>
}

/** One run of a job. */
export interface Run {
  jobId: string
  /** Whose job it is; null for one of the whole instance. */
  workspaceId: number | null
  /** Aborted when the process stops, the time is over, or another process has taken the job over. */
  signal: AbortSignal
}

/** A kind of background work. Its jobs wait in a queue of the same name. */
export interface Task<S extends TSchema = TSchema> {
  /** "<feature>.<work>". Jobs of it may lie in a database for weeks: never give a name another meaning. */
  readonly name: string
  /** What people call it. */
  readonly title: string
  readonly input: S
  /** A run that takes longer is given up and tried again. */
  readonly timeLimit_s: number
  /** Runs after the first that failed, each some time later than the last. */
  readonly retries?: number
  /**
   * `one at a time` over all processes; `only one` is that too, and whoever enqueues a second while one waits or runs
   * adds nothing.
   */
  readonly order?: 'any' | 'one at a time' | 'only one'
  /** How many one process works at. */
  readonly atOnce?: number
  /** How many of one workspace run at once, over all processes. */
  readonly ofWorkspaceAtOnce?: number
  /** Days that a job is kept once it has ended. */
  readonly kept_days?: number
  /**
   * Does the work; what it returns is kept with the job. It may be run again after a run that ended in its middle, so
   * it must come to the same end. What it throws is kept, and told to people who may manage the workspace.
   */
  run(deps: TaskDeps, input: Static<S>, run: Run): Promise<unknown>
}

export function task<S extends TSchema>(declared: Task<S>): Task<S> {
  return declared
}

/** A task that begins by the clock. `cron` is in UTC: minute, hour, day, month, day of the week. */
export interface Scheduled {
  readonly task: Task
  readonly cron: string
  /** Made up for, once, if no process ran when it was due. */
  readonly madeUpFor?: true
}

/** A job that fails the same way every time: it is not tried again. */
export class Hopeless extends Error {}
