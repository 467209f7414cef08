import type { FastifyInstance } from 'fastify'
import type { AppDeps } from '../app.ts'
import { transaction } from '../db/database.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { patchRecord, readRecord, restoreRecords, trashRecords } from '../records/records.ts'
import { createCustomer, customerSource, listCustomers } from './queries.ts'
import { type Customer, customerRoutes } from './schema.ts'

export function registerCustomers(app: FastifyInstance, { db }: AppDeps): void {
  implement(app, customerRoutes, {
    'GET /api/customers': ({ scope, query }) => listCustomers(db, scope, query),
    'GET /api/customers/:id': ({ scope, params }) =>
      readRecord<Customer>(db, customerSource, scope, params.id),
    'POST /api/customers': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createCustomer(tx, scope, body)),
    'PATCH /api/customers/:id': ({ scope, params, body }) =>
      transaction(db, (tx) => patchRecord<Customer>(tx, customerSource, scope, params.id, body)),
    'DELETE /api/customers/:id': async ({ scope, params }) => {
      await transaction(db, (tx) => trashRecords(tx, customerSource, scope, [params.id]))
      return undefined
    },
    'POST /api/customers/:id/restore': ({ scope, params }) =>
      transaction(db, async (tx) => {
        await restoreRecords(tx, customerSource, scope, [params.id])
        return readRecord<Customer>(tx, customerSource, scope, params.id)
      }),
    'POST /api/customers/bulk/delete': ({ scope, body }) =>
      transaction(db, async (tx) => ({ changed: await trashRecords(tx, customerSource, scope, body.ids) })),
    'POST /api/customers/bulk/restore': ({ scope, body }) =>
      transaction(db, async (tx) => ({ changed: await restoreRecords(tx, customerSource, scope, body.ids) })),
  })
}
