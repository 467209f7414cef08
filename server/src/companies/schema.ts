import { type Static, Type } from 'typebox'
import { CLEANED, Id, Line, Nullable, PhoneLink, Text, Timestamp, Version } from '../http/fields.ts'
import { listQuery } from '../lists/schema.ts'
import { type RecordDeclaration, recordRoutes } from '../records/record-routes.ts'
import { recordKinds } from '../vocabulary.ts'

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
  row: CompanyRow,
} as const
export const CompanyQuery = listQuery(companyList)

/** Routes of the list, of single records and of several. */
export const companyRecords = {
  path: recordKinds.company.path,
  tag: 'Companies',
  one: 'a company',
  many: 'companies',
  reads: ['companies', 'workspace'],
  writes: ['companies'],
  movesAlong: ['customers', 'orders'],
  writtenWith: recordKinds.company.writtenWith,
  query: CompanyQuery,
  row: CompanyRow,
  record: Company,
  create: CompanyCreate,
  patch: CompanyPatch,
  descriptions: {
    trash: 'Its customers and draft orders go to whoever takes over; what was sold keeps its name.',
  },
} as const satisfies RecordDeclaration
export const companyRoutes = recordRoutes(companyRecords)
