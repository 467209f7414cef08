import { readConfig } from '../server/src/config.ts'
import { type Database, transaction } from '../server/src/db/database.ts'
import type { OpenedDatabase } from '../server/src/db/open.ts'
import { Random } from '../server/src/demo/draw/random.ts'
import { workspacesOf } from '../server/src/demo/draw/shapes.ts'
import { seedDemo } from '../server/src/demo/load/seed-demo.ts'
import { createOrder } from '../server/src/orders/create-order.ts'
import type { OrderCreate } from '../server/src/orders/schema.ts'
import { BENCH_SECRET, openData } from './data.ts'
import { closedLoop } from './load/closed-loop.ts'
import { median } from './load/latencies.ts'
import { openTarget, type Target } from './load/target.ts'
import type { BenchOptions } from './options.ts'
import { ownDatabase } from './own-database.ts'
import { look } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { ms, percent, perSecond, type Report } from './report/report.ts'
import { openTeams, type Team } from './scenarios/team.ts'
import { type ServerProcess, startProduct } from './servers/child.ts'
import { postgresCpuSeconds } from './servers/cpu.ts'

const SECONDS_DEFAULT = 3
const WRITERS = 8
const ITEMS = 3
const KEPT_MIN = 0.7
const WRITES_CUSTOMERS_MAX = 20_000

/** Triggers that are on; the bench turns the others off in its own database. */
const settings = {
  all: { summaries: true, notices: true },
  'without summaries': { summaries: false, notices: true },
  'without notices': { summaries: true, notices: false },
  'without both': { summaries: false, notices: false },
} as const
type Setting = keyof typeof settings
const settingNames = Object.keys(settings) as Setting[] // The keys of a constant.
type Ways = Record<string, () => Promise<number>>

/** What the summaries cost those who write. */
export async function writes(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  try {
    const own = await ownDatabase(data, 'bench_writes')
    try {
      return await measureIn(own, options)
    } finally {
      await own.close()
    }
  } finally {
    await data.close()
  }
}

async function measureIn(own: OpenedDatabase, options: BenchOptions): Promise<boolean> {
  const customers = Math.min(options.customers, WRITES_CUSTOMERS_MAX)
  const dataDir = options.dataDirOf(options.customers)
  const { workspaceIds } = await seedDemo({
    pool: own.pool,
    shape: workspacesOf('writes', [customers]),
    log: () => {},
  })
  const config = readConfig({ RAPPORT_DATA_DIR: dataDir, RAPPORT_SECRET: BENCH_SECRET })
  const [team] = await openTeams({ ...own, config, customers, dataDir, workspaceIds }, 1)
  if (!team) throw new Error('The data has no workspace.')
  const seen = await look(own.pool)
  const server = await startProduct(dataDir, own.target)
  const target = openTarget(server.port, WRITERS)
  try {
    const ways = waysOf(own.db, target, team, options)
    // Fresh processes are slow at first; the first setting must not pay for it.
    for (const warmUp of Object.values(ways)) await warmUp()
    const rates = await interleaved(own, ways, options, dataDir)
    return publish({ ...report(options, rates), seen }, options)
  } finally {
    await closeServer(target, server)
  }
}

async function closeServer(target: Target, server: ServerProcess): Promise<void> {
  await target.close()
  await server.stop()
}

function waysOf(db: Database, target: Target, team: Team, options: BenchOptions): Ways {
  const seconds = options.seconds ?? SECONDS_DEFAULT
  const byFunction = (order: () => OrderCreate) => async () => {
    const { throughput, errorShare } = await closedLoop({
      target: {
        send: async () => {
          await transaction(db, (tx) => createOrder(tx, team.scope, order()))
          return 201
        },
        close: async () => {},
      },
      next: () => ({ screen: 'order', method: 'POST', path: '', headers: {} }),
      clients: WRITERS,
      seconds,
    })
    if (errorShare > 0) throw new Error('Some orders could not be created.')
    return throughput
  }
  const byHttp = (order: () => OrderCreate) => async () => {
    const headers = { ...team.headers, 'content-type': 'application/json' }
    const next = () =>
      ({
        screen: 'order',
        method: 'POST',
        path: '/api/orders',
        headers,
        body: JSON.stringify(order()),
      }) as const
    const { throughput, errors, errorShare } = await closedLoop({ target, next, clients: WRITERS, seconds })
    if (errorShare > 0) throw new Error(`Some orders could not be created: ${JSON.stringify(errors)}.`)
    return throughput
  }
  const uniform = orders(team, false)
  const hot = orders(team, true)
  return {
    'query function, all products alike': byFunction(uniform),
    'query function, one hot product': byFunction(hot),
    'HTTP, all products alike': byHttp(uniform),
    'HTTP, one hot product': byHttp(hot),
  }
}

