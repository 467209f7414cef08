import { type Static, Type } from 'typebox'
import { Email, Id, InTrash, Line, Nullable, PhoneLink, Text, Timestamp, Version } from '../http/fields.ts'
import { listQuery } from '../lists/schema.ts'
import { type RecordDeclaration, recordRoutes } from '../records/record-routes.ts'
import { recordKinds } from '../vocabulary.ts'

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
  row: SalesRepresentativeRow,
} as const
export const SalesRepresentativeQuery = listQuery(salesRepresentativeList)

/** Routes of the list, of single records and of several. */
export const salesRepresentativeRecords = {
  path: recordKinds.sales_representative.path,
  tag: 'Sales representatives',
  one: 'a sales representative',
  many: 'sales representatives',
  reads: ['sales_representatives', 'workspace'],
  writes: ['sales_representatives'],
  movesAlong: ['customers', 'orders'],
  writtenWith: recordKinds.sales_representative.writtenWith,
  query: SalesRepresentativeQuery,
  row: SalesRepresentativeRow,
  record: SalesRepresentative,
  create: SalesRepresentativeCreate,
  patch: SalesRepresentativePatch,
  descriptions: {
    trash:
      'Customers, team and draft orders go to whoever takes over; what was sold and said keeps its name.',
  },
} as const satisfies RecordDeclaration
export const salesRepresentativeRoutes = recordRoutes(salesRepresentativeRecords)
