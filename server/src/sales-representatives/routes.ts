import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { readPageJson } from '../lists/list.ts'
import { recordHandlers } from '../records/record-handlers.ts'
import { createSalesRepresentative, salesRepresentativeSource } from './queries.ts'
import {
  type SalesRepresentative,
  type SalesRepresentativePatch,
  salesRepresentativeRoutes,
} from './schema.ts'

export function registerSalesRepresentatives(app: FastifyInstance, deps: AppContext): void {
  const { db } = deps
  const representative = recordHandlers<SalesRepresentative, SalesRepresentativePatch>(
    deps,
    salesRepresentativeSource,
  )
  implement(app, salesRepresentativeRoutes, {
    'GET /api/sales-representatives': ({ scope, query }) =>
      readPageJson(deps, salesRepresentativeSource, scope, query),
    'GET /api/sales-representatives/:id': representative.read,
    'POST /api/sales-representatives': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createSalesRepresentative(tx, scope, body)),
    'PATCH /api/sales-representatives/:id': representative.patch,
    'DELETE /api/sales-representatives/:id': representative.trash,
    'POST /api/sales-representatives/:id/restore': representative.restore,
  })
}
