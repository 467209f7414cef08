import { copyTables } from '../baseline/schema.ts'
import { stages } from '../baseline/stages.ts'
import { type BenchData, openData } from '../data.ts'
import type { BenchOptions } from '../options.ts'
import { look } from '../report/machine.ts'
import { publish } from '../report/publish.ts'
import { openTeams, type Team } from '../scenarios/team.ts'
import { impactReport } from './impact-report.ts'
import { type Load, type Measured, measureStage, medianOf, warmUp } from './measure.ts'
import { openStand } from './stand.ts'

const SECONDS_DEFAULT = 2
const P95_MAX_MS = 100
/** Of what the untuned system can do: at this load nobody is overloaded, so its latency is its own. */
const CALM_SHARE = 0.4
const RATE_MIN = 0.5

/** What each technique gains, from an untuned system to the product. */
export async function impact(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  try {
    await copyTables(data.pool, options.print)
    const teams = await openTeams(data)
    const seen = await look(data.pool)
    const seconds = options.seconds ?? SECONDS_DEFAULT
    const rate = await calmRate(data, teams, seconds)
    const load = { rate, seconds, p95MaxMs: P95_MAX_MS }
    const results = await measureAll(data, teams, load, options)
    const medians = new Map([...results].map(([name, rounds]) => [name, medianOf(rounds)]))
    return publish(
      impactReport({ customers: options.customers, rounds: options.rounds, load, medians, seen }),
      options,
    )
  } finally {
    await data.close()
  }
}

async function calmRate(data: BenchData, teams: Team[], seconds: number): Promise<number> {
  const [untuned] = stages
  if (!untuned) throw new Error('There are no stages.')
  const stand = await openStand(data, teams, untuned, 1)
  try {
    return Math.max(RATE_MIN, (await warmUp(stand, seconds * 2)) * CALM_SHARE)
  } finally {
    await stand.close()
  }
}

/** Every stage once a round: what else the machine does falls on all of them alike. */
async function measureAll(
  data: BenchData,
  teams: Team[],
  load: Omit<Load, 'seed'>,
  { rounds, print }: BenchOptions,
): Promise<Map<string, Measured[]>> {
  const results = new Map<string, Measured[]>(stages.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const stage of stages) {
      const stand = await openStand(data, teams, stage, round)
      try {
        const measured = await measureStage(stand, { ...load, seed: round })
        results.get(stage.name)?.push(measured)
        const p95 = measured.latency.p95.toFixed(1)
        print(`round ${round}, ${stage.name}: p95 ${p95} ms, ${measured.throughput.toFixed(0)} requests/s`)
      } finally {
        await stand.close()
      }
    }
  }
  return results
}
