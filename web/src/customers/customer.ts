import type { Response } from '../../../server/src/api.ts'
import { call } from '../call.ts'
import type { RecordField } from '../fields/field.ts'
import { fullName, recordSearch } from '../fields/record-options.ts'
import { paths } from '../paths.ts'
import { type RecordSource, sourceOf } from '../rows/record-source.ts'
import { stageOptions } from '../vocabulary.ts'

export type Customer = Response<'GET /api/customers/:id'>
export type CustomerRow = Response<'GET /api/customers'>['items'][number]

export function customerName(row: Pick<Customer, 'id' | 'first_name' | 'last_name' | 'email'>): string {
  return fullName(row) || row.email || `Customer ${row.id}`
}

export const customerSource: RecordSource<Customer> = {
  ...sourceOf('customer'),
  nameOf: customerName,
  isNamed: true,
  read: (id, signal) => call('GET /api/customers/:id', { params: { id }, signal }),
  // The change names fields of a customer: it is made from `customerFields`.
  patch: (id, change) => call('PATCH /api/customers/:id', { params: { id }, body: change }),
}

/** Every field that a person may see of a customer, in the order of the record page. */
export const customerFields = {
  lifecycle_stage: { name: 'lifecycle_stage', label: 'Stage', kind: 'choice', options: stageOptions },
  assigned_sales_rep_id: {
    name: 'assigned_sales_rep_id',
    label: 'Representative',
    kind: 'record',
    nameField: 'assigned_sales_rep_name',
    trashField: 'assigned_sales_rep_in_trash',
    options: recordSearch.sales_representative,
    path: paths.representative,
    nullable: true,
  },
  first_name: { name: 'first_name', label: 'First name', kind: 'text' },
  last_name: { name: 'last_name', label: 'Last name', kind: 'text' },
  email: { name: 'email', label: 'Email', kind: 'email', nullable: true },
  phone: { name: 'phone', label: 'Phone', kind: 'phone', nullable: true },
  company_id: {
    name: 'company_id',
    label: 'Company',
    kind: 'record',
    nameField: 'company_name',
    trashField: 'company_in_trash',
    options: recordSearch.company,
    path: paths.company,
    nullable: true,
  },
  job_title: { name: 'job_title', label: 'Job title', kind: 'text', nullable: true },
  source: { name: 'source', label: 'Source', kind: 'text', nullable: true },
  address: { name: 'address', label: 'Address', kind: 'text', nullable: true },
  city: { name: 'city', label: 'City', kind: 'text', nullable: true },
  region: { name: 'region', label: 'Region', kind: 'text', nullable: true },
  postal_code: { name: 'postal_code', label: 'Postal code', kind: 'text', nullable: true },
  country: { name: 'country', label: 'Country', kind: 'text', nullable: true },
  notes: { name: 'notes', label: 'Notes', kind: 'long_text', nullable: true },
  created_at: { name: 'created_at', label: 'Created', kind: 'moment', readOnly: true },
  updated_at: { name: 'updated_at', label: 'Changed', kind: 'moment', readOnly: true },
} as const satisfies Record<string, RecordField<Customer>>

/** Lists that the page shows in its own way (see further-contacts.tsx). */
export const furtherFields = {
  more_emails: { name: 'more_emails', label: 'More emails', kind: 'contacts' },
  more_phones: { name: 'more_phones', label: 'More phones', kind: 'contacts' },
} as const satisfies Record<string, RecordField<Customer>>
