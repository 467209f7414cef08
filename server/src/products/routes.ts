import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { registerRecords } from '../records/record-handlers.ts'
import { createProduct, productSource } from './queries.ts'
import { productRecords } from './schema.ts'

export function registerProducts(app: FastifyInstance, context: AppContext): void {
  registerRecords(app, context, productRecords, productSource, { create: createProduct })
}
