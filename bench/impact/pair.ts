import type { Technique } from '../../server/src/config.ts'
import type { BenchData } from '../data.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { highestRate } from '../load/highest-rate.ts'
import { type BenchRequest, openTarget, type Target } from '../load/target.ts'
import { readVersions, salesTeam } from '../scenarios/sales-team.ts'
import type { Team } from '../scenarios/team.ts'
import { residentBytes, startProduct } from '../servers/child.ts'
import { cpuSeconds, postgresCpuSeconds } from '../servers/cpu.ts'
import type { Trial } from './trials.ts'

export const P95_MAX_MS = 100
/** Those who ask for a screen at once, as in `bench limits`. */
export const CLIENTS = 16
const CONNECTIONS = 48
/** Fresh processes are slow until their code is compiled. */
const WARM_UP_LENGTH = 2
/** Of a measurement: a screen is steady soon, and the search for a rate has several steps. */
const SCREEN_LENGTH = 0.5
const STEP_LENGTH = 0.25
/** The mix is measured over a number of requests, not for a time: a slow moment must not make it a small sample. */
export const REQUESTS_PER_SECOND = 500
const MIX_LENGTH_MAX = 30
const ERROR_SHARE_MAX = 0.01
const MB = 1024 ** 2

/** What load costs, in milliseconds of processor time a request. */
export interface Cost {
  nodeMs: number
  postgresMs: number
}

/** One of the two, in one round. */
export interface Side {
  mix: Cost
  /** Requests of the mix a second with p95 within the bound. */
  rate: number
  /** The screen that the technique is for: how long it takes who is alone, and what it costs when many ask. */
  screen: Cost & { aloneMs: number; perSecond: number }
  memoryMb: number
}

/** The product, with everything or without something, under the requests of its own scenario. */
interface Running {
  target: Target
  mix: () => BenchRequest
  screen: () => BenchRequest
  cost: () => Cost
  memoryMb: () => number
  close: () => Promise<void>
}

/** Both run all the time, and one of them is asked: what else the machine does, and their age, are the same for both. */
export async function measurePair(
  data: BenchData,
  teams: Team[],
  trial: Trial,
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<[withAll: Side, without: Side][]> {
  // One for both, as they change the same records.
  const versions = await readVersions((text, values) => data.pool.query(text, values), teams)
  const running: Running[] = []
  const open = async (left?: Technique) => {
    const opened = await openRunning(data, teams, trial, left, versions)
    running.push(opened)
    return opened
  }
  try {
    const withAll = await open()
    const withoutIt = await open(trial.without)
    await warmUp(withAll, seconds)
    await warmUp(withoutIt, seconds)
    const measured: [Side, Side][] = []
    for (let seed = 1; seed <= rounds; seed++) {
      // Who comes second finds other pages in PostgreSQL's memory: each does in turn.
      if (seed % 2 === 1) {
        const first = await measureSide(withAll, seconds, seed)
        measured.push([first, await measureSide(withoutIt, seconds, seed)])
      } else {
        const first = await measureSide(withoutIt, seconds, seed)
        measured.push([await measureSide(withAll, seconds, seed), first])
      }
    }
    return measured
  } finally {
    for (const each of running) await each.close()
  }
}

async function openRunning(
  data: BenchData,
  teams: Team[],
  trial: Trial,
  left: Technique | undefined,
  versions: Map<number, number>,
): Promise<Running> {
  const server = await startProduct(data.dataDir, data.target, {
    RAPPORT_WITHOUT: left ?? '',
    // One worker does the background work of both.
    WORKERS: left ? '0' : '1',
  })
  const target = openTarget(server.port, CONNECTIONS)
  const scenario = salesTeam(teams, { seed: 1, versions })
  const [team] = teams
  if (!team) throw new Error('The data has no workspace.')
  const path = trial.paths(team)
  const cost = () => ({
    nodeMs: cpuSeconds(server.pid) * 1_000,
    postgresMs: postgresCpuSeconds(data.dataDir) * 1_000,
  })
  return {
    target,
    mix: () => scenario.next(),
    screen: () => ({ screen: trial.screen, method: 'GET', path: path(), headers: team.headers }),
    cost,
    memoryMb: () => residentBytes(server.pid) / MB,
    close: async () => {
      await target.close()
      await server.stop()
    },
  }
}

async function warmUp({ target, mix, screen }: Running, seconds: number): Promise<void> {
  const clients = CLIENTS
  await closedLoop({ target, next: screen, clients, seconds: seconds * SCREEN_LENGTH })
  await closedLoop({ target, next: mix, clients, seconds: seconds * WARM_UP_LENGTH })
}

async function measureSide(running: Running, seconds: number, seed: number): Promise<Side> {
  const { target, mix, screen, memoryMb } = running
  const clients = CLIENTS
  const requestsMax = seconds * REQUESTS_PER_SECOND
  const team = await costing(running, () =>
    closedLoop({ target, next: mix, clients, seconds: seconds * MIX_LENGTH_MAX, requestsMax }),
  )
  const length = seconds * SCREEN_LENGTH
  const alone = await closedLoop({ target, next: screen, clients: 1, seconds: length })
  const many = await costing(running, () => closedLoop({ target, next: screen, clients, seconds: length }))
  for (const { errorShare } of [team.result, alone, many.result]) {
    if (errorShare > ERROR_SHARE_MAX)
      throw new Error('More than one request in a hundred failed; the figures mean nothing.')
  }
  const step = seconds * STEP_LENGTH
  const { rate } = await highestRate({ target, next: mix, p95MaxMs: P95_MAX_MS, seconds: step, seed })
  return {
    mix: team.cost,
    rate,
    screen: { ...many.cost, aloneMs: alone.latency.p50, perSecond: many.result.throughput },
    memoryMb: memoryMb(),
  }
}

async function costing<T extends { latency: { count: number } }>(
  { cost }: Running,
  run: () => Promise<T>,
): Promise<{ result: T; cost: Cost }> {
  const before = cost()
  const result = await run()
  const after = cost()
  const requests = Math.max(1, result.latency.count)
  return {
    result,
    cost: {
      nodeMs: (after.nodeMs - before.nodeMs) / requests,
      postgresMs: (after.postgresMs - before.postgresMs) / requests,
    },
  }
}
