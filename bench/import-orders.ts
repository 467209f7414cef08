import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OpenedDatabase } from '../server/src/db/open.ts'
import { Random } from '../server/src/demo/draw/random.ts'
import { parseMapping } from '../server/src/imports/mapping/read-mapping.ts'
import { runImport } from '../server/src/imports/run-import.ts'
import { postgresCpuSeconds } from './servers/cpu.ts'

const ORDERS_MAX = 6_000
const PRODUCTS = 200
const LINES_MAX = 5

/** What an order with its lines takes. */
export interface OrderCost {
  ordersPerSecond: number
  /** PostgreSQL's processor time for one, in milliseconds. */
  cpuMs: number
}

/** Orders for a file of customers. */
export function ordersOf(customers: number): number {
  return Math.min(customers, ORDERS_MAX)
}

const files = [
  {
    file: 'products.csv',
    records: [
      { object: 'products', external_id: 'sku', fields: { product_name: 'sku', unit_price: 'price' } },
    ],
  },
  {
    file: 'orders.csv',
    records: [
      {
        object: 'orders',
        external_id: 'number',
        fields: { order_number: 'number', customer_id: 'customer', order_date: 'date', status: 'status' },
      },
    ],
  },
  {
    file: 'lines.csv',
    records: [
      {
        object: 'order_items',
        external_id: ['number', 'line'],
        fields: { order_id: 'number', product_id: 'sku', quantity: 'quantity', unit_price: 'price' },
      },
    ],
  },
]

/** Writes the files of products, orders and lines; the orders name customers by their number. */
export async function writeOrders(folder: string, customers: number): Promise<void> {
  const tables = {
    products: ['sku,price'],
    orders: ['number,customer,date,status'],
    lines: ['number,line,sku,quantity,price'],
  }
  const random = new Random(7)
  for (let product = 1; product <= PRODUCTS; product++) tables.products.push(`P-${product},${product}.50`)
  for (let order = 1; order <= ordersOf(customers); order++) {
    const day = `2026-${String(random.int(1, 9)).padStart(2, '0')}-${random.int(10, 28)}`
    tables.orders.push(
      `A-${order},${random.int(1, customers)},${day},${random.pick(['confirmed', 'completed'])}`,
    )
    for (let line = random.int(1, LINES_MAX); line > 0; line--) {
      const product = random.int(1, PRODUCTS)
      tables.lines.push(`A-${order},${line},P-${product},${random.int(1, 9)},${product}.50`)
    }
  }
  for (const [name, rows] of Object.entries(tables)) {
    await pipeline(Readable.from([`${rows.join('\n')}\n`]), createWriteStream(join(folder, `${name}.csv`)))
  }
}

/** Imports those files after the customers, whose mapping has the same `name`. */
export async function importOrders(
  { db, pool }: OpenedDatabase,
  {
    workspaceId,
    name,
    folder,
    dataDir,
  }: { workspaceId: number; name: string; folder: string; dataDir: string },
): Promise<{ seconds: number; cpuSeconds: number }> {
  const mapping = parseMapping(JSON.stringify({ name, files }), name)
  const openFile = (file: string) => createReadStream(join(folder, file))
  const [start, before] = [performance.now(), postgresCpuSeconds(dataDir)]
  const result = await runImport({ db, pool, workspaceId, userId: null, mapping, openFile })
  if (result.failure !== null || result.rowsFailed > 0) {
    throw new Error(`The import failed: ${result.failure ?? `${result.rowsFailed} rows`}.`)
  }
  return { seconds: (performance.now() - start) / 1_000, cpuSeconds: postgresCpuSeconds(dataDir) - before }
}
