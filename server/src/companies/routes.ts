import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { registerRecords } from '../records/record-handlers.ts'
import { companySource, createCompany, patchCompany } from './queries.ts'
import { companyRecords } from './schema.ts'

export function registerCompanies(app: FastifyInstance, context: AppContext): void {
  registerRecords(app, context, companyRecords, companySource, { create: createCompany, patch: patchCompany })
}
