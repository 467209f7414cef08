import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { type Browser, type Cluster, type Node, startCluster } from '../../test/fixtures/nodes.ts'
import { RedisServer, withoutRedis } from '../../test/fixtures/redis.ts'
import {
  assertTrue,
  joinTeam,
  readsOf,
  type Team,
  until,
  untilCached,
  untilTrue,
  write,
} from '../../test/fixtures/team.ts'

const CREATE_CUSTOMER = 0
const TRASH_CUSTOMER = 2
const CREATE_ORDER = 4

interface Scene {
  cluster: Cluster
  team: Team
  a: Node
  b: Node
  writer: Browser
  other: Browser
  paths: string[]
}

async function open(env: NodeJS.ProcessEnv = {}): Promise<Scene> {
  const cluster = await startCluster(env)
  const team = await joinTeam(cluster)
  const [a, b] = cluster.nodes
  const [writer, other] = team.browsers
  return {
    cluster,
    team,
    a,
    b,
    writer,
    other,
    paths: readsOf(team.shop).filter((_, index) => index % 3 === 1),
  }
}

/** Both nodes have every answer in their caches. */
async function fill({ cluster, a, b, other, paths }: Scene): Promise<void> {
  for (const node of [a, b]) for (const path of paths) await untilCached(cluster, other, node, path)
}

/** One person writes through a node; that person sees it at once on both, and the other one soon. */
async function writeAndRead(scene: Scene, n: number): Promise<void> {
  const { cluster, team, a, b, writer, other, paths } = scene
  await write(team, writer, a, CREATE_CUSTOMER, n)
  await write(team, writer, a, CREATE_ORDER, n)
  for (const node of [b, a]) for (const path of paths) await assertTrue(cluster, writer, node, path)
  for (const node of [b, a]) for (const path of paths) await untilTrue(cluster, other, node, path)
}

describe('without Redis', () => {
  let scene: Scene
  before(async () => {
    scene = await open()
  })
  after(() => scene.cluster.close())

  test('a session that wrote is answered from the database by other processes', async () => {
    await fill(scene)
    await writeAndRead(scene, 1)
    const { bypassed } = scene.b.cache.counters
    await assertTrue(scene.cluster, scene.writer, scene.b, '/api/customers?limit=20')
    assert.equal(scene.b.cache.counters.bypassed, bypassed + 1)
  })

  test('a session that wrote through both is answered from the database by both', async () => {
    const { cluster, team, a, b, writer } = scene
    await write(team, writer, a, CREATE_CUSTOMER, 2)
    await write(team, writer, b, CREATE_CUSTOMER, 3)
    for (const node of [a, b]) {
      const { bypassed } = node.cache.counters
      await assertTrue(cluster, writer, node, '/api/customers?limit=20')
      assert.equal(node.cache.counters.bypassed, bypassed + 1)
    }
  })

  test('a write with an empty answer marks the session too', async () => {
    const scene = await open()
    try {
      const { cluster, team, a, b, writer, paths } = scene
      await fill(scene)
      await write(team, writer, a, TRASH_CUSTOMER, 0)
      const { bypassed } = b.cache.counters
      for (const path of paths) await assertTrue(cluster, writer, b, path)
      assert.equal(b.cache.counters.bypassed, bypassed + paths.length)
    } finally {
      await scene.cluster.close()
    }
  })

  test('what a SQL client writes is heard', async () => {
    await fill(scene)
    const { cluster, team, a, b, other } = scene
    const client = new pg.Client(cluster.database.target)
    await client.connect()
    await client.query(`UPDATE customers SET lifecycle_stage = 'churned' WHERE workspace_id = $1`, [
      team.shop.scope.workspaceId,
    ])
    await client.query(`UPDATE workspaces SET currency = 'USD' WHERE id = $1`, [team.shop.scope.workspaceId])
    await client.end()
    for (const node of [a, b]) for (const path of scene.paths) await untilTrue(cluster, other, node, path)
  })

  test('nothing is given from memory until other processes can be heard again', async () => {
    await fill(scene)
    const { cluster, team, a, b, writer, other, paths } = scene
    const admin = new pg.Client({ ...cluster.database.target, database: 'postgres' })
    await admin.connect()
    const name = cluster.database.target.database ?? ''
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS false`)
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      `${b.name}-listener`,
    ])
    await until('the loss is noticed', async () => {
      const { bypassed } = b.cache.counters
      await other.send(b, 'GET', '/api/customers?limit=20')
      return b.cache.counters.bypassed > bypassed
    })
    // The notice of this write is lost for node b; the one who did not write sees it there at once all the same.
    await write(team, writer, a, CREATE_CUSTOMER, 4)
    for (const path of paths) await assertTrue(cluster, other, b, path)
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS true`)
    await admin.end()
    for (const path of paths) await untilCached(cluster, other, b, path)
    await writeAndRead(scene, 5)
  })
})

