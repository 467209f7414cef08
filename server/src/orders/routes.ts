import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { registerRecords } from '../records/record-handlers.ts'
import { createOrder } from './create-order.ts'
import { patchOrder } from './patch-order.ts'
import { orderSource, readOrder } from './queries.ts'
import { orderRecords } from './schema.ts'

export function registerOrders(app: FastifyInstance, context: AppContext): void {
  registerRecords(app, context, orderRecords, orderSource, {
    create: createOrder,
    patch: patchOrder,
    read: readOrder,
  })
}
