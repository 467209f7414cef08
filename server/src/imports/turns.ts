import { setImmediate } from 'node:timers/promises'
import { ImportFailure, STOPPED_SENTENCE } from './failure.ts'

/** Requests wait at most about this long for work that goes on in the same process. */
const SLICE_MS = 8

/** Gives the rest of the process its turn during an import's long work, however little of that waits for anything. */
export class Turns {
  readonly #signal: AbortSignal | undefined
  #since = performance.now()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /**
   * To be called between small pieces of work; undefined if it may simply go on. Rejects with an ImportFailure once the
   * signal is aborted.
   */
  next(): Promise<void> | undefined {
    return performance.now() - this.#since < SLICE_MS ? undefined : this.#pass()
  }

  async #pass(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
    if (this.#signal?.aborted) throw new ImportFailure(STOPPED_SENTENCE)
  }
}
