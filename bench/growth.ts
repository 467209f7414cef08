import { Random } from '../server/src/demo/draw/random.ts'
import { openData } from './data.ts'
import { type LatencySummary, median, summarize } from './load/latencies.ts'
import { type BenchRequest, openTarget } from './load/target.ts'
import { uncached } from './load/uncached.ts'
import type { BenchOptions } from './options.ts'
import { look, type Seen } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { ms, type Report, times } from './report/report.ts'
import { readVersions, type Screen, salesTeam, screens } from './scenarios/sales-team.ts'
import { openTeams } from './scenarios/team.ts'
import { startProduct } from './servers/child.ts'

const SIZES = [10_000, 100_000, 1_000_000]
const GROWTH_MAX = 1.5
const SEED = 7
const BLOCK = 10
const WARM_UP_BLOCKS_MAX = 5
const BLOCKS_DEFAULT = 20
/** Growth of less than this is less than the machine's own unrest. */
const NOISE_MS = 0.15

/** One data set with the product running on it. */
interface Stand {
  customers: number
  seen: Seen
  ask: (screen: Screen) => Promise<Answer>
  close: () => Promise<void>
}

interface Answer {
  elapsedMs: number
  bytes: number
}

/** What a screen takes at one size. */
type Taken = LatencySummary & { medianBytes: number }
type Results = Map<string, Taken[]>

/** How much slower each screen becomes as the data grows. */
export async function growth(options: BenchOptions, known: readonly number[] = SIZES): Promise<boolean> {
  const sizes = known.filter((size) => size < options.customers)
  sizes.push(options.customers)
  // With the smallest size alone there is nothing to compare.
  if (sizes.length === 1) sizes.push(known.find((size) => size > options.customers) ?? options.customers)
  const stands: Stand[] = []
  try {
    for (const customers of sizes) {
      stands.push(await openStand(customers, options.dataDirOf(customers), options.print))
    }
    const results = await measure(stands, Math.ceil(BLOCKS_DEFAULT * options.rounds))
    return publish(report(stands, results), options)
  } finally {
    for (const stand of stands) await stand.close()
  }
}

async function openStand(customers: number, dataDir: string, print: BenchOptions['print']): Promise<Stand> {
  const data = await openData(customers, dataDir, print)
  const teams = await openTeams(data, 1)
  const seen = await look(data.pool)
  const product = await startProduct(dataDir, data.target)
  const target = openTarget(product.port, 1)
  const versions = await readVersions((text, values) => data.pool.query(text, values), teams)
  const scenario = salesTeam(teams, { seed: SEED, versions })
  const turns = new Random(SEED)
  return {
    customers,
    seen,
    ask: async (screen) => {
      const request = scenario.next(screen)
      const path = request.method === 'GET' ? uncached(request.path, turns.int(0, 1_000_000)) : request.path
      let bytes = 0
      const answered: BenchRequest['answered'] = (status, text) => {
        bytes = Buffer.byteLength(text)
        request.answered?.(status, text)
      }
      const from = performance.now()
      const status = await target.send({ ...request, path, answered })
      const elapsedMs = performance.now() - from
      if (status >= 400) throw new Error(`${request.method} ${path} answered ${status}.`)
      return { elapsedMs, bytes }
    },
    close: async () => {
      await target.close()
      await product.stop()
      await data.close()
    },
  }
}

/** One request at a time, the sizes in turn in short blocks: nothing waits, and unrest falls on all alike. */
async function measure(stands: Stand[], blocks: number): Promise<Results> {
  const results: Results = new Map()
  const warmUpBlocks = Math.min(WARM_UP_BLOCKS_MAX, Math.floor(blocks / 2))
  for (const screen of screens) {
    const samples = stands.map((): Answer[] => [])
    for (let block = -warmUpBlocks; block < blocks; block++) {
      for (const [index, stand] of stands.entries()) {
        for (let n = 0; n < BLOCK; n++) {
          const answer = await stand.ask(screen)
          if (block >= 0) samples[index]?.push(answer)
        }
      }
    }
    results.set(screen.name, samples.map(taken))
  }
  return results
}

function taken(answers: Answer[]): Taken {
  const bytes = answers.map((answer) => answer.bytes)
  return { ...summarize(answers.map(({ elapsedMs }) => elapsedMs)), medianBytes: median(bytes) }
}

function kilobytes(bytes = 0): string {
  return (bytes / 1_024).toFixed(1)
}

function report(stands: Stand[], results: Results): Report {
  const sizes = stands.map(({ customers }) => customers.toLocaleString('en'))
  const growthOf = (summaries: LatencySummary[], key: 'p50' | 'p99') => {
    const [first, last] = [summaries[0]?.[key] ?? 0, summaries.at(-1)?.[key] ?? 0]
    return { ratio: last / first, difference: last - first }
  }
  const bars = (['p50', 'p99'] as const).map((key) => {
    const grown = [...results].map(([name, summaries]) => ({ name, ...growthOf(summaries, key) }))
    const worst = grown.sort((a, b) => b.ratio - a.ratio)
    const missed = worst.filter(({ ratio, difference }) => ratio > GROWTH_MAX && difference > NOISE_MS)
    return {
      text: `every screen at ${sizes.at(-1)} customers: ${key} at most ${GROWTH_MAX} times that at ${sizes[0]}`,
      measured: `${worst.length - missed.length} of ${worst.length}; most: ${worst[0]?.name} ${times(worst[0]?.ratio ?? 0)}`,
      holds: missed.length === 0,
    }
  })
  const rows = [...results].map(([name, summaries]) => [
    name,
    ...summaries.map(({ p50 }) => ms(p50)),
    times(growthOf(summaries, 'p50').ratio),
    ...summaries.map(({ p99 }) => ms(p99)),
    times(growthOf(summaries, 'p99').ratio),
    kilobytes(summaries[0]?.medianBytes),
    kilobytes(summaries.at(-1)?.medianBytes),
  ])
  const columns = [
    'screen',
    ...sizes.map((size) => `p50 ${size}`),
    'growth',
    ...sizes.map((size) => `p99 ${size}`),
    'growth',
    `KB ${sizes[0]}`,
    `KB ${sizes.at(-1)}`,
  ]
  const last = stands.at(-1)
  if (!last) throw new Error('Nothing was measured.')
  return {
    name: 'growth',
    title: 'Growth: each screen as the data grows',
    customers: last.customers,
    method: [
      `Each request goes to the real server over HTTP, uncached, in the workspace that holds half of the customers; one at a time, so none waits for another. ${results.values().next().value?.[0]?.count ?? 0} requests of each screen at each size, the sizes in turn in blocks of ${BLOCK}.`,
      'KB is the median size of an answer: where the small data has fewer rows than a page, the large data has more to send.',
      `A difference of less than ${NOISE_MS} ms counts as none: it is within the unrest of the machine.`,
    ],
    bars,
    tables: [{ caption: 'Milliseconds by customers', columns, rows }],
    charts: (['p50', 'p99'] as const).map((key) => ({
      title: `${key} of each screen`,
      unit: 'ms',
      logarithmic: false,
      series: sizes.map((size) => `${size} customers`),
      rows: [...results].map(([label, summaries]) => ({ label, values: summaries.map((each) => each[key]) })),
    })),
    notes: stands.slice(0, -1).map(({ seen }) => `The smaller data: ${seen.data}.`),
    seen: last.seen,
  }
}
