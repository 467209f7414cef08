import type { AddressInfo } from 'node:net'
import { buildApp } from '../src/app.ts'
import { openCache } from '../src/cache/open.ts'
import { ResponseCache } from '../src/cache/response-cache.ts'
import { readConfig } from '../src/config.ts'
import { createDatabase, createPool } from '../src/db/database.ts'
import type { TestApp } from './app.ts'
import { createTestDatabase, type TestDatabase, testDataDir } from './database.ts'

const POOL_SIZE = 3

export interface Node extends TestApp {
  name: string
  cache: ResponseCache
}

export interface Cluster {
  database: TestDatabase
  /** Instances of the application as several processes have them: each with its pool, versions and memory. */
  nodes: [Node, Node]
  /** The same application without any cache: every answer comes from the database. */
  truth: Node
  close: () => Promise<void>
}

/** Two instances over one database and, with REDIS_URL, one Redis. */
export async function startCluster(env: NodeJS.ProcessEnv = {}): Promise<Cluster> {
  const database = await createTestDatabase()
  const nodes: [Node, Node] = [await startNode(database, env, 'a'), await startNode(database, env, 'b')]
  const truth = await startNode(database, {}, 'truth')
  const close = async () => {
    for (const node of [...nodes, truth]) await node.close()
    await database.drop()
  }
  return { database, nodes, truth, close }
}

async function startNode(database: TestDatabase, env: NodeJS.ProcessEnv, label: string): Promise<Node> {
  const config = readConfig({
    RAPPORT_DATA_DIR: testDataDir,
    RAPPORT_SECRET: 'only-for-tests-0123456789-abcdefgh',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const name = `rapport-${label}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`
  const pool = createPool(database.target, {
    size: POOL_SIZE,
    statementTimeoutMs: config.statementTimeoutMs,
    applicationName: name,
  })
  const db = createDatabase(pool)
  const { cache, close: closeCache } =
    label === 'truth'
      ? { cache: new ResponseCache(unknownVersions), close: () => {} }
      : await openCache(config, { target: database.target, applicationName: name })
  const app = await buildApp({ db, pool, config, cache })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo // It listens on TCP.
  const close = async () => {
    await app.close()
    await closeCache()
    await pool.end()
  }
  return { app, db, pool, config, url: `http://127.0.0.1:${port}`, name, cache, close }
}

const unknownVersions = { read: () => undefined, bump: () => {}, shared: true }

/** A person's browser: keeps cookies over all nodes, as they share one address behind a load balancer. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  constructor(sessionCookie: string) {
    this.#keep(sessionCookie)
  }

  async send(
    node: Node,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${node.url}${path}`, {
      method,
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line.split(';')[0] ?? '')
    return { status: response.status, text: await response.text() }
  }

  #keep(pair: string): void {
    const at = pair.indexOf('=')
    this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}
