import { openListMemory } from '../../server/src/cache/list-memory.ts'
import { customerSource } from '../../server/src/customers/queries.ts'
import type { Customer } from '../../server/src/customers/schema.ts'
import { transaction } from '../../server/src/db/database.ts'
import { JsonText } from '../../server/src/http/json-text.ts'
import { createInteraction } from '../../server/src/interactions/queries.ts'
import { kindParts } from '../../server/src/kinds.ts'
import { readPageJson } from '../../server/src/lists/list.ts'
import type { AnyListQuery } from '../../server/src/lists/list-source.ts'
import type { ListPageJson, Total } from '../../server/src/lists/schema.ts'
import { createOrder } from '../../server/src/orders/create-order.ts'
import { orderSource } from '../../server/src/orders/queries.ts'
import { patchRecord, readRecord } from '../../server/src/records/records.ts'
import { ordersAboveAverage } from '../../server/src/reports/orders-above-average.ts'
import {
  averageOrders,
  currentQuarter,
  customersByStage,
  representativeLoads,
  revenueByMonth,
  topProducts,
} from '../../server/src/reports/queries.ts'
import { search } from '../../server/src/search/queries.ts'
import { readTimeline } from '../../server/src/timeline/queries.ts'
import type { Answers, Parameters } from './answers.ts'
import type { Connections, Run } from './connections.ts'
import { plainReports } from './plain-answers.ts'
import { plainSearch } from './plain-records.ts'

const COUNT_CAP = 1_000
const SEARCH_LIMIT = 10
const LIST_LIMIT = 50

/** Which of the techniques are in use beyond the rewritten queries. */
export interface Techniques {
  searchTokens: boolean
  summaries: boolean
  averageFunction: boolean
}

/** The product's own query functions, with the plain form of every technique that is not yet in use. */
export function tunedAnswers(connections: Connections, techniques: Techniques): Answers {
  const { run, db } = connections
  const { searchTokens, summaries } = techniques
  const reader = { db, listMemory: openListMemory() }
  return {
    listCustomers: async (scope, query) => {
      if (summaries || hasFilter(query)) return readPageJson(reader, customerSource, scope, listQuery(query))
      const page = await readPageJson(reader, customerSource, scope, { ...listQuery(query), count: 'none' })
      return withTotal(page, await cappedCount(run, 'customers', scope.workspaceId))
    },
    listOrders: async (scope, query) => {
      if (summaries || hasFilter(query)) return readPageJson(reader, orderSource, scope, listQuery(query))
      const page = await readPageJson(reader, orderSource, scope, { ...listQuery(query), count: 'none' })
      return withTotal(page, await cappedCount(run, 'orders', scope.workspaceId))
    },
    readCustomer: (scope, id) => readRecord<Customer>(db, customerSource, scope, id),
    readTimeline: (scope, id) => readTimeline(db, scope, { kind: 'customer', id }, {}),
    search: async (scope, q) =>
      searchTokens
        ? { items: await search(db, scope, { q, limit: SEARCH_LIMIT }, kindParts) }
        : plainSearch(run, scope, q),
    ...reports(connections, techniques),
    patchCustomer: (scope, id, patch) =>
      transaction(db, (tx) => patchRecord<Customer>(tx, customerSource, scope, id, patch)),
    createInteraction: (scope, input) => transaction(db, (tx) => createInteraction(tx, scope, input)),
    createOrder: (scope, input) => transaction(db, (tx) => createOrder(tx, scope, input)),
  }
}

function reports(connections: Connections, { summaries, averageFunction }: Techniques) {
  const { db } = connections
  const plain = plainReports(connections)
  const average: Pick<Answers, 'averageOrder' | 'ordersAboveAverage'> = averageFunction
    ? {
        averageOrder: async (scope) => ({ items: await averageOrders(db, scope) }),
        ordersAboveAverage: (scope) => ordersAboveAverage(db, scope, { limit: LIST_LIMIT }),
      }
    : plain
  if (!summaries) return plain
  const summarized: Omit<typeof plain, 'averageOrder' | 'ordersAboveAverage'> = {
    topProducts: async (scope) => {
      const quarter = await currentQuarter(db, scope)
      return { ...quarter, items: await topProducts(db, scope, quarter, 5) }
    },
    revenueByMonth: async (scope) => ({ items: await revenueByMonth(db, scope, 12) }),
    representatives: async (scope) => {
      const quarter = await currentQuarter(db, scope)
      return { items: await representativeLoads(db, scope, quarter, LIST_LIMIT) }
    },
    customersByStage: async (scope) => ({ items: await customersByStage(db, scope) }),
  }
  return { ...summarized, averageOrder: average.averageOrder, ordersAboveAverage: average.ordersAboveAverage }
}

const LIST_WORDS = new Set(['limit', 'sort', 'after', 'before', 'at', 'count', 'fields'])

function hasFilter(query: Parameters): boolean {
  return Object.keys(query).some((name) => !LIST_WORDS.has(name))
}

/** As the product's schemas would have read it. */
function listQuery(query: Parameters): AnyListQuery {
  const numbers = {
    ...(query.limit && { limit: Number(query.limit) }),
    ...(query.at && { at: Number(query.at) }),
  }
  return { ...query, ...numbers } as AnyListQuery // The scenario only asks for what the schemas allow.
}

/** The page that was read without its total, which is the last thing in it. */
function withTotal<T>({ text }: ListPageJson<T>, total: Total): ListPageJson<T> {
  return new JsonText(text.replace(/null\}$/, `${JSON.stringify(total)}}`))
}

async function cappedCount(run: Run, table: 'customers' | 'orders', workspaceId: number) {
  const [counted] = await run<{ n: number }>(
    `SELECT count(*) AS n FROM (
       SELECT 1 FROM ${table} WHERE workspace_id = $1 AND deleted_at IS NULL LIMIT ${COUNT_CAP + 1}) matches`,
    [workspaceId],
  )
  const n = counted?.n ?? 0
  return { count: Math.min(n, COUNT_CAP), exact: n <= COUNT_CAP }
}
