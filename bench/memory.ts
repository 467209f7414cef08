import { setTimeout as delay } from 'node:timers/promises'
import { Random } from '../server/src/demo/draw/random.ts'
import { openData } from './data.ts'
import { median } from './load/latencies.ts'
import { openLoop } from './load/open-loop.ts'
import { openTarget } from './load/target.ts'
import type { BenchOptions } from './options.ts'
import { look } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { perSecond, type Report } from './report/report.ts'
import { readVersions, salesTeam } from './scenarios/sales-team.ts'
import { openTeams } from './scenarios/team.ts'
import { residentBytes, startProduct } from './servers/child.ts'

const SECONDS_DEFAULT = 30
const SETTLE_MS = 3_000
const SAMPLE_INTERVAL_MS = 500
/** Points of the curve: enough to tell a plateau from a slope. */
const CURVE_POINTS = 20
const RATE = 250
const CONNECTIONS = 32
const IDLE_MAX_MB = 150
const LOADED_MAX_MB = 250
/** Of the last quarter of the load against the third: more is a leak, less is the garbage collector's play. */
const GROWTH_MAX = 1.05
const MB = 1024 ** 2

/** How much memory a web process takes. */
export async function memory(options: BenchOptions): Promise<boolean> {
  const seconds = options.seconds ?? SECONDS_DEFAULT
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  const teams = await openTeams(data)
  const seen = await look(data.pool)
  const versions = await readVersions((text, values) => data.pool.query(text, values), teams)
  // The first start of a version also compiles it, and keeps what it compiled for the next.
  await (await startProduct(data.dataDir, data.target)).stop()
  const product = await startProduct(data.dataDir, data.target)
  const target = openTarget(product.port, CONNECTIONS)
  try {
    await delay(SETTLE_MS)
    const idle = residentBytes(product.pid) / MB
    const samples: number[] = []
    const sampling = setInterval(() => samples.push(residentBytes(product.pid) / MB), SAMPLE_INTERVAL_MS)
    const scenario = salesTeam(teams, { seed: 11, versions })
    const load = { target, next: () => scenario.next(), rate: RATE, seconds, random: new Random(11) }
    const { throughput, errorShare } = await openLoop(load)
    clearInterval(sampling)
    if (errorShare > 0.01)
      throw new Error('More than one request in a hundred failed; the figures mean nothing.')
    return publish({ ...report(options, seconds, idle, samples, throughput), seen }, options)
  } finally {
    await target.close()
    await product.stop()
    await data.close()
  }
}

function report(
  { customers }: BenchOptions,
  seconds: number,
  idle: number,
  samples: number[],
  throughput: number,
): Omit<Report, 'seen'> {
  const quarters = parts(samples, 4)
  const [, , third = 0, fourth = 0] = quarters
  const highest = Math.max(...samples, 0)
  return {
    name: 'memory',
    title: 'Memory of a web process',
    customers,
    bars: [
      {
        text: `idle: at most ${IDLE_MAX_MB} MB`,
        measured: `${idle.toFixed(0)} MB`,
        holds: idle <= IDLE_MAX_MB,
      },
      {
        text: `after ${seconds} s of load: at most ${LOADED_MAX_MB} MB`,
        measured: `${fourth.toFixed(0)} MB (highest ${highest.toFixed(0)} MB)`,
        holds: fourth <= LOADED_MAX_MB,
      },
      {
        text: `no growth: the last quarter at most ${((GROWTH_MAX - 1) * 100).toFixed(0)} % above the third`,
        measured: `${third.toFixed(0)} → ${fourth.toFixed(0)} MB`,
        holds: fourth <= third * GROWTH_MAX,
      },
    ],
    tables: [
      {
        caption: 'Resident memory, median of each quarter of the load',
        columns: ['quarter', 'MB'],
        rows: quarters.map((quarter, index) => [`${index + 1}`, quarter.toFixed(0)]),
      },
      {
        caption: 'Its curve',
        columns: ['until', 'MB'],
        rows: parts(samples, CURVE_POINTS).map((point, index) => [
          `${((seconds * (index + 1)) / CURVE_POINTS).toFixed(0)} s`,
          point.toFixed(0),
        ]),
      },
    ],
    method: [
      `The product as started in production, not for the first time (its compiled modules are kept); idle is ${SETTLE_MS / 1_000} s after its start. Then the mix of a sales team at ${RATE} requests/s (${perSecond(throughput)} answered) for ${seconds} s; resident memory from /proc twice a second. PostgreSQL is not counted.`,
    ],
    notes: [],
  }
}

/** The median of each of `count` equal parts. */
function parts(samples: number[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((end) => Math.floor((end * samples.length) / count))
    return median(samples.slice(from, to))
  })
}
