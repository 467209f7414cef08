import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { ConfigError } from '../config.ts'
import { type Cluster, isAlive, lastLines, SOCKET_PORT, settings, writeWhole } from './postgres-directory.ts'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 60_000
const POLL_INTERVAL_MS = 20
const ANSWER_TIMEOUT_MS = 2_000
/** A larger log is put aside at the next start. */
const LOG_BYTES_MAX = 10 * 1024 ** 2
const USER = 'rapport'

/** Nobody listens, or something there that does not answer. */
const NO_SERVER = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'])
/** Starting up, stopping, or recovering from a crash. */
const NOT_YET = '57P03'
/** More sessions than it allows: it lives. */
const FULL = '53300'

/** A session in the server, once it takes one; "not yet" while it starts or stops, undefined if there is none. */
export async function connectTo(
  { socketDirectory, directory }: Cluster,
  applicationName: string,
): Promise<pg.Client | 'not yet' | undefined> {
  const client = new pg.Client({
    host: socketDirectory,
    port: SOCKET_PORT,
    user: USER,
    database: 'postgres',
    application_name: applicationName,
    connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
  })
  // Its end is noticed by whoever holds it; without a listener it would end the process.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    const { code } = error as { code?: string }
    if (code === NOT_YET || code === FULL) return 'not yet'
    if (code === undefined || NO_SERVER.has(code)) return undefined
    throw new ConfigError(
      `PostgreSQL runs in ${directory}, but its files are damaged or foreign: ${(error as Error).message}. Nothing was changed; restore a backup, or set RAPPORT_DATA_DIR to another place.`,
    )
  }
}

/**
 * A session in the running server of a cluster; it is started if none runs. `started` tells who started it. Throws
 * ConfigError with what PostgreSQL said.
 */
export async function reach(
  cluster: Cluster,
  applicationName: string,
): Promise<{ session: pg.Client; started: boolean }> {
  const deadline = Date.now() + START_TIMEOUT_MS
  let child: ChildProcess | undefined
  let logStart = 0
  for (;;) {
    const session = await connectTo(cluster, applicationName).catch((error) => {
      // Whoever cannot use it leaves nothing behind.
      child?.kill('SIGINT')
      throw error
    })
    if (session && session !== 'not yet') return { session, started: child !== undefined && !hasEnded(child) }
    if (child && hasEnded(child)) {
      const log = readLog(cluster, logStart)
      if (!isLocked(log)) throw new ConfigError(failure(cluster, log))
      // Another start was faster, or a killed server is still dying.
      child = undefined
      await delay(10 * POLL_INTERVAL_MS)
      removeLockOfForeignProcess(cluster)
    }
    if (Date.now() >= deadline) {
      child?.kill('SIGKILL')
      throw new ConfigError(failure(cluster, readLog(cluster, logStart)))
    }
    if (!child && session === undefined) {
      logStart = putLargeLogAside(cluster)
      child = launch(cluster)
    }
    await delay(POLL_INTERVAL_MS)
  }
}

function failure({ directory, logFile }: Cluster, log: string): string {
  return `PostgreSQL did not start in ${directory}: ${lastLines(log) || 'it said nothing'} (its log is ${logFile}).`
}

function launch({ binaries, directory, socketDirectory, logFile, runAs }: Cluster): ChildProcess {
  writeWhole(join(directory, 'postgresql.auto.conf'), settings(socketDirectory))
  const log = openSync(logFile, 'a', 0o600)
  try {
    // detached: a Ctrl-C in the terminal must reach PostgreSQL only after Rapport has finished its requests. To a
    // file, not to us: it goes on to live, and to write, if this process is killed.
    const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', directory], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      ...runAs,
    })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** By itself or by a signal, of which only `signalCode` tells. */
function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

/** Returns how long the log is by now. */
function putLargeLogAside({ logFile }: Cluster): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size < LOG_BYTES_MAX) return size
  renameSync(logFile, `${logFile}.1`)
  return 0
}

function readLog({ logFile }: Cluster, from: number): string {
  return existsSync(logFile) ? readFileSync(logFile).subarray(from).toString('utf8') : ''
}

function isLocked(log: string): boolean {
  return /lock file .* already exists|pre-existing shared memory block|Is another postmaster/.test(log)
}

/** The process of the running server; undefined if none is noted. */
export function postmasterPid({ directory }: Cluster): number | undefined {
  const file = join(directory, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  return pid > 0 ? pid : undefined
}

/** After a crash the process id in the lock file may belong to an unrelated program by now. */
function removeLockOfForeignProcess(cluster: Cluster): void {
  const pid = postmasterPid(cluster)
  if (pid === undefined) return
  const command = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
  if (command.status === 0 && !command.stdout.includes('postgres') && command.stdout.trim() !== '')
    rmSync(join(cluster.directory, 'postmaster.pid'), { force: true })
}

/** SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint. Resolves when it has ended. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const deadline = Date.now() + STOP_TIMEOUT_MS
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return
      await delay(POLL_INTERVAL_MS)
    }
  }
}
