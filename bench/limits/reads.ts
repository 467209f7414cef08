import { Kysely, PostgresDialect } from 'kysely'
import { customerSource, listCustomers } from '../../server/src/customers/queries.ts'
import type { Customer } from '../../server/src/customers/schema.ts'
import type { DB } from '../../server/src/db/types.generated.ts'
import { Random } from '../../server/src/demo/random.ts'
import { readRecord } from '../../server/src/records/records.ts'
import type { BenchData } from '../data.ts'
import { pickSkewed } from '../scenarios/samples.ts'
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
  const random = new Random(1)
  const sent: Statement[] = []
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: data.pool }),
    log: ({ query }) => {
      sent.push(query)
    },
  })
  const capture = async (read: () => Promise<unknown>) => {
    sent.length = 0
    await read()
    return [...sent]
  }
  const list: Read = { name: 'customers by name, scrolled', paths: [], statements: [] }
  const record: Read = { name: 'customer by id', paths: [], statements: [] }
  for (let variant = 0; variant < VARIANTS; variant++) {
    const captured = variant < PGBENCH_VARIANTS
    const after = samples.pagesByName.length ? pickSkewed(random, samples.pagesByName).cursor : undefined
    list.paths.push(`/api/customers?sort=last_name&limit=25${after ? `&after=${after}` : ''}`)
    if (captured)
      list.statements.push(
        await capture(() =>
          listCustomers(db, scope, { sort: 'last_name', limit: 25, ...(after && { after }) }),
        ),
      )
    const { id } = pickSkewed(random, samples.customers)
    record.paths.push(`/api/customers/${id}`)
    if (captured)
      record.statements.push(await capture(() => readRecord<Customer>(db, customerSource, scope, id)))
  }
  return [list, record]
}
