import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../server/src/db/embedded.ts'
import { ensureChromium } from '../web/test/chromium.ts'

const FILES = ['server/**/*.test.ts', 'bench/**/*.test.ts', 'web/**/*.test.ts']
const FILES_AT_ONCE = 2
const TEST_TIMEOUT_MS = 240_000

/** What some tests need beyond npm, and what did not run without it. CI demands all of it. */
interface Need {
  name: string
  found: boolean
  without: string
}

function needs(chromiumFound: boolean): Need[] {
  const sampleData =
    process.env.RAPPORT_SAMPLE_DATA ?? join(import.meta.dirname, '..', '..', 'shared', 'data')
  return [
    {
      name: 'Chromium',
      found: chromiumFound,
      without: 'the browser tests (web/test) did not run',
    },
    {
      name: 'redis-server',
      found: spawnSync('redis-server', ['--version']).status === 0,
      without: 'the tests of the shared cache did not run',
    },
    {
      name: 'the Northwind sample data (RAPPORT_SAMPLE_DATA)',
      found: existsSync(join(sampleData, 'northwind')),
      without: 'the Northwind import tests did not run',
    },
  ]
}

function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

/** One PostgreSQL serves the whole run, so that the template database is made once. */
async function main(): Promise<number> {
  const files = process.argv.slice(2)
  const dataDir = mkdtempSync(join(tmpdir(), 'rapport-test-'))
  chmodSync(dataDir, 0o755)
  const postgres = await startEmbedded(dataDir)
  try {
    return await runNode(
      [
        '--test',
        `--test-concurrency=${FILES_AT_ONCE}`,
        `--test-timeout=${TEST_TIMEOUT_MS}`,
        ...(files.length ? files : FILES),
      ],
      { ...process.env, RAPPORT_TEST_DATA_DIR: dataDir },
    )
  } finally {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const chromiumFound = ensureChromium()
let code = await main()
for (const { name, found, without } of needs(chromiumFound)) {
  if (found) continue
  console.log(`NOT RUN: ${name} was not found, so ${without}.`)
  // The sample data is not part of the project; everything else can be installed.
  if (process.env.CI === 'true' && !name.includes('sample data')) code = 1
}
process.exitCode = code
