import { recordChanges } from '../changes/changes.ts'
import type { Tx } from '../db/database.ts'
import { listSource, rowsOf } from '../lists/list-source.ts'
import { patchRecord, readRecord } from '../records/records.ts'
import type { Scope } from '../scope.ts'
import { cleanDomain } from '../values/domain.ts'
import { type Company, type CompanyCreate, type CompanyPatch, companyList } from './schema.ts'

export const companySource = listSource(companyList, {
  ...rowsOf('company'),
  fields: {
    id: 't.id',
    name: 't.name',
    domain: 't.domain',
    industry: 't.industry',
    employee_count: 't.employee_count',
    phone: 't.phone',
    address: 't.address',
    city: 't.city',
    region: 't.region',
    postal_code: 't.postal_code',
    country: 't.country',
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: { notes: 't.notes' },
  joins: '',
  references: {},
  filters: {
    name: { column: 'name_sort', type: 'text', normalize: 'text', sortedAs: 'name' },
    domain: { column: 'domain_key', type: 'text', normalize: 'domain' },
    industry: { column: 'industry_key', type: 'text', normalize: 'text', facet: true },
    city: { column: 'city_key', type: 'text', normalize: 'text', facet: true },
    country: { column: 'country_key', type: 'text', normalize: 'text', facet: true },
    created_at: { column: 'created_at', type: 'timestamptz' },
  },
  sorts: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    name: { column: 'name_sort', type: 'text' },
  },
  defaultSort: '-created_at',
})

/** Inserts a company and records the change. */
export async function createCompany(tx: Tx, scope: Scope, input: CompanyCreate): Promise<Company> {
  const { id, version } = await tx
    .insertInto('companies')
    .values({ ...withCleanDomain(input), workspace_id: scope.workspaceId })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await recordChanges(tx, scope, [{ object: 'company', entityId: id, action: 'created', version }])
  return readRecord(tx, companySource, scope, id)
}

/** Changes a company (see patchRecord). */
export function patchCompany(tx: Tx, scope: Scope, id: number, patch: CompanyPatch): Promise<Company> {
  return patchRecord(tx, companySource, scope, id, withCleanDomain(patch))
}

/** Host names are kept in the form that they are compared in. */
function withCleanDomain<T extends { domain?: string | null }>(input: T): T {
  return input.domain ? { ...input, domain: cleanDomain(input.domain) } : input
}
