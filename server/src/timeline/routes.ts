import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { implement } from '../http/implement.ts'
import { readTimeline } from './queries.ts'
import { timelineRoutes } from './schema.ts'

const ofCustomer = { object: 'customer', table: 'customers', column: 'customer_id' } as const
const ofCompany = { object: 'company', table: 'companies', column: 'company_id' } as const

export function registerTimeline(app: FastifyInstance, { db }: AppContext): void {
  implement(app, timelineRoutes, {
    'GET /api/customers/:id/timeline': ({ scope, params, query }) =>
      readTimeline(db, scope, { ...ofCustomer, id: params.id }, query),
    'GET /api/companies/:id/timeline': ({ scope, params, query }) =>
      readTimeline(db, scope, { ...ofCompany, id: params.id }, query),
  })
}
