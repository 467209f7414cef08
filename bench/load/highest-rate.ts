import { Random } from '../../server/src/demo/draw/random.ts'
import { closedLoop } from './closed-loop.ts'
import type { LoadResult } from './load-result.ts'
import { openLoop } from './open-loop.ts'
import type { BenchRequest, Target } from './target.ts'

const ERROR_SHARE_MAX = 0.001
const CLIENTS = 16
/** Shares of what the server can do at all, the highest first; the first that holds is refined once upwards. */
const SHARES = [0.9, 0.75, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05]
const REFINEMENT = 1.1
/** A hiccup of the machine must not count as the server's limit. */
const ATTEMPTS = 2
/** A queue that takes this long to empty has failed any bound. */
const IN_FLIGHT_SECONDS_MAX = 1

export interface HighestRate {
  /** Requests a second with p95 within the bound and next to no errors; 0 if even the lowest rate missed it. */
  rate: number
  at: LoadResult | undefined
}

interface Search {
  target: Target
  next: () => BenchRequest
  p95MaxMs: number
  /** Of one step. */
  seconds: number
  seed: number
}

/** The highest rate of Poisson arrivals at which p95 stays within a bound; a search of bounded length. */
export async function highestRate(search: Search): Promise<HighestRate> {
  const { target, next, seconds } = search
  const { throughput } = await closedLoop({ target, next, clients: CLIENTS, seconds })
  for (const share of SHARES) {
    const found = await holds(search, throughput * share)
    if (!found) continue
    const finer = await holds(search, throughput * share * REFINEMENT)
    return finer ?? found
  }
  return { rate: 0, at: undefined }
}

async function holds(search: Search, rate: number): Promise<HighestRate | undefined> {
  const { target, next, p95MaxMs, seconds, seed } = search
  const inFlightMax = Math.max(CLIENTS, Math.ceil(rate * IN_FLIGHT_SECONDS_MAX))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const at = await openLoop({
      target,
      next,
      rate,
      seconds,
      random: new Random(seed + attempt),
      inFlightMax,
    })
    const held = !at.overloaded && at.errorShare <= ERROR_SHARE_MAX && at.latency.p95 <= p95MaxMs
    if (held) return { rate: at.throughput, at }
  }
  return undefined
}
