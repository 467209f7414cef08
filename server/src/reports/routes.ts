import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { implement } from '../http/implement.ts'
import { ordersAboveAverage } from './orders-above-average.ts'
import {
  averageOrders,
  currentQuarter,
  customersByStage,
  nobodysLoad,
  representativeLoads,
  revenueByMonth,
  topProducts,
} from './queries.ts'
import { reportRoutes } from './schema.ts'

export function registerReports(app: FastifyInstance, { db }: AppContext): void {
  implement(app, reportRoutes, {
    'GET /api/reports/top-products': async ({ scope, query }) => {
      const quarter = await currentQuarter(db, scope)
      const { from, to } = quarter
      return { from, to, items: await topProducts(db, scope, quarter, query.limit ?? 5) }
    },
    'GET /api/reports/revenue-by-month': async ({ scope, query }) => ({
      items: await revenueByMonth(db, scope, query.months ?? 12),
    }),
    'GET /api/reports/representatives': async ({ scope, query }) => {
      const quarter = await currentQuarter(db, scope)
      return {
        items: await representativeLoads(db, scope, quarter, query.limit ?? 50),
        nobody: await nobodysLoad(db, scope, quarter),
      }
    },
    'GET /api/reports/customers-by-stage': async ({ scope }) => ({
      items: await customersByStage(db, scope),
    }),
    'GET /api/reports/average-order': async ({ scope }) => ({ items: await averageOrders(db, scope) }),
    'GET /api/reports/orders-above-average': ({ scope, query }) =>
      ordersAboveAverage(db, scope, { ...query, limit: query.limit ?? 50 }),
  })
}
