import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { OpenedDatabase } from '../server/src/db/open.ts'
import { Random } from '../server/src/demo/draw/random.ts'
import { parseMapping } from '../server/src/imports/mapping/read-mapping.ts'
import { runImport } from '../server/src/imports/run-import.ts'
import { type BenchData, openData } from './data.ts'
import { importOrders, type OrderCost, ordersOf, writeOrders } from './import-orders.ts'
import { median } from './load/latencies.ts'
import type { BenchOptions } from './options.ts'
import { ownDatabase } from './own-database.ts'
import { look, type Seen } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { ms, perSecond, type Report, type Table, times } from './report/report.ts'

const TIMES_MAX = 3
const FILE = 'customers.csv'
const MAPPING = 'bench'
const COLUMNS = [
  'number',
  'first_name',
  'last_name',
  'email',
  'phone',
  'job_title',
  'city',
  'country',
  'source',
] as const
const PLAIN_COLUMNS = COLUMNS.slice(1)
const firstNames = ['Anna', 'Ben', 'Chloé', 'Dieter', 'Eva', 'Farid', 'Grete', 'Hiro', 'Ines', 'Jan']
const syllables = ['ber', 'sen', 'ke', 'lo', 'mar', 'ti', 'ner', 'wal', 'schu', 'fe', 'ro', 'ka', 'den', 'ho']
const cities = ['Berlin', 'Paris', 'Madrid', 'Oslo', 'Wien', 'Zürich', 'Köln', 'Lyon', 'Porto', 'Gdańsk']

/** The product's importer beside the fastest way there is to get the same rows into the same table. */
export async function importing(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  const folder = mkdtempSync(join(tmpdir(), 'rapport-import-'))
  const samples = { import: [] as number[], copy: [] as number[], bareCopy: [] as number[] }
  const costs: OrderCost[] = []
  let seen: Seen | undefined
  try {
    await writeCsv(join(folder, FILE), options.customers)
    await writeOrders(folder, options.customers)
    for (let round = 0; round < options.rounds; round++) {
      samples.copy.push(await inNewDatabase(data, (own, id) => rawCopy(own, id, options.customers, true)))
      samples.import.push(
        await inNewDatabase(data, async (own, id) => {
          const seconds = await byImporter(own, id, folder)
          costs.push(await orderCost(data, own, id, folder))
          return seconds
        }),
      )
      samples.bareCopy.push(
        await inNewDatabase(data, (own, id) => rawCopy(own, id, options.customers, false)),
      )
    }
    seen = await look(data.pool)
  } finally {
    rmSync(folder, { recursive: true })
    await data.close()
  }
  const { import: imported, copy, bareCopy } = samples
  const customers = report(options, median(imported), median(copy), median(bareCopy), seen)
  return publish({ ...customers, tables: [...customers.tables, orderTable(options, costs)] }, options)
}

async function orderCost(
  { customers, dataDir }: BenchData,
  own: OpenedDatabase,
  workspaceId: number,
  folder: string,
): Promise<OrderCost> {
  const { seconds, cpuSeconds } = await importOrders(own, { workspaceId, name: MAPPING, folder, dataDir })
  const orders = ordersOf(customers)
  return { ordersPerSecond: orders / seconds, cpuMs: (cpuSeconds * 1_000) / orders }
}

function orderTable({ customers }: BenchOptions, costs: OrderCost[]): Table {
  const rate = median(costs.map(({ ordersPerSecond }) => ordersPerSecond))
  const cpu = median(costs.map(({ cpuMs }) => cpuMs))
  return {
    caption: `${ordersOf(customers).toLocaleString('en')} orders with their lines, after the customers`,
    columns: ['way', 'orders/s', "PostgreSQL's ms of processor time for an order"],
    rows: [['importer', perSecond(rate), ms(cpu)]],
  }
}

async function inNewDatabase(
  data: OpenedDatabase,
  work: (own: OpenedDatabase, workspaceId: number) => Promise<number>,
): Promise<number> {
  const own = await ownDatabase(data, 'bench_import')
  try {
    const { rows } = await own.pool.query<{ id: number }>(
      `INSERT INTO workspaces (name) VALUES ('Import') RETURNING id`,
    )
    return await work(own, rows[0]?.id ?? 0)
  } finally {
    await own.close()
  }
}

