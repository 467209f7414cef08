// Makes a fresh clone ready: dependencies by lockfile, and the web app when it is stale. Uses nothing but Node 20.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MAJOR_MIN = 20
export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** The pinned runtime, from npm; whatever Node started this script only has to get this far. */
export const node = join(root, 'node_modules', '.bin', 'node')
const STAMP = join(root, 'node_modules', '.rapport-lockfile')
const WEB_STAMP = join(root, 'web', 'dist', '.built-from')

/** Ends the process with one clear sentence. */
export function fail(sentence) {
  console.error(`Rapport cannot go on: ${sentence}`)
  process.exit(1)
}

function run(command, args, what) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) fail(`${what} failed${error ? ` (${error.message})` : ''}. Its own words stand above.`)
}

function hashOf(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

export function installDependencies() {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
    fail(`this is Node ${process.versions.node}; install Node ${NODE_MAJOR_MIN} or newer.`)
  }
  const lockfile = hashOf(join(root, 'package-lock.json'))
  if (read(STAMP) === lockfile) return
  console.log('Installing dependencies …')
  // Engine warnings speak of the Node that runs npm; Rapport runs on the one it brings.
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing dependencies with npm ci')
  if (!existsSync(node))
    fail(
      `there is no pinned Node for ${process.platform} ${process.arch}; Rapport runs on Linux (x64, arm64) and macOS (arm64).`,
    )
  writeFileSync(STAMP, lockfile)
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

/** Everything the web build reads: its own sources, the shared modules of the server and the lockfile. */
function webSources() {
  const own = filesBelow(join(root, 'web')).filter((file) => !file.includes(`${join('web', 'dist')}`))
  const shared = filesBelow(join(root, 'server', 'src')).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  return [...own, ...shared, join(root, 'package-lock.json')].sort()
}

export function buildWebApp() {
  const sources = webSources()
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs))
  if (existsSync(WEB_STAMP) && statSync(WEB_STAMP).mtimeMs >= newest) return
  const state = hashOf(...sources)
  if (read(WEB_STAMP) !== state) {
    console.log('Building the web app …')
    run(
      node,
      [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', 'web', '--logLevel', 'warn'],
      'Building the web app',
    )
  }
  writeFileSync(WEB_STAMP, state)
}
