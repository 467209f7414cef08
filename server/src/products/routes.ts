import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { readPageJson } from '../lists/list.ts'
import { recordHandlers } from '../records/record-handlers.ts'
import { createProduct, productSource } from './queries.ts'
import { type Product, type ProductPatch, productRoutes } from './schema.ts'

export function registerProducts(app: FastifyInstance, deps: AppContext): void {
  const { db } = deps
  const product = recordHandlers<Product, ProductPatch>(deps, productSource)
  implement(app, productRoutes, {
    'GET /api/products': ({ scope, query }) => readPageJson(deps, productSource, scope, query),
    'GET /api/products/:id': product.read,
    'POST /api/products': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createProduct(tx, scope, body)),
    'PATCH /api/products/:id': product.patch,
    'DELETE /api/products/:id': product.trash,
    'POST /api/products/:id/restore': product.restore,
  })
}
