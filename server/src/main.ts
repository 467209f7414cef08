import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from './config.ts'
import { openDatabase } from './db/open.ts'

const USAGE = `Usage: rapport <command>

  start [--demo[=customers]]   serve the API and the web app, with a worker in the background
  work                         work at background jobs alone, as one more worker
  migrate                      bring the database up to this version
  import <mapping> <folder>    import CSV files; see docs/import.md
  check [--repair]             compare every summary with the tables, and set it right
  jobs [retry|delete <id>]     what works in the background, and what was given up
  reset-password <email>       make a link with which somebody chooses a new password
  generate [--check]           write the generated files, or only compare them
`

/** The command line. Every failure that an operator can mend ends with one sentence and exit code 1. */
async function main(args: string[]): Promise<number> {
  const [command = 'start', ...rest] = args
  switch (command) {
    case 'start':
      return (await import('./start.ts')).start(readConfig(process.env), demoSize(rest))
    case 'work':
      return (await import('./work.ts')).work(readConfig(process.env))
    case 'migrate':
      return withDatabase(async () => 0)
    case 'import': {
      const { importCommand } = await import('./imports/cli.ts')
      return withDatabase(({ db, pool }) => importCommand({ db, pool, args: rest }))
    }
    case 'check': {
      const { checkCommand } = await import('./summaries/check.ts')
      return withDatabase(({ db }) => checkCommand(db, rest.includes('--repair')))
    }
    case 'jobs': {
      const { jobsCommand } = await import('./background-work/cli.ts')
      return withDatabase((opened) => jobsCommand(opened, rest))
    }
    case 'reset-password': {
      const { resetPasswordCommand } = await import('./auth/cli.ts')
      const { publicUrl } = readConfig(process.env)
      return withDatabase(({ db }) => resetPasswordCommand(db, publicUrl, rest))
    }
    case 'generate': {
      const { generate } = await import('./generate.ts')
      return withDatabase((opened) => generate(opened, readConfig(process.env), rest.includes('--check')))
    }
    default:
      process.stdout.write(USAGE)
      return command === 'help' || command === '--help' ? 0 : 1
  }
}

type Opened = Awaited<ReturnType<typeof openDatabase>>

async function withDatabase(work: (opened: Opened) => Promise<number>): Promise<number> {
  const opened = await openDatabase(readConfig(process.env))
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

const DEMO_CUSTOMERS_DEFAULT = 50_000
const DEMO_CUSTOMERS_MAX = 10_000_000

/** Customers of the demo workspace to make sure of; 0 for none. */
function demoSize(args: string[]): number {
  // parseArgs has no options with an optional value: "--demo" alone means the default.
  const given = args.map((arg) => (arg === '--demo' ? `--demo=${DEMO_CUSTOMERS_DEFAULT}` : arg))
  const { values } = parseOrExplain(given)
  if (values.demo === undefined) return 0
  const size = Number(values.demo)
  if (!Number.isInteger(size) || size < 1 || size > DEMO_CUSTOMERS_MAX) {
    throw new ConfigError(`--demo takes a number of customers from 1 to ${DEMO_CUSTOMERS_MAX}.`)
  }
  return size
}

function parseOrExplain(args: string[]) {
  try {
    return parseArgs({ args, options: { demo: { type: 'string' } }, strict: true })
  } catch (error) {
    throw new ConfigError(`${(error as Error).message}\n\n${USAGE}`)
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(`Rapport cannot go on: ${error.message}`)
  process.exitCode = 1
}
