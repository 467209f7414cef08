import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { readPageJson } from '../lists/list.ts'
import { recordHandlers } from '../records/record-handlers.ts'
import { companySource, createCompany, patchCompany } from './queries.ts'
import { type Company, type CompanyPatch, companyRoutes } from './schema.ts'

export function registerCompanies(app: FastifyInstance, deps: AppContext): void {
  const { db } = deps
  const company = recordHandlers<Company, CompanyPatch>(deps, companySource, { patch: patchCompany })
  implement(app, companyRoutes, {
    'GET /api/companies': ({ scope, query }) => readPageJson(deps, companySource, scope, query),
    'GET /api/companies/:id': company.read,
    'POST /api/companies': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createCompany(tx, scope, body)),
    'PATCH /api/companies/:id': company.patch,
    'DELETE /api/companies/:id': company.trash,
    'POST /api/companies/:id/restore': company.restore,
  })
}
