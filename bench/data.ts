import { chmodSync, mkdirSync } from 'node:fs'
import { type Config, readConfig } from '../server/src/config.ts'
import { type OpenedDatabase, openDatabase } from '../server/src/db/open.ts'
import { benchShape } from '../server/src/demo/draw/shapes.ts'
import { seedDemo } from '../server/src/demo/load/seed-demo.ts'

const STATEMENT_TIMEOUT_MS = 600_000
/** Signs the cookies of the benchmarks' people; it protects nothing but generated data. */
export const BENCH_SECRET = 'only-for-benchmarks-0123456789abcdef'

export interface BenchData extends OpenedDatabase {
  config: Config
  customers: number
  dataDir: string
  /** The largest first: it has half of the customers. */
  workspaceIds: number[]
}

/** Opens the data set, starting its PostgreSQL, and generates it when it is not there. Close it in the end. */
export async function openData(
  customers: number,
  dataDir: string,
  print: (line: string) => void,
): Promise<BenchData> {
  mkdirSync(dataDir, { recursive: true })
  // As root PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o755)
  const config = readConfig({
    RAPPORT_DATA_DIR: dataDir,
    RAPPORT_SECRET: BENCH_SECRET,
    STATEMENT_TIMEOUT_MS: String(STATEMENT_TIMEOUT_MS),
    LOG_LEVEL: 'silent',
  })
  const opened = await openDatabase(config)
  try {
    await opened.pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    const shape = benchShape(customers)
    const { workspaceIds, slowBecause } = await seedDemo({ pool: opened.pool, shape, log: print })
    if (slowBecause) print(`Loaded row by row through all triggers, because ${slowBecause}.`)
    return { ...opened, config, customers, dataDir, workspaceIds }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** `bench seed`: makes the data set and says how long it took. */
export async function seed(customers: number, dataDir: string): Promise<void> {
  const start = performance.now()
  const data = await openData(customers, dataDir, console.log)
  try {
    const { rows } = await data.pool.query<{ records: number; bytes: number }>(
      `SELECT sum(n)::bigint AS records, pg_database_size(current_database()) AS bytes
       FROM summary_current WHERE kind = 'records'`,
    )
    const gigabytes = ((rows[0]?.bytes ?? 0) / 1024 ** 3).toFixed(1)
    const seconds = ((performance.now() - start) / 1_000).toFixed(0)
    console.log(`${rows[0]?.records.toLocaleString('en')} records, ${gigabytes} GB, ready in ${seconds} s.`)
  } finally {
    await data.close()
  }
}
