import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../server/src/db/embedded.ts'
import { installCommand, type Lack, lacking } from './test-needs.ts'

const FILES = ['server/**/*.test.ts', 'bench/**/*.test.ts', 'web/**/*.test.ts']
const FILES_AT_ONCE = 2
const TEST_TIMEOUT_MS = 240_000

function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

/** One PostgreSQL serves the whole run, so that the template database is made once. */
async function runTests(files: string[]): Promise<number> {
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

/** Said last, where it is read. */
function sayWhatDidNotRun(lacks: readonly Lack[]): void {
  for (const { name, tests } of lacks) console.log(`NOT RUN: ${tests}, for there is no ${name}.`)
  const command = installCommand(lacks)
  if (command) console.log(`To run them too: ${command}`)
}

const lacks = lacking()
if (process.env.CI === 'true' && lacks.some(({ demanded }) => demanded)) {
  sayWhatDidNotRun(lacks)
  console.log('With CI=true every test must run, so none was started.')
  process.exitCode = 1
} else {
  process.exitCode = await runTests(process.argv.slice(2))
  sayWhatDidNotRun(lacks)
}
