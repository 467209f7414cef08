import type { Database } from '../../server/src/db/database.ts'
import {
  plainAverageOrders,
  plainCustomersByStage,
  plainRevenueByMonth,
  plainTopProducts,
} from '../../server/src/reports/plain.ts'
import { currentQuarter } from '../../server/src/reports/queries.ts'
import type { Scope } from '../../server/src/scope.ts'
import type { Answers } from './answers.ts'
import type { Connections, Run } from './connections.ts'
import { plainCustomer, plainCustomers, plainOrders, plainOrdersAboveAverage } from './plain-lists.ts'
import { plainInteraction, plainOrder, plainPatch, plainSearch, plainTimeline } from './plain-records.ts'

const TOP_PRODUCTS = 5
const MONTHS = 12
const REPRESENTATIVES = 50

/** The system as a team writes it before tuning: right answers by the plainest SQL. */
export function plainAnswers(connections: Connections): Answers {
  const { run } = connections
  return {
    listCustomers: (scope, query) => plainCustomers(run, scope, query),
    listOrders: (scope, query) => plainOrders(run, scope, query),
    readCustomer: async (scope, id) => (await plainCustomer(run, scope, id))[0],
    readTimeline: (scope, id) => plainTimeline(run, scope, id),
    search: (scope, q) => plainSearch(run, scope, q),
    ...plainReports(connections),
    patchCustomer: (scope, id, patch) => plainPatch(connections, scope, id, patch),
    createInteraction: (scope, input) => plainInteraction(connections, scope, input),
    createOrder: (scope, input) => plainOrder(connections, scope, input),
  }
}

type Reports = Pick<
  Answers,
  | 'topProducts'
  | 'revenueByMonth'
  | 'representatives'
  | 'customersByStage'
  | 'averageOrder'
  | 'ordersAboveAverage'
>

/** The reports from the base tables, joined and added up at each request. */
export function plainReports({ run, db }: Pick<Connections, 'run' | 'db'>): Reports {
  return {
    topProducts: async (scope) => {
      const quarter = await currentQuarter(db, scope)
      return { ...quarter, items: await plainTopProducts(db, scope, quarter, TOP_PRODUCTS) }
    },
    revenueByMonth: async (scope) => {
      const since = await firstMonth(run, scope)
      return { items: await plainRevenueByMonth(db, scope, since) }
    },
    representatives: async (scope) => ({ items: await plainLoads(db, run, scope) }),
    customersByStage: async (scope) => ({ items: await plainCustomersByStage(db, scope) }),
    averageOrder: async (scope) => ({ items: await plainAverageOrders(db, scope) }),
    ordersAboveAverage: (scope) => plainOrdersAboveAverage(run, scope),
  }
}

async function firstMonth(run: Run, scope: Scope): Promise<string> {
  const rows = await run<{ since: string }>(
    `SELECT (date_trunc('month', now() AT TIME ZONE time_zone) - make_interval(months => $2::int))::date AS since
     FROM workspaces WHERE id = $1`,
    [scope.workspaceId, MONTHS - 1],
  )
  return rows[0]?.since ?? '2000-01-01'
}

/** By one join for each count; a subquery for each representative would be slower still. */
async function plainLoads(db: Database, run: Run, scope: Scope) {
  const { from, to } = await currentQuarter(db, scope)
  return run(
    `SELECT r.id AS sales_rep_id, btrim(r.first_name || ' ' || r.last_name) AS name,
       coalesce(c.n, 0) AS customers, coalesce(i.n, 0) AS interactions
     FROM sales_representatives r
     LEFT JOIN (SELECT assigned_sales_rep_id AS id, count(*) AS n FROM customers
       WHERE workspace_id = $1 AND deleted_at IS NULL GROUP BY 1) c ON c.id = r.id
     LEFT JOIN (SELECT sales_rep_id AS id, count(*) AS n FROM interactions
       WHERE workspace_id = $1 AND deleted_at IS NULL AND occurred_at >= $2::date AND occurred_at < $3::date GROUP BY 1) i
       ON i.id = r.id
     WHERE r.workspace_id = $1 AND r.deleted_at IS NULL
     ORDER BY customers DESC, r.id LIMIT ${REPRESENTATIVES}`,
    [scope.workspaceId, from, to],
  )
}