/** Orders of three items; the hot product is in every one of them. */
function orders({ samples }: Team, hot: boolean): () => OrderCreate {
  const random = new Random(5)
  const [first = 0] = samples.products
  return () => {
    const products = new Set(hot ? [first] : [])
    while (products.size < ITEMS) products.add(random.pick(samples.products))
    return {
      customer_id: random.pick(samples.customers).id,
      status: 'confirmed',
      items: [...products].map((product_id) => ({ product_id, quantity: random.int(1, 9) })),
    }
  }
}

/** Orders a second, and PostgreSQL's processor time for one in milliseconds. */
interface Rate {
  perSecond: number
  cpuMs: number
}
type Rates = Map<string, Map<Setting, Rate>>

/** In each round every way under every setting: the longer tables of later rounds are the same for all. */
async function interleaved(
  own: OpenedDatabase,
  ways: Ways,
  { rounds, seconds = SECONDS_DEFAULT }: BenchOptions,
  dataDir: string,
): Promise<Rates> {
  const samples = new Map<string, Rate[]>()
  for (let round = 0; round < rounds; round++) {
    for (const [way, measure] of Object.entries(ways)) {
      for (const setting of settingNames) {
        await apply(own, setting)
        const before = postgresCpuSeconds(dataDir)
        const perSecond = await measure()
        const cpuMs = ((postgresCpuSeconds(dataDir) - before) * 1_000) / Math.max(1, perSecond * seconds)
        const key = `${way}/${setting}`
        samples.set(key, [...(samples.get(key) ?? []), { perSecond, cpuMs }])
      }
    }
  }
  const medianRate = (rates: Rate[] = []): Rate => ({
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    cpuMs: median(rates.map(({ cpuMs }) => cpuMs)),
  })
  const ofWay = (way: string) =>
    new Map(settingNames.map((setting) => [setting, medianRate(samples.get(`${way}/${setting}`))]))
  return new Map(Object.keys(ways).map((way) => [way, ofWay(way)]))
}

async function apply({ pool }: OpenedDatabase, setting: Setting): Promise<void> {
  const { rows } = await pool.query<{ table: string; name: string }>(
    `SELECT tgrelid::regclass::text AS table, tgname AS name FROM pg_trigger
     WHERE tgrelid IN ('orders'::regclass, 'order_items'::regclass) AND NOT tgisinternal
       AND tgname ~ '^(summarize|count|notify)_'`,
  )
  for (const { table, name } of rows) {
    const on = name.startsWith('notify') ? settings[setting].notices : settings[setting].summaries
    await pool.query(`ALTER TABLE ${table} ${on ? 'ENABLE' : 'DISABLE'} TRIGGER ${name}`)
  }
}

function report(
  { customers, rounds, seconds = SECONDS_DEFAULT }: BenchOptions,
  rates: Rates,
): Omit<Report, 'seen'> {
  const rate = (way: string, setting: Setting) => rates.get(way)?.get(setting)?.perSecond ?? 0
  const kept = (way: string, than: Setting) => rate(way, 'all') / rate(way, than)
  const cpu = (way: string, setting: Setting) => rates.get(way)?.get(setting)?.cpuMs ?? 0
  const ways = [...rates.keys()]
  return {
    name: 'writes',
    title: 'Writes: what the summaries cost',
    customers,
    bars: ways.map((way) => ({
      text: `${way}: ${percent(KEPT_MIN)} or more kept with summaries`,
      measured: percent(kept(way, 'without summaries')),
      holds: kept(way, 'without summaries') >= KEPT_MIN,
    })),
    tables: [
      {
        caption: 'Orders a second',
        columns: ['way', ...settingNames, 'kept with summaries', 'kept with notices', 'kept with both'],
        rows: ways.map((way) => [
          way,
          ...settingNames.map((setting) => perSecond(rate(way, setting))),
          percent(kept(way, 'without summaries')),
          percent(kept(way, 'without notices')),
          percent(kept(way, 'without both')),
        ]),
      },
      {
        caption: "PostgreSQL's processor time for an order, in milliseconds",
        columns: ['way', ...settingNames, 'kept with summaries'],
        rows: ways.map((way) => [
          way,
          ...settingNames.map((setting) => ms(cpu(way, setting))),
          percent(cpu(way, 'without summaries') / Math.max(cpu(way, 'all'), Number.EPSILON)),
        ]),
      },
    ],
    method: [
      `${WRITERS} writers without a pause create confirmed orders of ${ITEMS} items in a database of their own; ${seconds} s each, ${rounds} interleaved rounds, medians. Every commit is flushed to the disk.`,
      'Summaries: the triggers that append deltas. Notices: the triggers that tell other processes by NOTIFY (notify_changes()). Both are turned off only here.',
      'The search index, the history and all foreign keys stay on. The deltas are folded in the background meanwhile, as in production.',
    ],
    notes: [],
  }
}
