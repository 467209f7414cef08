import { type Static, Type } from 'typebox'
import { Email, Id, InTrash, Line, Nullable, PhoneLink, Text, Timestamp, Version } from '../http/fields.ts'
import { listQuery } from '../lists/schema.ts'
import { type RecordDeclaration, recordRoutes } from '../records/record-routes.ts'
import { lifecycleStages, recordKinds } from '../vocabulary.ts'

const LifecycleStage = Type.Enum(lifecycleStages)

export const FURTHER_MAX = 10

const Label = Line(30, 1)
const FurtherEmail = Type.Object({ label: Label, email: Email }, { additionalProperties: false })
const FurtherPhone = Type.Object({ label: Label, phone: Line(40, 1) }, { additionalProperties: false })
const writable = {
  first_name: Line(100),
  last_name: Line(100),
  email: Nullable(Email),
  phone: Nullable(Line(40)),
  job_title: Nullable(Line(100)),
  company_id: Nullable(Id),
  assigned_sales_rep_id: Nullable(Id),
  lifecycle_stage: LifecycleStage,
  source: Nullable(Line(60)),
  address: Nullable(Line(200)),
  city: Nullable(Line(100)),
  region: Nullable(Line(100)),
  postal_code: Nullable(Line(20)),
  country: Nullable(Line(60)),
  notes: Nullable(Text(10_000)),
  more_emails: Type.Array(FurtherEmail, {
    maxItems: FURTHER_MAX,
    description: 'Besides `email`; found, searched and unique as it is. Sent as a whole.',
  }),
  more_phones: Type.Array(FurtherPhone, {
    maxItems: FURTHER_MAX,
    description: 'Besides `phone`; found and searched as it is. Sent as a whole.',
  }),
}

export const Customer = Type.Object({
  id: Id,
  ...writable,
  email: Nullable(Type.String()),
  company_name: Nullable(Type.String()),
  company_in_trash: InTrash,
  assigned_sales_rep_name: Nullable(Type.String()),
  assigned_sales_rep_in_trash: InTrash,
  more_emails: Type.Array(Type.Object({ label: Type.String(), email: Type.String() })),
  phone_link: PhoneLink,
  more_phone_links: Type.Array(PhoneLink, { description: 'Where a call of each of `more_phones` goes.' }),
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
  deleted_at: Nullable(Timestamp),
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
})
export type Customer = Static<typeof Customer>

/** A row of the list: everything but the long text. */
export const CustomerRow = Type.Omit(Customer, [
  'notes',
  'more_emails',
  'more_phones',
  'phone_link',
  'more_phone_links',
  'deleted_at',
  'deleted_by',
])
export type CustomerRow = Static<typeof CustomerRow>

export const CustomerCreate = Type.Object(
  { ...Type.Partial(Type.Object(writable)).properties },
  { additionalProperties: false, minProperties: 1 },
)
export type CustomerCreate = Static<typeof CustomerCreate>

export const CustomerPatch = Type.Object(
  { version: Version, ...Type.Partial(Type.Object(writable)).properties },
  { additionalProperties: false, minProperties: 2 },
)
export type CustomerPatch = Static<typeof CustomerPatch>

export const customerList = {
  filters: {
    first_name: { kind: 'name' },
    last_name: { kind: 'name' },
    email: { kind: 'text' },
    phone: { kind: 'text' },
    city: { kind: 'choice' },
    country: { kind: 'choice' },
    source: { kind: 'choice' },
    lifecycle_stage: { kind: 'choice', values: lifecycleStages },
    company_id: { kind: 'reference' },
    assigned_sales_rep_id: { kind: 'reference' },
    created_at: { kind: 'time' },
  },
  sorts: ['created_at', 'last_name', 'first_name', 'email'],
  selectable: Object.keys(CustomerRow.properties),
  row: CustomerRow,
} as const
export const CustomerQuery = listQuery(customerList)

/** Routes of the list, of single records and of several. */
export const customerRecords = {
  path: recordKinds.customer.path,
  tag: 'Customers',
  one: 'a customer',
  many: 'customers',
  reads: ['customers', 'companies', 'sales_representatives', 'workspace'],
  writes: ['customers'],
  movesAlong: ['orders'],
  writtenWith: recordKinds.customer.writtenWith,
  query: CustomerQuery,
  row: CustomerRow,
  record: Customer,
  create: CustomerCreate,
  patch: CustomerPatch,
  descriptions: {
    list: 'The reference lookup is `?last_name=Smith`; names compare without case or accents.',
    patch:
      'Send the version you read. If others changed different fields since, both changes are kept; if they changed the same field, the answer is 409 with both values.',
    trash: 'Draft orders go to whoever takes over; what was sold keeps the name of the customer.',
  },
} as const satisfies RecordDeclaration
export const customerRoutes = recordRoutes(customerRecords)
