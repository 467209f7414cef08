import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { customerSource } from '../../server/src/customers/queries.ts'
import type { Database } from '../../server/src/db/database.ts'
import { openPointReads, CONNECTIONS as SHARED } from '../../server/src/db/shared-connections.ts'
import { readRecord } from '../../server/src/records/records.ts'
import type { Scope } from '../../server/src/scope.ts'
import { type BenchData, openData } from '../data.ts'
import { median } from '../load/latencies.ts'
import { uncached } from '../load/uncached.ts'
import type { BenchOptions } from '../options.ts'
import { look } from '../report/machine.ts'
import { publish } from '../report/publish.ts'
import { percent, perSecond, type Report, times } from '../report/report.ts'
import { openTeams, type Team } from '../scenarios/team.ts'
import { type ServerProcess, startProduct, startServer } from '../servers/child.ts'
import { cpuSeconds, postgresCpuSeconds } from '../servers/cpu.ts'
import type { DriverInput } from './bare.ts'
import { rawDatabase } from './pgbench.ts'
import { capturedReads, type Read } from './reads.ts'

const SECONDS_DEFAULT = 4
const CONNECTIONS = 16
const OF_PGBENCH_MIN = 0.4
const OF_FASTIFY_MIN = 0.8

/** One measurement in one round. */
interface Rate {
  perSecond: number
  /** Processor time of web process and PostgreSQL for a request, without the load generator, in microseconds. */
  cpuUs: number
}
type Measure = () => Promise<Rate>

/** How near the product comes to what the database and the runtime could do at most. */
export async function limits(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  const directory = mkdtempSync(join(tmpdir(), 'rapport-limits-'))
  const servers: ServerProcess[] = []
  const points = openPointReads(data.pool.options)
  try {
    const [team] = await openTeams(data, 1)
    if (!team) throw new Error('The data has no workspace.')
    const seen = await look(data.pool)
    const reads = await capturedReads(data, team)
    const product = await startProduct(data.dataDir, data.target)
    servers.push(product)
    const seconds = options.seconds ?? SECONDS_DEFAULT
    const measures: Record<string, Measure> = {}
    for (const read of reads) {
      Object.assign(measures, productMeasures(read, product, team, data, seconds))
      const bare = await startBare(read, await answerOf(product, team, read.paths[0] ?? ''), data, directory)
      for (const [kind, server] of Object.entries(bare)) {
        servers.push(server)
        const cpu = () => cpuSeconds(server.pid) + (kind === 'driver' ? postgresCpuSeconds(data.dataDir) : 0)
        measures[`${kind}: ${read.name}`] = () =>
          rated(cpu, seconds, () => fire(server, team, seconds, () => '/api/bare'))
      }
    }
    const ways = waysByKey(data.db, points)
    for (const [way, read] of Object.entries(ways)) {
      measures[way] = () => keyReads(read, team, seconds)
    }
    const rates = await interleaved(measures, options.rounds)
    const { driver } = rawDatabase(data.target)
    return publish({ ...report(options, reads, rates, driver, Object.keys(ways)), seen }, options)
  } finally {
    await points.destroy()
    await Promise.all(servers.map((server) => server.stop()))
    rmSync(directory, { recursive: true })
    await data.close()
  }
}

function productMeasures(
  read: Read,
  product: ServerProcess,
  team: Team,
  data: BenchData,
  seconds: number,
): Record<string, Measure> {
  const { readsPerSecond } = rawDatabase(data.target)
  let turn = 0
  const fresh = () => {
    turn++
    return uncached(read.paths[turn % read.paths.length] ?? '', Math.floor(turn / read.paths.length))
  }
  const cpu = () => cpuSeconds(product.pid) + postgresCpuSeconds(data.dataDir)
  return {
    [`pgbench: ${read.name}`]: () =>
      rated(cpu, seconds, () => readsPerSecond(read.statements, seconds, CONNECTIONS)),
    [`uncached: ${read.name}`]: () => rated(cpu, seconds, () => fire(product, team, seconds, fresh)),
    [`cached: ${read.name}`]: () =>
      rated(cpu, seconds, () => fire(product, team, seconds, () => read.paths[0] ?? '')),
  }
}

/** Servers that do nothing but answer: from memory, and from the database. */
async function startBare(read: Read, answer: Buffer, { target }: BenchData, directory: string) {
  const input: DriverInput = { target, reads: read.statements }
  const start = async (kind: string, content: Buffer | string) => {
    const file = join(directory, `${kind} ${read.name}`)
    writeFileSync(file, content)
    return startServer(join(import.meta.dirname, 'bare.ts'), [kind, file], {})
  }
  return {
    driver: await start('driver', JSON.stringify(input)),
    node: await start('node', answer),
    fastify: await start('fastify', answer),
  }
}

type ReadByKey = (scope: Scope, id: number) => Promise<unknown>

/** Each with what the one before it has not. */
function waysByKey(pool: Database, points: Database): Record<string, ReadByKey> {
  return {
    'a pool, one asker each': (scope, id) => readRecord(pool, customerSource, scope, id),
    [`${SHARED} connections, shared by all askers`]: (scope, id) =>
      readRecord(points, customerSource, scope, id),
  }
}

