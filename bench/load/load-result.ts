import { type LatencySummary, summarize } from './latencies.ts'

export interface LoadResult {
  seconds: number
  /** Answers below 400 a second. */
  throughput: number
  latency: LatencySummary
  byScreen: Record<string, LatencySummary>
  /** How often each status of 400 or above, or failure to answer, came. */
  errors: Record<string, number>
  errorShare: number
  /** The run was ended early, as more requests piled up than it allows. */
  overloaded: boolean
}

/** Collects what became of every request of a run. */
export class LoadRecorder {
  readonly #all: number[] = []
  readonly #byScreen = new Map<string, number[]>()
  readonly #errors: Record<string, number> = {}
  #failed = 0

  answered(screen: string, status: number, latencyMs: number): void {
    if (status >= 400) {
      this.failed(`status ${status}`)
      return
    }
    this.#all.push(latencyMs)
    const samples = this.#byScreen.get(screen)
    if (samples) samples.push(latencyMs)
    else this.#byScreen.set(screen, [latencyMs])
  }

  failed(reason: string): void {
    this.#failed++
    this.#errors[reason] = (this.#errors[reason] ?? 0) + 1
  }

  result(seconds: number, overloaded: boolean): LoadResult {
    const byScreen = [...this.#byScreen].map(([screen, samples]) => [screen, summarize(samples)] as const)
    return {
      seconds,
      throughput: this.#all.length / seconds,
      latency: summarize(this.#all),
      byScreen: Object.fromEntries(byScreen),
      errors: this.#errors,
      errorShare: this.#failed / Math.max(1, this.#failed + this.#all.length),
      overloaded,
    }
  }
}

export function reasonOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'no answer'
}