describe('with Redis', { skip: withoutRedis }, () => {
  let redis: RedisServer
  let scene: Scene
  before(async () => {
    redis = await RedisServer.start()
    scene = await open({ REDIS_URL: redis.url })
  })
  after(async () => {
    await scene.cluster.close()
    await redis.close()
  })

  /** Requests went on meanwhile; now the cache is in use again, and everything in it is true for everyone. */
  async function assertWhole(n: number): Promise<void> {
    const { cluster, a, b, other, paths } = scene
    for (const node of [a, b]) for (const path of paths) await assertTrue(cluster, other, node, path)
    await fill(scene)
    await writeAndRead(scene, n)
  }

  test('a write is seen at once by everyone on every process', async () => {
    await fill(scene)
    const { cluster, team, a, b, writer, other, paths } = scene
    await write(team, writer, a, CREATE_ORDER, 1)
    for (const node of [b, a]) for (const path of paths) await assertTrue(cluster, other, node, path)
    assert.ok(b.cache.counters.hits > 0)
  })

  test('what one process made is not made again by another', async () => {
    const { cluster, team, a, b, writer, other } = scene
    await write(team, writer, a, CREATE_CUSTOMER, 2)
    await untilCached(cluster, other, a, '/api/customers?limit=20')
    const { misses } = b.cache.counters
    await untilCached(cluster, other, b, '/api/customers?limit=20')
    assert.equal(b.cache.counters.misses, misses)
  })

  test('Redis is emptied', async () => {
    await fill(scene)
    redis.command('FLUSHALL')
    await writeAndRead(scene, 3)
    await assertWhole(4)
  })

  test('Redis is killed and comes back empty', async () => {
    await fill(scene)
    await redis.kill()
    await writeAndRead(scene, 5)
    await redis.restart()
    await assertWhole(6)
  })

  test('Redis is killed and comes back with what it had saved before the writes', async () => {
    await fill(scene)
    assert.match(redis.command('SAVE'), /OK/)
    await writeAndRead(scene, 7)
    await redis.kill()
    await redis.restart()
    await assertWhole(8)
  })

  test('Redis is paused', async () => {
    await fill(scene)
    redis.pause()
    await writeAndRead(scene, 9)
    redis.resume()
    await untilEveryoneHears(scene)
    await assertWhole(10)
  })

  test('Redis refuses to write', async () => {
    await fill(scene)
    redis.command('CONFIG', 'SET', 'maxmemory', '1')
    await writeAndRead(scene, 11)
    redis.command('CONFIG', 'SET', 'maxmemory', '0')
    await untilEveryoneHears(scene)
    await assertWhole(12)
  })

  async function untilEveryoneHears({ cluster, a, b, other, paths }: Scene): Promise<void> {
    for (const node of [a, b]) for (const path of paths) await untilTrue(cluster, other, node, path)
  }
})