/** Records a second, read by id by as many askers at once as there are connections elsewhere in this bench. */
async function keyReads(read: ReadByKey, { scope, samples }: Team, seconds: number): Promise<Rate> {
  const end = performance.now() + seconds * 1_000
  let done = 0
  const ask = async () => {
    while (performance.now() < end) {
      const { id } = samples.customers[done++ % samples.customers.length] ?? { id: 0 }
      await read(scope, id)
    }
  }
  const processor = process.cpuUsage()
  await Promise.all(Array.from({ length: CONNECTIONS }, ask))
  const { user, system } = process.cpuUsage(processor)
  return { perSecond: done / seconds, cpuUs: (user + system) / done }
}

async function rated(cpu: () => number, seconds: number, run: () => Promise<number>): Promise<Rate> {
  const before = cpu()
  const perSecond = await run()
  return { perSecond, cpuUs: ((cpu() - before) * 1_000_000) / Math.max(1, perSecond * seconds) }
}

async function answerOf(product: ServerProcess, team: Team, path: string): Promise<Buffer> {
  const response = await fetch(`http://127.0.0.1:${product.port}${path}`, { headers: team.headers })
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`)
  return Buffer.from(await response.arrayBuffer())
}

async function fire(
  { port }: ServerProcess,
  team: Team,
  duration: number,
  nextPath: () => string,
): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration,
    headers: team.headers,
    requests: [
      { method: 'GET', path: nextPath(), setupRequest: (request) => ({ ...request, path: nextPath() }) },
    ],
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were refusals and ${result.errors} requests got none.`)
  }
  return result.requests.total / result.duration
}

/** Every measurement once a round, so that what else the machine does falls on all alike; the medians. */
async function interleaved(measures: Record<string, Measure>, rounds: number): Promise<Record<string, Rate>> {
  const samples = new Map<string, Rate[]>(Object.keys(measures).map((name) => [name, []]))
  // The first of several counts for nothing: fresh processes are slow.
  for (let round = rounds > 1 ? 0 : 1; round <= rounds; round++) {
    for (const [name, measure] of Object.entries(measures)) {
      const rate = await measure()
      if (round > 0) samples.get(name)?.push(rate)
    }
  }
  const medians = [...samples].map(([name, rates]): [string, Rate] => [
    name,
    {
      perSecond: median(rates.map(({ perSecond }) => perSecond)),
      cpuUs: median(rates.map(({ cpuUs }) => cpuUs)),
    },
  ])
  return Object.fromEntries(medians)
}

function report(
  { customers, rounds, seconds = SECONDS_DEFAULT }: BenchOptions,
  reads: Read[],
  rates: Record<string, Rate>,
  driver: string,
  ways: string[],
): Omit<Report, 'seen'> {
  const rate = (what: string, { name }: Read) => rates[`${what}: ${name}`]?.perSecond ?? 0
  const bars = reads.flatMap((read) => [
    bar('uncached', 'pgbench', OF_PGBENCH_MIN, rate('uncached', read) / rate('pgbench', read), read),
    bar('cached', 'bare Fastify', OF_FASTIFY_MIN, rate('cached', read) / rate('fastify', read), read),
  ])
  const cpu = (what: string, { name }: Read) => rates[`${what}: ${name}`]?.cpuUs ?? 0
  const columns = ['read', 'pgbench', 'bare driver', 'uncached', 'cached', 'bare Fastify', 'bare node:http']
  const kinds = ['pgbench', 'driver', 'uncached', 'cached', 'fastify', 'node']
  return {
    name: 'limits',
    title: 'Limits: the product beside its database and its runtime',
    customers,
    method: [
      `${CONNECTIONS} connections without a pause to one web process, ${seconds} s each, ${rounds} interleaved rounds, medians. Load generator, web process and PostgreSQL share the cores.`,
      `The database alone: ${driver}, with ${CONNECTIONS} connections over the same socket, prepared statements, and the very SQL that the product sends for the same reads, when one asks (statements of a page: ${reads[0]?.statements[0]?.length ?? 0}, of a record: ${reads[1]?.statements[0]?.length ?? 0}).`,
      'Uncached: every address is new to the cache, so each answer is queried, serialised, hashed and kept. Cached: one address, whose answer is kept. Both are signed in and go through every check.',
      'Processor time is that of the web process and PostgreSQL, without the load generator; it is steadier than a rate when something else runs on the machine.',
      'The bare driver is node:http with the pg driver and JSON.stringify over the same SQL, without rights, validation or cache: what this runtime gets out of the database at most, one statement a request.',
      'The other bare servers send the same bytes from memory, without a session, validation or headers of security.',
    ],
    bars,
    tables: [
      {
        caption: 'Requests a second',
        columns,
        rows: reads.map((read) => [read.name, ...kinds.map((kind) => perSecond(rate(kind, read)))]),
      },
      {
        caption: 'Processor time for a request, in microseconds',
        columns,
        rows: reads.map((read) => [read.name, ...kinds.map((kind) => cpu(kind, read).toFixed(0))]),
      },
      byKey(ways.map((way) => [way, rates[way] ?? { perSecond: 0, cpuUs: 0 }])),
    ],
    notes: [],
  }
}

function byKey(ways: [string, Rate][]) {
  const first = ways[0]?.[1].perSecond ?? 1
  return {
    caption: 'Resources: customers read by id in one process, without HTTP',
    columns: ['connections', 'a second', 'gain', 'microseconds of this process'],
    rows: ways.map(([way, { perSecond: rate, cpuUs }]) => [
      way,
      perSecond(rate),
      times(rate / first),
      cpuUs.toFixed(0),
    ]),
  }
}

function bar(what: string, of: string, min: number, share: number, { name }: Read) {
  return {
    text: `${name}, ${what}: ${percent(min)} or more of ${of}`,
    measured: percent(share),
    holds: share >= min,
  }
}
