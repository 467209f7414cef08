import { type Static, Type } from 'typebox'
import { Currency, Line, Nullable, Version } from '../http/fields.ts'
import type { RouteTable } from '../http/route.ts'
import { countries } from '../values/countries.ts'

export const Workspace = Type.Object({
  id: Type.Integer(),
  name: Line(100, 1),
  time_zone: Type.String({
    maxLength: 64,
    pattern: '^[A-Za-z0-9_+/-]+$',
    description: 'IANA name; decides what "today" means.',
  }),
  country: Nullable(
    Type.Enum(countries, {
      description: 'ISO 3166 code; phones without a country code are numbers of it.',
    }),
  ),
  currency: Currency,
  unique_customer_emails: Type.Boolean({
    description:
      'Refuse two customers with the same email. Switching rewrites every customer: about a minute for half a million, in which others cannot save.',
  }),
  trash_days: Nullable(
    Type.Integer({
      minimum: 1,
      maximum: 3_650,
      description:
        'Days after which what is in the trash is deleted for good; null for never. After a change nothing is deleted before so many days have passed.',
    }),
  ),
  version: Version,
})
export type Workspace = Static<typeof Workspace>

const { id: _id, version, ...writable } = Workspace.properties
export const WorkspacePatch = Type.Object(
  { version, ...Type.Partial(Type.Object(writable)).properties },
  { additionalProperties: false, minProperties: 2 },
)
export type WorkspacePatch = Static<typeof WorkspacePatch>

const tag = 'Workspace'
export const workspaceRoutes = {
  'GET /api/workspace': {
    summary: 'Settings of the workspace',
    tag,
    access: 'records:read',
    response: Workspace,
  },
  'PATCH /api/workspace': {
    summary: 'Change settings of the workspace',
    tag,
    access: 'workspace:write',
    writes: ['workspace'],
    body: WorkspacePatch,
    response: Workspace,
  },
} as const satisfies RouteTable
