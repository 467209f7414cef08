import { openData } from '../data.ts'
import type { BenchOptions } from '../options.ts'
import { look } from '../report/machine.ts'
import { publish } from '../report/publish.ts'
import { openTeams } from '../scenarios/team.ts'
import { measurePair } from './pair.ts'
import { trials } from './trials.ts'
import { type Pair, withoutReport } from './without-report.ts'

const SECONDS_DEFAULT = 2

/** What each technique is worth in the product itself: with all of them, and without one, in turns. */
export async function without(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  try {
    const teams = await openTeams(data)
    const seen = await look(data.pool)
    const seconds = options.seconds ?? SECONDS_DEFAULT
    const pairs: Pair[] = []
    for (const trial of trials) {
      const rounds = await measurePair(data, teams, trial, { seconds, rounds: options.rounds })
      pairs.push({ trial, rounds })
      options.print(`without ${trial.without}: measured`)
    }
    return publish(withoutReport({ customers: options.customers, seconds, pairs, seen }), options)
  } finally {
    await data.close()
  }
}
