import { type Static, Type } from 'typebox'
import { Email, Id, InTrash, Line, Nullable, PhoneLink, Text, Timestamp, Version } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { listPage, listQuery } from '../lists/schema.ts'
import { Duplicates, RestoreQuery, TakeOver, TrashQuery } from '../records/trash-fields.ts'
import { lifecycleStages } from '../vocabulary.ts'

export const BULK_IDS_MAX = 1_000

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

const ids = Type.Array(Id, { minItems: 1, maxItems: BULK_IDS_MAX, uniqueItems: true })
const BulkDelete = Type.Object({ ids, take_over: Type.Optional(TakeOver) }, { additionalProperties: false })
const BulkRestore = Type.Object(
  { ids, duplicates: Type.Optional(Duplicates) },
  { additionalProperties: false },
)
const BulkResult = Type.Object({
  changed: Type.Integer({ description: 'Rows changed; those already so are not counted.' }),
})

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
} as const
export const CustomerQuery = listQuery(customerList)

const tag = 'Customers'
const reads = ['customers', 'companies', 'sales_representatives', 'workspace'] as const
const writes = ['customers'] as const
/** Deleting and restoring move what points at the record too. */
const writesWithWhatPoints = ['customers', 'orders'] as const
export const customerRoutes = {
  'GET /api/customers': {
    summary: 'List customers',
    description: 'The reference lookup is `?last_name=Smith`; names compare without case or accents.',
    tag,
    access: 'records:read',
    reads,
    query: CustomerQuery,
    response: listPage(CustomerRow),
  },
  'GET /api/customers/:id': {
    summary: 'Read a customer',
    tag,
    access: 'records:read',
    reads,
    params: IdParams,
    response: Customer,
  },
  'POST /api/customers': {
    summary: 'Create a customer',
    tag,
    access: 'records:write',
    writes,
    body: CustomerCreate,
    idempotent: true,
    status: 201,
    response: Customer,
  },
  'PATCH /api/customers/:id': {
    summary: 'Change a customer',
    description:
      'Send the version you read. If others changed different fields since, both changes are kept; if they changed the same field, the answer is 409 with both values.',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    body: CustomerPatch,
    response: Customer,
  },
  'DELETE /api/customers/:id': {
    summary: 'Move a customer to the trash',
    description: 'Draft orders go to whoever takes over; what was sold keeps the name of the customer.',
    tag,
    access: 'records:write',
    writes: writesWithWhatPoints,
    params: IdParams,
    query: TrashQuery,
    status: 204,
  },
  'POST /api/customers/:id/restore': {
    summary: 'Take a customer out of the trash',
    tag,
    access: 'records:write',
    writes: writesWithWhatPoints,
    params: IdParams,
    query: RestoreQuery,
    response: Customer,
  },
  'POST /api/customers/bulk/delete': {
    summary: 'Move several customers to the trash',
    description: 'All or nothing: an id that does not exist refuses the whole request with 404.',
    tag,
    access: 'records:write',
    writes: writesWithWhatPoints,
    body: BulkDelete,
    response: BulkResult,
  },
  'POST /api/customers/bulk/restore': {
    summary: 'Take several customers out of the trash',
    tag,
    access: 'records:write',
    writes: writesWithWhatPoints,
    body: BulkRestore,
    response: BulkResult,
  },
} as const satisfies RouteTable
