import type { Response } from '../../../server/src/api.ts'
import { call } from '../call.ts'
import type { RecordField } from '../fields/field.ts'
import { type RecordSource, sourceOf } from '../rows/record-source.ts'

export type Company = Response<'GET /api/companies/:id'>

export const companySource: RecordSource<Company> = {
  ...sourceOf('company'),
  nameOf: (row) => row.name,
  isNamed: true,
  read: (id, signal) => call('GET /api/companies/:id', { params: { id }, signal }),
  // The change names fields of a company: it is made from `companyFields`.
  patch: (id, change) => call('PATCH /api/companies/:id', { params: { id }, body: change }),
}

export const companyFields = {
  name: { name: 'name', label: 'Name', kind: 'text' },
  domain: { name: 'domain', label: 'Domain', kind: 'text', nullable: true },
  industry: { name: 'industry', label: 'Industry', kind: 'text', nullable: true },
  employee_count: {
    name: 'employee_count',
    label: 'Employees',
    kind: 'number',
    nullable: true,
    least: 0,
    most: 10_000_000,
  },
  phone: { name: 'phone', label: 'Phone', kind: 'phone', nullable: true },
  address: { name: 'address', label: 'Address', kind: 'text', nullable: true },
  city: { name: 'city', label: 'City', kind: 'text', nullable: true },
  region: { name: 'region', label: 'Region', kind: 'text', nullable: true },
  postal_code: { name: 'postal_code', label: 'Postal code', kind: 'text', nullable: true },
  country: { name: 'country', label: 'Country', kind: 'text', nullable: true },
  notes: { name: 'notes', label: 'Notes', kind: 'long_text', nullable: true },
  created_at: { name: 'created_at', label: 'Created', kind: 'moment', readOnly: true },
  updated_at: { name: 'updated_at', label: 'Changed', kind: 'moment', readOnly: true },
} as const satisfies Record<string, RecordField<Company>>
