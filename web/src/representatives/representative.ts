import type { Response } from '../../../server/src/api.ts'
import { foldWord } from '../../../server/src/values/fold.ts'
import { call } from '../call.ts'
import type { RecordField } from '../fields/field.ts'
import { fullName, recordSearch } from '../fields/record-options.ts'
import { paths } from '../paths.ts'
import { type RecordSource, sourceOf } from '../rows/record-source.ts'
import type { Option } from '../vocabulary.ts'

export type Representative = Response<'GET /api/sales-representatives/:id'>

export const representativeSource: RecordSource<Representative> = {
  ...sourceOf('sales_representative'),
  nameOf: fullName,
  isNamed: true,
  read: (id, signal) => call('GET /api/sales-representatives/:id', { params: { id }, signal }),
  // The change names fields of a representative: it is made from `representativeFields`.
  patch: (id, change) => call('PATCH /api/sales-representatives/:id', { params: { id }, body: change }),
}

/** The members of the workspace, of whom one may sign in as this representative. */
async function searchMembers(text: string, signal: AbortSignal): Promise<Option[]> {
  const { items } = await call('GET /api/members', { signal })
  const wanted = foldWord(text.trim())
  return items
    .filter(({ name, email }) => foldWord(`${name} ${email}`).includes(wanted))
    .map(({ user_id, name, email }) => ({ value: user_id, label: name, detail: email }))
}

export const representativeFields = {
  first_name: { name: 'first_name', label: 'First name', kind: 'text' },
  last_name: { name: 'last_name', label: 'Last name', kind: 'text' },
  title: { name: 'title', label: 'Title', kind: 'text', nullable: true },
  email: { name: 'email', label: 'Email', kind: 'email', nullable: true },
  phone: { name: 'phone', label: 'Phone', kind: 'phone', nullable: true },
  region: { name: 'region', label: 'Region', kind: 'text', nullable: true },
  manager_id: {
    name: 'manager_id',
    label: 'Manager',
    kind: 'record',
    nameField: 'manager_name',
    trashField: 'manager_in_trash',
    options: recordSearch.sales_representative,
    path: paths.representative,
    nullable: true,
  },
  user_id: { name: 'user_id', label: 'Signs in as', kind: 'choice', options: searchMembers, nullable: true },
  active: { name: 'active', label: 'Active', kind: 'boolean' },
  notes: { name: 'notes', label: 'Notes', kind: 'long_text', nullable: true },
  created_at: { name: 'created_at', label: 'Created', kind: 'moment', readOnly: true },
  updated_at: { name: 'updated_at', label: 'Changed', kind: 'moment', readOnly: true },
} as const satisfies Record<string, RecordField<Representative>>
