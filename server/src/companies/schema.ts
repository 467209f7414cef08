import { type Static, Type } from 'typebox'
import { CLEANED, Id, Line, Nullable, PhoneLink, Text, Timestamp, Version } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { listPage, listQuery } from '../lists/schema.ts'
import { TrashQuery } from '../records/trash-fields.ts'

const LABEL = '[\\p{L}\\p{N}]([\\p{L}\\p{M}\\p{N}-]{0,61}[\\p{L}\\p{M}\\p{N}])?'
/** A bare host name such as "example.com"; kept in lower case. */
const Domain = Type.String({
  [CLEANED]: 'line',
  maxLength: 253,
  pattern: `^(${LABEL}\\.)+(?!\\d+$)${LABEL}$`,
  description: 'A host name such as example.com or müller-bau.de, without https:// and what follows it.',
})

const writable = {
  name: Line(200, 1),
  domain: Nullable(Domain),
  industry: Nullable(Line(100)),
  employee_count: Nullable(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
  phone: Nullable(Line(40)),
  address: Nullable(Line(200)),
  city: Nullable(Line(100)),
  region: Nullable(Line(100)),
  postal_code: Nullable(Line(20)),
  country: Nullable(Line(60)),
  notes: Nullable(Text(10_000)),
}

export const Company = Type.Object({
  id: Id,
  ...writable,
  phone_link: PhoneLink,
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
  deleted_at: Nullable(Timestamp),
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
})
export type Company = Static<typeof Company>
export const CompanyRow = Type.Omit(Company, ['notes', 'phone_link', 'deleted_at', 'deleted_by'])
export type CompanyRow = Static<typeof CompanyRow>

const optional = Type.Partial(Type.Object(writable)).properties
export const CompanyCreate = Type.Object(
  { ...optional, name: writable.name },
  { additionalProperties: false },
)
export type CompanyCreate = Static<typeof CompanyCreate>
export const CompanyPatch = Type.Object(
  { version: Version, ...optional },
  { additionalProperties: false, minProperties: 2 },
)
export type CompanyPatch = Static<typeof CompanyPatch>

export const companyList = {
  filters: {
    name: { kind: 'name' },
    domain: { kind: 'text' },
    industry: { kind: 'choice' },
    city: { kind: 'choice' },
    country: { kind: 'choice' },
    created_at: { kind: 'time' },
  },
  sorts: ['created_at', 'name'],
  selectable: Object.keys(CompanyRow.properties),
} as const
export const CompanyQuery = listQuery(companyList)

const tag = 'Companies'
const reads = ['companies', 'workspace'] as const
const writes = ['companies'] as const
/** Deleting and restoring move what points at the record too. */
const writesWithWhatPoints = ['companies', 'customers', 'orders'] as const
export const companyRoutes = {
  'GET /api/companies': {
    summary: 'List companies',
    tag,
    access: 'records:read',
    reads,
    query: CompanyQuery,
    response: listPage(CompanyRow),
  },
  'GET /api/companies/:id': {
    summary: 'Read a company',
    tag,
    access: 'records:read',
    reads,
    params: IdParams,
    response: Company,
  },
  'POST /api/companies': {
    summary: 'Create a company',
    tag,
    access: 'records:write',
    writes,
    body: CompanyCreate,
    idempotent: true,
    status: 201,
    response: Company,
  },
  'PATCH /api/companies/:id': {
    summary: 'Change a company',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    body: CompanyPatch,
    response: Company,
  },
  'DELETE /api/companies/:id': {
    summary: 'Move a company to the trash',
    description: 'Its customers and draft orders go to whoever takes over; what was sold keeps its name.',
    tag,
    access: 'records:write',
    writes: writesWithWhatPoints,
    params: IdParams,
    query: TrashQuery,
    status: 204,
  },
  'POST /api/companies/:id/restore': {
    summary: 'Take a company out of the trash',
    tag,
    access: 'records:write',
    writes: writesWithWhatPoints,
    params: IdParams,
    response: Company,
  },
} as const satisfies RouteTable
