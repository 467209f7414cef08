import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { registerRecords } from '../records/record-handlers.ts'
import { createSalesRepresentative, patchSalesRepresentative, salesRepresentativeSource } from './queries.ts'
import { salesRepresentativeRecords } from './schema.ts'

export function registerSalesRepresentatives(app: FastifyInstance, context: AppContext): void {
  registerRecords(app, context, salesRepresentativeRecords, salesRepresentativeSource, {
    create: createSalesRepresentative,
    patch: patchSalesRepresentative,
  })
}