/** Rows of the file, the same every time. */
function* customerRows(count: number): Generator<string[]> {
  const random = new Random(3)
  for (let number = 1; number <= count; number++) {
    const first = random.pick(firstNames)
    const name =
      random.pick(syllables) + random.pick(syllables) + (random.chance(0.5) ? random.pick(syllables) : '')
    const last = `${name[0]?.toUpperCase()}${name.slice(1)}`
    const email = `${first}.${last}.${number}@example.com`.toLowerCase()
    const phone = `+49 30 ${random.int(1_000_000, 9_999_999)}`
    yield [String(number), first, last, email, phone, 'Buyer', random.pick(cities), 'Germany', 'fair']
  }
}

async function writeCsv(path: string, count: number): Promise<void> {
  const lines = function* () {
    yield `${COLUMNS.join(',')}\n`
    for (const row of customerRows(count)) yield `${row.join(',')}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
}

async function byImporter(
  { db, pool }: OpenedDatabase,
  workspaceId: number,
  folder: string,
): Promise<number> {
  const fields = Object.fromEntries(PLAIN_COLUMNS.map((column) => [column, column]))
  const records = [{ object: 'customers', external_id: 'number', fields }]
  const mapping = parseMapping(JSON.stringify({ name: MAPPING, files: [{ file: FILE, records }] }), MAPPING)
  const start = performance.now()
  const result = await runImport({
    db,
    pool,
    workspaceId,
    userId: null,
    mapping,
    openFile: (name) => createReadStream(join(folder, name)),
  })
  if (result.failure !== null || result.rowsFailed > 0) {
    throw new Error(`The import failed: ${result.failure ?? `${result.rowsFailed} rows`}.`)
  }
  return (performance.now() - start) / 1_000
}

/** COPY of rows that need no checking, into the table with all its indexes and foreign keys. */
async function rawCopy(
  { pool }: OpenedDatabase,
  workspaceId: number,
  count: number,
  triggers: boolean,
): Promise<number> {
  const client = await pool.connect()
  try {
    if (!triggers) await client.query('ALTER TABLE customers DISABLE TRIGGER USER')
    const columns = ['workspace_id', ...PLAIN_COLUMNS].join(', ')
    const start = performance.now()
    const lines = function* () {
      for (const row of customerRows(count)) yield `${[workspaceId, ...row.slice(1)].join('\t')}\n`
    }
    await pipeline(Readable.from(lines()), client.query(copyFrom(`COPY customers (${columns}) FROM STDIN`)))
    return (performance.now() - start) / 1_000
  } finally {
    client.release()
  }
}

function report(
  { customers, rounds }: BenchOptions,
  imported: number,
  copied: number,
  bare: number,
  seen: Seen,
): Report {
  const ratio = imported / copied
  const row = (name: string, seconds: number) => [
    name,
    seconds.toFixed(2),
    perSecond(customers / seconds),
    times(seconds / copied),
  ]
  return {
    name: 'import',
    title: 'Import: the importer beside a raw COPY',
    customers,
    bars: [
      {
        text: `${customers.toLocaleString('en')} customers in at most ${TIMES_MAX} times the time of COPY into the same indexed table`,
        measured: times(ratio),
        holds: ratio <= TIMES_MAX,
      },
    ],
    tables: [
      {
        caption: 'Seconds',
        columns: ['way', 'seconds', 'rows/s', 'of COPY'],
        rows: [
          row('importer', imported),
          row('COPY, all indexes, foreign keys and triggers', copied),
          row('COPY, all indexes and foreign keys, no triggers', bare),
        ],
      },
    ],
    method: [
      `A CSV file of customers with nine columns, each time into an empty database that was just migrated; ${rounds} interleaved rounds, medians.`,
      'The importer reads the CSV, checks every row, remembers which record each row became, keeps its progress, and commits every 5,000 rows. COPY is one transaction with finished rows that nobody checks.',
      'Orders: three files of products, orders and 1 to 5 lines for each, into the database that has the customers by then.',
    ],
    notes: ['Summaries and search tokens are kept by triggers in the importer and in the COPY of the bar.'],
    seen,
  }
}
