import { Random } from '../../server/src/demo/draw/random.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { highestRate } from '../load/highest-rate.ts'
import { type LatencySummary, median } from '../load/latencies.ts'
import { openLoop } from '../load/open-loop.ts'
import type { Stand } from './stand.ts'

const CLIENTS = 8
/** The calm load is low, so it must last to be worth a percentile. */
const CALM_LENGTH = 3
/** A fresh process is slow until its code is compiled. */
const WARM_UP_LENGTH = 2

/** One stage in one round. */
export interface Measured {
  latency: LatencySummary
  byScreen: Record<string, LatencySummary>
  errorShare: number
  databaseMsPerRequest: number
  /** Processor time of web process and PostgreSQL. */
  cpuMsPerRequest: number
  /** Requests a second at which p95 stays within the bound. */
  throughput: number
}

export interface Load {
  /** Requests a second for the latencies: the same for every stage. */
  rate: number
  p95MaxMs: number
  seconds: number
  seed: number
}

export async function warmUp({ target, scenario }: Stand, seconds: number): Promise<number> {
  const next = () => scenario.next()
  const { throughput } = await closedLoop({ target, next, clients: CLIENTS, seconds })
  return throughput
}

/** Latency at a rate that every stage can bear, then the highest rate within the bound. */
export async function measureStage(stand: Stand, load: Load): Promise<Measured> {
  const { target, scenario } = stand
  const { rate, seconds, p95MaxMs, seed } = load
  const next = () => scenario.next()
  await warmUp(stand, seconds * WARM_UP_LENGTH)
  await stand.resetDatabaseMs()
  const cpuBefore = stand.cpuSeconds()
  const calm = await openLoop({
    target,
    next,
    rate,
    seconds: seconds * CALM_LENGTH,
    random: new Random(seed),
  })
  const databaseMs = await stand.databaseMs()
  const cpuMs = (stand.cpuSeconds() - cpuBefore) * 1_000
  const { rate: throughput } = await highestRate({ target, next, p95MaxMs, seconds, seed })
  return {
    latency: calm.latency,
    byScreen: calm.byScreen,
    errorShare: calm.errorShare,
    databaseMsPerRequest: databaseMs / Math.max(1, calm.latency.count),
    cpuMsPerRequest: cpuMs / Math.max(1, calm.latency.count),
    throughput,
  }
}

/** The median of each figure over the rounds. */
export function medianOf(rounds: readonly Measured[]): Measured {
  const of = (pick: (round: Measured) => number) => median(rounds.map(pick))
  const screens = new Set(rounds.flatMap(({ byScreen }) => Object.keys(byScreen)))
  const screenOf = (name: string) =>
    latencyOf(rounds.flatMap(({ byScreen }) => (byScreen[name] ? [byScreen[name]] : [])))
  return {
    latency: latencyOf(rounds.map(({ latency }) => latency)),
    byScreen: Object.fromEntries([...screens].map((name) => [name, screenOf(name)])),
    errorShare: of(({ errorShare }) => errorShare),
    databaseMsPerRequest: of(({ databaseMsPerRequest }) => databaseMsPerRequest),
    cpuMsPerRequest: of(({ cpuMsPerRequest }) => cpuMsPerRequest),
    throughput: of(({ throughput }) => throughput),
  }
}

function latencyOf(summaries: readonly LatencySummary[]): LatencySummary {
  const of = (key: keyof LatencySummary) => median(summaries.map((each) => each[key]))
  return { count: of('count'), p50: of('p50'), p95: of('p95'), p99: of('p99'), max: of('max') }
}
