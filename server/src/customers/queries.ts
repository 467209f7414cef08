import { sql } from 'kysely'
import type { Scope } from '../auth/scope.ts'
import { recordChanges } from '../changes/changes.ts'
import type { Db, Tx } from '../db/database.ts'
import type { ListPageJson } from '../http/list.ts'
import { listRows } from '../lists/list.ts'
import type { AnyListQuery, ListSource } from '../lists/list-source.ts'
import { readRecord } from '../records/records.ts'
import { checkReferences } from '../records/references.ts'
import type { Customer, CustomerCreate, CustomerRow } from './schema.ts'

export const customerSource: ListSource = {
  table: 'customers',
  object: 'customer',
  recordsKey: 1,
  fields: {
    id: 't.id',
    first_name: 't.first_name',
    last_name: 't.last_name',
    email: 't.email',
    phone: 't.phone',
    job_title: 't.job_title',
    company_id: 't.company_id',
    assigned_sales_rep_id: 't.assigned_sales_rep_id',
    lifecycle_stage: 't.lifecycle_stage',
    source: 't.source',
    address: 't.address',
    city: 't.city',
    region: 't.region',
    postal_code: 't.postal_code',
    country: 't.country',
    company_name: 'c.name',
    assigned_sales_rep_name: `btrim(r.first_name || ' ' || r.last_name)`,
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: { notes: 't.notes' },
  joins: `LEFT JOIN companies c ON c.workspace_id = t.workspace_id AND c.id = t.company_id
    LEFT JOIN sales_representatives r ON r.workspace_id = t.workspace_id AND r.id = t.assigned_sales_rep_id`,
  references: { company_id: 'companies', assigned_sales_rep_id: 'sales_representatives' },
  filters: {
    first_name: { column: 'first_name_sort', type: 'text', normalize: 'text', sortedAs: 'first_name' },
    last_name: { column: 'last_name_sort', type: 'text', normalize: 'text', sortedAs: 'last_name' },
    email: { column: 'email_key', type: 'text', normalize: 'email', sortedAs: 'email' },
    phone: { column: 'phone_key', type: 'text', normalize: 'phone' },
    city: { column: 'city_key', type: 'text', normalize: 'text', facet: true },
    country: { column: 'country_key', type: 'text', normalize: 'text', facet: true },
    source: { column: 'source_key', type: 'text', normalize: 'text', facet: true },
    lifecycle_stage: { column: 'lifecycle_stage', type: 'text', facet: true, orderedBy: 'created_at' },
    company_id: { column: 'company_id', type: 'bigint', facet: true, orderedBy: 'created_at' },
    assigned_sales_rep_id: {
      column: 'assigned_sales_rep_id',
      type: 'bigint',
      facet: true,
      orderedBy: 'created_at',
    },
    created_at: { column: 'created_at', type: 'timestamptz' },
  },
  sorts: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    last_name: { column: 'last_name_sort', type: 'text' },
    first_name: { column: 'first_name_sort', type: 'text' },
    email: { column: 'email_key', type: 'text' },
  },
  defaultSort: '-created_at',
}

/** A page of customers; `q` keeps only the best hits of the search. */
export function listCustomers(db: Db, scope: Scope, query: AnyListQuery): Promise<ListPageJson<CustomerRow>> {
  return listRows<CustomerRow>(db, customerSource, scope, query)
}

/** Inserts a customer and records the change. The workspace decides whether its email must be unique. */
export async function createCustomer(tx: Tx, scope: Scope, input: CustomerCreate): Promise<Customer> {
  await checkReferences(tx, customerSource, scope, input)
  const { id, version } = await tx
    .insertInto('customers')
    .values({
      ...input,
      workspace_id: scope.workspaceId,
      email_unique: sql<boolean>`(SELECT unique_customer_emails FROM workspaces WHERE id = ${scope.workspaceId})`,
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await recordChanges(tx, scope, [{ object: 'customer', entityId: id, action: 'created', version }])
  return readRecord(tx, customerSource, scope, id)
}
