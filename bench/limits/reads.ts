import { Kysely, PostgresDialect } from 'kysely'
import { openListMemory } from '../../server/src/cache/list-memory.ts'
import { customerSource } from '../../server/src/customers/queries.ts'
import type { Customer } from '../../server/src/customers/schema.ts'
import type { DB } from '../../server/src/db/types.generated.ts'
import { readPageJson } from '../../server/src/lists/list.ts'
import { readRecord } from '../../server/src/records/records.ts'
import type { BenchData } from '../data.ts'
import type { Team } from '../scenarios/team.ts'
import type { Statement } from './pgbench.ts'

const VARIANTS = 100
/** Each is a script of its own, which pgbench prepares on every connection: many would be all it does. */
const PGBENCH_VARIANTS = 8

/** One kind of read: its addresses, and the statements that each of them sends. */
export interface Read {
  name: string
  paths: string[]
  /** For a few of the paths. */
  statements: Statement[][]
}

/** Reads all over the largest workspace, with the SQL that the product's own query functions send for each. */
export async function capturedReads(data: BenchData, { scope, samples }: Team): Promise<Read[]> {
  const sent: Statement[] = []
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: data.pool }),
    log: ({ query }) => {
      sent.push(query)
    },
  })
  const reader = { db, listMemory: openListMemory() }
  const capture = async (read: () => Promise<unknown>) => {
    sent.length = 0
    await read()
    return [...sent]
  }
  const list: Read = { name: 'customers by name, scrolled', paths: [], statements: [] }
  const places = spread(samples.pagesByName).map(({ cursor }) => ({ after: cursor }))
  for (const page of places.length > 0 ? places : [{}]) {
    const query = { sort: 'last_name', limit: 25, ...page }
    list.paths.push(`/api/customers?${new URLSearchParams(Object.entries(query).map(asText))}`)
    if (list.statements.length < PGBENCH_VARIANTS)
      list.statements.push(await capture(() => readPageJson(reader, customerSource, scope, query)))
  }
  const record: Read = { name: 'customer by id', paths: [], statements: [] }
  for (const { id } of spread(samples.customers)) {
    record.paths.push(`/api/customers/${id}`)
    if (record.statements.length < PGBENCH_VARIANTS)
      record.statements.push(await capture(() => readRecord<Customer>(db, customerSource, scope, id)))
  }
  return [list, record]
}

const asText = ([name, value]: [string, unknown]) => [name, String(value)]

/** No more than VARIANTS of them, evenly from all over the list, each once: what is asked twice is answered from the cache. */
function spread<T>(items: readonly T[]): T[] {
  const step = Math.max(1, items.length / VARIANTS)
  return items.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step))
}
