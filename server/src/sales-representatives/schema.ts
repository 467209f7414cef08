import { type Static, Type } from 'typebox'
import { Email, Id, InTrash, Line, Nullable, PhoneLink, Text, Timestamp, Version } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { listPage, listQuery } from '../lists/schema.ts'
import { RestoreQuery, TrashQuery } from '../records/trash-fields.ts'

const writable = {
  first_name: Line(100),
  last_name: Line(100, 1),
  email: Nullable(Email),
  phone: Nullable(Line(40)),
  title: Nullable(Line(100)),
  region: Nullable(Line(100)),
  manager_id: Nullable(Id),
  user_id: Nullable(
    Type.String({
      maxLength: 64,
      pattern: '^[^\\u0000]*$',
      description: 'The member who signs in as this representative.',
    }),
  ),
  active: Type.Boolean(),
  notes: Nullable(Text(10_000)),
}

export const SalesRepresentative = Type.Object({
  id: Id,
  ...writable,
  email: Nullable(Type.String()),
  manager_name: Nullable(Type.String()),
  manager_in_trash: InTrash,
  phone_link: PhoneLink,
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
  deleted_at: Nullable(Timestamp),
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
})
export type SalesRepresentative = Static<typeof SalesRepresentative>
export const SalesRepresentativeRow = Type.Omit(SalesRepresentative, [
  'notes',
  'phone_link',
  'deleted_at',
  'deleted_by',
])
export type SalesRepresentativeRow = Static<typeof SalesRepresentativeRow>

const optional = Type.Partial(Type.Object(writable)).properties
export const SalesRepresentativeCreate = Type.Object(
  { ...optional, last_name: writable.last_name },
  { additionalProperties: false },
)
export type SalesRepresentativeCreate = Static<typeof SalesRepresentativeCreate>
export const SalesRepresentativePatch = Type.Object(
  { version: Version, ...optional },
  { additionalProperties: false, minProperties: 2 },
)
export type SalesRepresentativePatch = Static<typeof SalesRepresentativePatch>

export const salesRepresentativeList = {
  filters: {
    first_name: { kind: 'name' },
    last_name: { kind: 'name' },
    email: { kind: 'text' },
    region: { kind: 'choice' },
    manager_id: { kind: 'reference' },
    active: { kind: 'boolean' },
    created_at: { kind: 'time' },
  },
  sorts: ['created_at', 'last_name'],
  selectable: Object.keys(SalesRepresentativeRow.properties),
} as const
export const SalesRepresentativeQuery = listQuery(salesRepresentativeList)

const tag = 'Sales representatives'
const reads = ['sales_representatives', 'workspace'] as const
const writes = ['sales_representatives'] as const
/** Deleting and restoring move what points at the record too. */
const writesWithWhatPoints = ['sales_representatives', 'customers', 'orders'] as const
export const salesRepresentativeRoutes = {
  'GET /api/sales-representatives': {
    summary: 'List sales representatives',
    tag,
    access: 'records:read',
    reads,
    query: SalesRepresentativeQuery,
    response: listPage(SalesRepresentativeRow),
  },
  'GET /api/sales-representatives/:id': {
    summary: 'Read a sales representative',
    tag,
    access: 'records:read',
    reads,
    params: IdParams,
    response: SalesRepresentative,
  },
  'POST /api/sales-representatives': {
    summary: 'Create a sales representative',
    tag,
    access: 'team:write',
    writes,
    body: SalesRepresentativeCreate,
    idempotent: true,
    status: 201,
    response: SalesRepresentative,
  },
  'PATCH /api/sales-representatives/:id': {
    summary: 'Change a sales representative',
    tag,
    access: 'team:write',
    writes,
    params: IdParams,
    body: SalesRepresentativePatch,
    response: SalesRepresentative,
  },
  'DELETE /api/sales-representatives/:id': {
    summary: 'Move a sales representative to the trash',
    description:
      'Customers, team and draft orders go to whoever takes over; what was sold and said keeps its name.',
    tag,
    access: 'team:write',
    writes: writesWithWhatPoints,
    params: IdParams,
    query: TrashQuery,
    status: 204,
  },
  'POST /api/sales-representatives/:id/restore': {
    summary: 'Take a sales representative out of the trash',
    tag,
    access: 'team:write',
    writes: writesWithWhatPoints,
    params: IdParams,
    query: RestoreQuery,
    response: SalesRepresentative,
  },
} as const satisfies RouteTable
