import type { Queue } from 'pg-boss'
import type { Task } from './task.ts'

const RETRIES_DEFAULT = 5
const KEPT_DAYS_DEFAULT = 30
/** Doubled after each failure, with some chance in it. */
const RETRY_DELAY_S = 2
const RETRY_DELAY_MAX_S = 600
const DAY_S = 86_400
/** A job that was never begun in so long is about nothing any more. */
const WAITS_MAX_S = 365 * DAY_S
/**
 * A worker that has said nothing for so long is dead. With what follows (its silence is looked for, its job waits a
 * moment and is fetched) another has taken its job up within a minute.
 */
const SILENCE_MAX_S = 15

const policies = { any: 'standard', 'one at a time': 'singleton', 'only one': 'exclusive' } as const

/** How pg-boss keeps the jobs of a task. Its `policy` holds for ever once the queue is made. */
export function queueOptions({ order = 'any', retries, timeLimit_s, kept_days }: Task): Omit<Queue, 'name'> {
  return {
    policy: policies[order],
    retryLimit: retries ?? RETRIES_DEFAULT,
    retryDelay: RETRY_DELAY_S,
    retryBackoff: true,
    retryDelayMax: RETRY_DELAY_MAX_S,
    expireInSeconds: timeLimit_s,
    heartbeatSeconds: SILENCE_MAX_S,
    retentionSeconds: WAITS_MAX_S,
    deleteAfterSeconds: (kept_days ?? KEPT_DAYS_DEFAULT) * DAY_S,
    notify: true,
  }
}
