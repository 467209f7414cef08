import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from '../server/src/config.ts'
import type { Destination } from './report/publish.ts'

const CUSTOMERS_DEFAULT = 10_000
const CUSTOMERS_MAX = 5_000_000
const SECONDS_MAX = 3_600
const ROUNDS_DEFAULT = 3
const ROUNDS_MAX = 20

export interface BenchOptions extends Destination {
  customers: number
  /** Where PostgreSQL keeps the data set of a size; made and filled when missing, and kept for the next time. */
  dataDirOf: (customers: number) => string
  /** Length of one measurement; each bench has its own default. */
  seconds: number | undefined
  /** How often everything is measured in turn; the median counts. */
  rounds: number
}

/** A data set of any size has its own place, so that all of them stay ready. */
function defaultDataDir(customers: number): string {
  return join(tmpdir(), `rapport-bench-${customers}`)
}

/** Reads `--customers`, `--data-dir`, `--seconds` and `--rounds`. Throws ConfigError with one clear sentence. */
export function readOptions(args: string[]): BenchOptions {
  const names = { customers: 'string', 'data-dir': 'string', seconds: 'string', rounds: 'string' } as const
  const options = Object.fromEntries(Object.entries(names).map(([name, type]) => [name, { type }]))
  const { values } = parseArgs({ args, options, strict: true })
  const customers = whole('customers', values.customers, 100, CUSTOMERS_MAX) ?? CUSTOMERS_DEFAULT
  const dataDir = values['data-dir']
  return {
    customers,
    dataDirOf: (size) =>
      size === customers && typeof dataDir === 'string' ? resolve(dataDir) : defaultDataDir(size),
    resultsDir: join(import.meta.dirname, 'results'),
    print: console.log,
    seconds: whole('seconds', values.seconds, 1, SECONDS_MAX),
    rounds: whole('rounds', values.rounds, 1, ROUNDS_MAX) ?? ROUNDS_DEFAULT,
  }
}

function whole(name: string, text: unknown, min: number, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ConfigError(`--${name} takes a whole number from ${min} to ${max}, not "${text}".`)
  }
  return value
}
