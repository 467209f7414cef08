import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { registerRecords } from '../records/record-handlers.ts'
import { createCustomer, customerSource, patchCustomer } from './queries.ts'
import { customerRecords } from './schema.ts'

export function registerCustomers(app: FastifyInstance, context: AppContext): void {
  registerRecords(app, context, customerRecords, customerSource, {
    create: createCustomer,
    patch: patchCustomer,
  })
}
