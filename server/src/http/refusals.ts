import type { FastifyBaseLogger } from 'fastify'

const SUMMARY_INTERVAL_MS = 10_000

/**
 * Requests that are turned away under load or while the database is gone. A log line for each costs more than the
 * refusal and fills the disk (74 MB in 15 s), so they are counted, and told from time to time.
 */
export class Refusals {
  readonly #counts = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  count(type: string, log: FastifyBaseLogger): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      log.warn({ refused: Object.fromEntries(this.#counts) }, 'requests were refused')
      this.#counts.clear()
    }, SUMMARY_INTERVAL_MS).unref()
  }
}
