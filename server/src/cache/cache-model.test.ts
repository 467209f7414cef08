import { test } from 'node:test'
import fc from 'fast-check'
import { type Cluster, startCluster } from '../../test/fixtures/nodes.ts'
import { RedisServer, withoutRedis } from '../../test/fixtures/redis.ts'
import {
  assertTrue,
  joinTeam,
  readsOf,
  type Team,
  untilTrue,
  write,
  writes,
} from '../../test/fixtures/team.ts'

const RUNS = 4
const STEPS_MAX = 40

interface Setting {
  cluster: Cluster
  team: Team
  /** Whether a write is known to every process when it is answered. */
  shared: boolean
}

/** What the model knows besides the database: through which node each browser's latest news came. */
interface Model {
  /** Nodes that may not have heard yet of something that the other browser wrote. */
  mayBeBehind: Set<string>
}

abstract class Step implements fc.AsyncCommand<Model, Setting> {
  readonly node: number
  readonly browser: number
  readonly n: number

  constructor(node: number, browser: number, n: number) {
    this.node = node
    this.browser = browser
    this.n = n
  }

  check(): boolean {
    return true
  }

  abstract run(model: Model, setting: Setting): Promise<void>

  toString(): string {
    return `${this.constructor.name}(node ${this.node}, browser ${this.browser}, ${this.n})`
  }

  protected actors({ cluster, team }: Setting) {
    return { node: cluster.nodes[this.node % 2 ? 1 : 0], browser: team.browsers[this.browser % 2 ? 1 : 0] }
  }
}

class Write extends Step {
  override async run(model: Model, setting: Setting): Promise<void> {
    const { node, browser } = this.actors(setting)
    await write(setting.team, browser, node, this.n % writes.length, this.n)
    if (!setting.shared) model.mayBeBehind.add(`${1 - (this.node % 2)} ${1 - (this.browser % 2)}`)
  }
}

class Read extends Step {
  override async run(model: Model, setting: Setting): Promise<void> {
    const { node, browser } = this.actors(setting)
    // Few enough that the same one is asked for again and comes from a cache.
    const paths = readsOf(setting.team.shop).filter((_, index) => index % 2 === 0)
    const path = paths[this.n % paths.length] ?? ''
    // Another person's write through another process is the one thing that may take a moment.
    if (model.mayBeBehind.delete(`${this.node % 2} ${this.browser % 2}`)) {
      for (const each of paths) await untilTrue(setting.cluster, browser, node, each)
    }
    await assertTrue(setting.cluster, browser, node, path)
  }
}

async function run(cluster: Cluster, shared: boolean): Promise<void> {
  const side = fc.nat(1)
  const step = (make: (node: number, browser: number, n: number) => Step) =>
    fc.tuple(side, side, fc.nat(200)).map((parts) => make(...parts))
  const reads = step((...parts) => new Read(...parts))
  const writes = step((...parts) => new Write(...parts))
  await fc.assert(
    fc.asyncProperty(
      fc.commands([reads, reads, reads, writes], { maxCommands: STEPS_MAX, size: 'max' }),
      async (steps) => {
        const team = await joinTeam(cluster)
        await fc.asyncModelRun(
          () => ({ model: { mayBeBehind: new Set<string>() }, real: { cluster, team, shared } }),
          steps,
        )
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  )
}

test('two processes without Redis answer as the database does', async (t) => {
  const cluster = await startCluster()
  try {
    await run(cluster, false)
    for (const { name, cache } of cluster.nodes) t.diagnostic(`${name} ${JSON.stringify(cache.counters)}`)
  } finally {
    await cluster.close()
  }
})

test('two processes with a Redis answer as the database does', { skip: withoutRedis }, async (t) => {
  const redis = await RedisServer.start()
  const cluster = await startCluster({ REDIS_URL: redis.url })
  try {
    await run(cluster, true)
    for (const { name, cache } of cluster.nodes) t.diagnostic(`${name} ${JSON.stringify(cache.counters)}`)
  } finally {
    await cluster.close()
    await redis.close()
  }
})
