import { ConfigError } from '../server/src/config.ts'
import { type BenchOptions, readOptions } from './options.ts'

const USAGE = `Usage: npm run bench <name> -- [--customers=10000] [--data-dir=…] [--seconds=…] [--rounds=3]

  seed     make the data set of this size, and say how long it took
  impact   from an untuned system to Rapport, technique by technique
  without  the product with one of its techniques switched off, in turns with all of them
  growth   each screen at 10,000, 100,000 and (with --customers=1000000) 1,000,000 customers
  limits   the same reads beside pgbench, bare node:http and bare Fastify
  writes   creating orders with and without the summaries
  import   the importer beside a raw COPY, and orders with their lines
  memory   memory of a web process, idle and under load
  jobs     a worker for background jobs, without work and with 10,000 jobs
  search   the search in SQL: common, rare and absent words

Each prints its bars and whether they hold; the exit code is 1 if one is missed.
`

/** Runs one bench; true if its bars hold. */
type Bench = (options: BenchOptions) => Promise<boolean>

const benches: Record<string, () => Promise<Bench>> = {
  seed: async () => async (options) => {
    await (await import('./data.ts')).seed(options.customers, options.dataDirOf(options.customers))
    return true
  },
  impact: async () => (await import('./impact/impact.ts')).impact,
  without: async () => (await import('./impact/without.ts')).without,
  growth: async () => (await import('./growth.ts')).growth,
  limits: async () => (await import('./limits/limits.ts')).limits,
  writes: async () => (await import('./writes.ts')).writes,
  import: async () => (await import('./import.ts')).importing,
  memory: async () => (await import('./memory.ts')).memory,
  jobs: async () => (await import('./jobs.ts')).jobsBench,
  search: async () => (await import('./search.ts')).search,
}

async function main([name = '', ...args]: string[]): Promise<number> {
  const bench = benches[name]
  if (!bench) {
    process.stdout.write(USAGE)
    return 1
  }
  return (await (await bench())(readOptions(args))) ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(`The benchmark cannot run: ${error.message}`)
  process.exitCode = 1
}
