import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { transaction } from '../db/database.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { readPageJson } from '../lists/list.ts'
import { restoreRecords, trashRecords } from '../records/trash.ts'
import { createOrder } from './create-order.ts'
import { patchOrder } from './patch-order.ts'
import { orderSource, readOrder } from './queries.ts'
import { orderRoutes } from './schema.ts'

export function registerOrders(app: FastifyInstance, deps: AppContext): void {
  const { db, pointReads } = deps
  implement(app, orderRoutes, {
    'GET /api/orders': ({ scope, query }) => readPageJson(deps, orderSource, scope, query),
    'GET /api/orders/:id': ({ scope, params }) => readOrder(pointReads, scope, params.id),
    'POST /api/orders': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createOrder(tx, scope, body)),
    'PATCH /api/orders/:id': ({ scope, params, body }) =>
      transaction(db, (tx) => patchOrder(tx, scope, params.id, body)),
    'DELETE /api/orders/:id': async ({ scope, params }) => {
      await transaction(db, (tx) => trashRecords(tx, orderSource, scope, [params.id]))
      return undefined
    },
    'POST /api/orders/:id/restore': ({ scope, params, query }) =>
      transaction(db, async (tx) => {
        await restoreRecords(tx, orderSource, scope, [params.id], query.duplicates)
        return readOrder(tx, scope, params.id)
      }),
  })
}
