import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { ConfigError } from '../config.ts'
import { type Cluster, prepareCluster, SOCKET_PORT } from './postgres-directory.ts'
import { connectTo, postmasterPid, reach, stopPostmaster } from './postgres-process.ts'

/** Any number that no other program uses as its advisory lock. */
const OWNER_LOCK = 7_270_782
const OWNER_NAME = 'rapport owner'
/** How long after it died the server is started again, one try after the other; then Rapport gives up. */
const REVIVAL_DELAYS_MS = [0, 500, 2_000, 5_000, 10_000]
/** A server that has lived this long has started well: the count of tries begins anew. */
const SOUND_AFTER_MS = 60_000

export interface EmbeddedServer {
  /** For pg: a Unix socket directory as host. */
  host: string
  port: number
  user: string
  /** Whether this process owns it; then this process must stop it. */
  own: boolean
  stop: () => Promise<void>
}

/**
 * For a command: joins the PostgreSQL in `<dataDir>/postgres` that a running Rapport owns there, or starts it, creating
 * it on the first start, and owns it until `stop`. Survives kill -9 and lock files of dead servers.
 */
export async function startEmbedded(dataDir: string): Promise<EmbeddedServer> {
  const cluster = prepareCluster(dataDir)
  const { session, started } = await reach(cluster, ownerName())
  // Whoever owns it stops it; of a server that was left behind that is the next `rapport start`.
  const owner = started && (await takeOwnership(session))
  if (!owner) await session.end()
  return serverOf(cluster, owner, async () => {
    if (owner) await stopOwned(cluster, session)
  })
}

/**
 * For a worker: joins the PostgreSQL in `<dataDir>/postgres` that a running Rapport owns, and never starts or stops one
 * itself. Throws ConfigError if none runs.
 */
export async function joinEmbedded(dataDir: string): Promise<EmbeddedServer> {
  const none = () =>
    new ConfigError(
      `No PostgreSQL runs in ${dataDir}. Start Rapport there first (npm start), or set DATABASE_URL to the database to work for.`,
    )
  if (!existsSync(join(dataDir, 'postgres', 'PG_VERSION'))) throw none()
  const cluster = prepareCluster(dataDir)
  const session = await connectTo(cluster, 'rapport worker')
  if (session === undefined || session === 'not yet') throw none()
  await session.end()
  return serverOf(cluster, false, async () => {})
}

/**
 * For the server of a data directory: starts its PostgreSQL, or takes over one that a killed Rapport left behind, owns it
 * alone, and starts it again when it dies. `onLost` is called once with the reason when that fails. Throws ConfigError if
 * another Rapport owns it.
 */
export async function ownEmbedded(
  dataDir: string,
  onLost: (reason: ConfigError) => void,
): Promise<EmbeddedServer> {
  const cluster = prepareCluster(dataDir)
  const keeper = new Keeper(cluster, onLost)
  await keeper.begin()
  return serverOf(cluster, true, () => keeper.stop())
}

function serverOf(cluster: Cluster, own: boolean, stop: () => Promise<void>): EmbeddedServer {
  return { host: cluster.socketDirectory, port: SOCKET_PORT, user: 'rapport', own, stop }
}

function ownerName(): string {
  return `${OWNER_NAME} ${process.pid}`
}

/** Ownership is a lock that a session of the owner holds: it ends with the process, however that ends. */
async function takeOwnership(session: pg.Client): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    OWNER_LOCK,
  ])
  return rows[0]?.taken === true
}

/** Process of the Rapport that owns the server, as its session is called. */
async function ownerPid(session: pg.Client): Promise<string> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.objid = $1 AND l.granted`,
    [OWNER_LOCK],
  )
  return rows[0]?.name.slice(OWNER_NAME.length + 1) ?? 'unknown'
}

async function stopOwned(cluster: Cluster, session: pg.Client): Promise<void> {
  const pid = postmasterPid(cluster)
  await session.end().catch(() => {})
  if (pid !== undefined) await stopPostmaster(pid)
}

/** Holds the ownership of a server and notices by the end of its session that the server has died. */
class Keeper {
  readonly #cluster: Cluster
  readonly #onLost: (reason: ConfigError) => void
  readonly #stopping = new AbortController()
  #session: pg.Client | undefined
  #since_ms = 0
  #failures = 0
  #reviving = Promise.resolve()

  constructor(cluster: Cluster, onLost: (reason: ConfigError) => void) {
    this.#cluster = cluster
    this.#onLost = onLost
  }

  async begin(): Promise<void> {
    const { session } = await reach(this.#cluster, ownerName())
    if (!(await takeOwnership(session))) {
      const pid = await ownerPid(session)
      await session.end()
      throw new ConfigError(
        `Another Rapport (process ${pid}) uses the database in ${this.#cluster.directory}. Stop it first, or set RAPPORT_DATA_DIR to a place of its own.`,
      )
    }
    this.#session = session
    this.#since_ms = Date.now()
    session.once('end', () => {
      if (!this.#stopping.signal.aborted) this.#reviving = this.#revive()
    })
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#reviving
    if (this.#session) await stopOwned(this.#cluster, this.#session)
  }

  async #revive(): Promise<void> {
    if (Date.now() - this.#since_ms > SOUND_AFTER_MS) this.#failures = 0
    const { signal } = this.#stopping
    let reason: unknown
    while (this.#failures < REVIVAL_DELAYS_MS.length && !signal.aborted) {
      await delay(REVIVAL_DELAYS_MS[this.#failures++], undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      try {
        await this.begin()
        console.error('PostgreSQL had ended; it runs again. What was confirmed before is there.')
        return
      } catch (error) {
        reason = error
      }
    }
    if (signal.aborted) return
    this.#onLost(
      new ConfigError(
        `PostgreSQL ended and could not be started again: ${reason instanceof Error ? reason.message : 'it keeps ending'}`,
      ),
    )
  }
}
