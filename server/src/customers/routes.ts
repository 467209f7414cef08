import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { transaction } from '../db/database.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { readPageJson } from '../lists/list.ts'
import { recordHandlers } from '../records/record-handlers.ts'
import { restoreRecords, trashRecords } from '../records/trash.ts'
import { createCustomer, customerSource, patchCustomer } from './queries.ts'
import { type Customer, type CustomerPatch, customerRoutes } from './schema.ts'

export function registerCustomers(app: FastifyInstance, deps: AppContext): void {
  const { db } = deps
  const customer = recordHandlers<Customer, CustomerPatch>(deps, customerSource, { patch: patchCustomer })
  implement(app, customerRoutes, {
    'GET /api/customers': ({ scope, query }) => readPageJson(deps, customerSource, scope, query),
    'GET /api/customers/:id': customer.read,
    'POST /api/customers': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createCustomer(tx, scope, body)),
    'PATCH /api/customers/:id': customer.patch,
    'DELETE /api/customers/:id': customer.trash,
    'POST /api/customers/:id/restore': customer.restore,
    'POST /api/customers/bulk/delete': ({ scope, body }) =>
      transaction(db, async (tx) => ({
        changed: await trashRecords(tx, customerSource, scope, body.ids, body.take_over),
      })),
    'POST /api/customers/bulk/restore': ({ scope, body }) =>
      transaction(db, async (tx) => ({
        changed: await restoreRecords(tx, customerSource, scope, body.ids, body.duplicates),
      })),
  })
}
