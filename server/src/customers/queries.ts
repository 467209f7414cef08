import { type RawBuilder, sql } from 'kysely'
import { recordChanges } from '../changes/changes.ts'
import type { Db, Tx } from '../db/database.ts'
import { invalidField } from '../errors.ts'
import { listSource, rowsOf } from '../lists/list-source.ts'
import { planPatch, readRecord, writePatch } from '../records/records.ts'
import { checkReferences } from '../records/references.ts'
import type { Scope } from '../scope.ts'
import { emailKey } from '../values/email.ts'
import { named } from '../visible.ts'
import { type Customer, type CustomerCreate, type CustomerPatch, customerList } from './schema.ts'

export const customerSource = listSource(customerList, {
  ...rowsOf('customer'),
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
    company_in_trash: 'c.deleted_at IS NOT NULL',
    assigned_sales_rep_name: `btrim(r.first_name || ' ' || r.last_name)`,
    assigned_sales_rep_in_trash: 'r.deleted_at IS NOT NULL',
    version: 't.version',
    created_at: 't.created_at',
    updated_at: 't.updated_at',
  },
  detailFields: {
    notes: 't.notes',
    more_emails: `coalesce(t.more_emails, '[]')`,
    more_phones: `coalesce(t.more_phones, '[]')`,
  },
  joins: `LEFT JOIN companies c ON ${named('c', 't.company_id')}
    LEFT JOIN sales_representatives r ON ${named('r', 't.assigned_sales_rep_id')}`,
  references: { company_id: 'companies', assigned_sales_rep_id: 'sales_representatives' },
  filters: {
    first_name: { column: 'first_name_sort', type: 'text', normalize: 'text', sortedAs: 'first_name' },
    last_name: { column: 'last_name_sort', type: 'text', normalize: 'text', sortedAs: 'last_name' },
    email: {
      column: 'email_key',
      type: 'text',
      normalize: 'email',
      sortedAs: 'email',
      further: { column: 'more_emails', keys: 'email_keys' },
    },
    phone: {
      column: 'phone_key',
      type: 'text',
      normalize: 'phone',
      further: { column: 'more_phones', keys: 'phone_keys' },
    },
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
})

/** Inserts a customer and records the change. The workspace decides whether its email must be unique. */
export async function createCustomer(tx: Tx, scope: Scope, input: CustomerCreate): Promise<Customer> {
  await checkReferences(tx, customerSource, scope, input)
  refuseRepeated({ email: null, more_emails: [], more_phones: [], ...input })
  const { id, version } = await tx
    .insertInto('customers')
    .values({
      ...input,
      more_emails: kept(input.more_emails),
      more_phones: kept(input.more_phones),
      workspace_id: scope.workspaceId,
      email_unique: sql<boolean>`(SELECT unique_customer_emails FROM workspaces WHERE id = ${scope.workspaceId})`,
    })
    .returning(['id', 'version'])
    .executeTakeFirstOrThrow()
  await recordChanges(tx, scope, [{ object: 'customer', entityId: id, action: 'created', version }])
  return readRecord(tx, customerSource, scope, id)
}

/** Changes a customer (see patchRecord). Another email becomes the first by sending both `email` and `more_emails`. */
export async function patchCustomer(
  tx: Tx,
  scope: Scope,
  id: number,
  patch: CustomerPatch,
): Promise<Customer> {
  const read = (db: Db) => readRecord<Customer>(db, customerSource, scope, id)
  const { current, changes } = await planPatch<Customer>(tx, customerSource, scope, id, patch, read)
  if (Object.keys(changes).length === 0) return current
  const after = Object.fromEntries(Object.entries(changes).map(([field, [, value]]) => [field, value]))
  refuseRepeated({ ...current, ...after })
  const { more_emails, more_phones, ...columns } = changes
  await writePatch(tx, customerSource, scope, id, {
    version: current.version,
    columns,
    derived: {
      ...(more_emails && { more_emails: kept(more_emails[1] as FurtherValue[]) }), // As the patch has it.
      ...(more_phones && { more_phones: kept(more_phones[1] as FurtherValue[]) }), // As the patch has it.
    },
    history: changes,
  })
  return read(tx)
}

type FurtherValue = Customer['more_emails'][number] | Customer['more_phones'][number]

/** As the table keeps a list: NULL for none. */
function kept(values: FurtherValue[] | undefined): RawBuilder<string | null> {
  return values?.length ? sql`${JSON.stringify(values)}::jsonb` : sql`NULL`
}

function refuseRepeated({
  email,
  more_emails,
  more_phones,
}: Pick<Customer, 'email' | 'more_emails' | 'more_phones'>): void {
  const emails = [emailKey(email ?? ''), ...more_emails.map((each) => emailKey(each.email))]
  const phones = more_phones.map(({ phone }) => phone)
  const repeated = emails.findIndex((key, place) => key !== '' && emails.indexOf(key) < place)
  if (repeated > 0) {
    throw invalidField(`/more_emails/${repeated - 1}/email`, 'The customer has this email address already.')
  }
  const again = phones.findIndex((phone, place) => phones.indexOf(phone) < place)
  if (again > 0) throw invalidField(`/more_phones/${again}/phone`, 'The customer has this phone already.')
}
