import { type Static, Type } from 'typebox'
import { BusinessTime, Id, Line, Nullable, Text, Timestamp, Version } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { listPage, listQuery } from '../lists/schema.ts'
import { interactionKinds } from '../vocabulary.ts'

const writable = {
  kind: Type.Enum(interactionKinds),
  customer_id: Nullable(Id),
  company_id: Nullable(Id),
  sales_rep_id: Nullable(Id),
  occurred_at: BusinessTime,
  duration_minutes: Nullable(Type.Integer({ minimum: 0, maximum: 10_080 })),
  subject: Line(200),
  body: Nullable(Text(50_000)),
}

export const Interaction = Type.Object({
  id: Id,
  ...writable,
  // In UTC the year may be the one beside those that are taken.
  occurred_at: Timestamp,
  customer_name: Nullable(Type.String()),
  company_name: Nullable(Type.String()),
  sales_rep_name: Nullable(Type.String()),
  version: Version,
  created_at: Timestamp,
  updated_at: Timestamp,
  deleted_at: Nullable(Timestamp),
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
})
export type Interaction = Static<typeof Interaction>
export const InteractionRow = Type.Omit(Interaction, ['body', 'deleted_at', 'deleted_by'])
export type InteractionRow = Static<typeof InteractionRow>

const optional = Type.Partial(Type.Object(writable)).properties
export const InteractionCreate = Type.Object(
  { ...optional, kind: writable.kind },
  { additionalProperties: false },
)
export type InteractionCreate = Static<typeof InteractionCreate>
export const InteractionPatch = Type.Object(
  { version: Version, ...optional },
  { additionalProperties: false, minProperties: 2 },
)
export type InteractionPatch = Static<typeof InteractionPatch>

export const interactionList = {
  filters: {
    kind: { kind: 'choice', values: interactionKinds },
    customer_id: { kind: 'reference' },
    company_id: { kind: 'reference' },
    sales_rep_id: { kind: 'reference' },
    occurred_at: { kind: 'time' },
  },
  sorts: ['occurred_at'],
  selectable: Object.keys(InteractionRow.properties),
  search: false,
} as const
export const InteractionQuery = listQuery(interactionList)

const tag = 'Interactions'
const reads = ['interactions', 'customers', 'companies', 'sales_representatives', 'workspace'] as const
const writes = ['interactions'] as const
export const interactionRoutes = {
  'GET /api/interactions': {
    summary: 'List interactions',
    tag,
    access: 'records:read',
    reads,
    query: InteractionQuery,
    response: listPage(InteractionRow),
  },
  'GET /api/interactions/:id': {
    summary: 'Read an interaction',
    tag,
    access: 'records:read',
    reads,
    params: IdParams,
    response: Interaction,
  },
  'POST /api/interactions': {
    summary: 'Log a call, email, meeting or note',
    description: 'It must concern a customer or a company. occurred_at is now unless given.',
    tag,
    access: 'records:write',
    writes,
    body: InteractionCreate,
    idempotent: true,
    status: 201,
    response: Interaction,
  },
  'PATCH /api/interactions/:id': {
    summary: 'Change an interaction',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    body: InteractionPatch,
    response: Interaction,
  },
  'DELETE /api/interactions/:id': {
    summary: 'Move an interaction to the trash',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    status: 204,
  },
  'POST /api/interactions/:id/restore': {
    summary: 'Take an interaction out of the trash',
    tag,
    access: 'records:write',
    writes,
    params: IdParams,
    response: Interaction,
  },
} as const satisfies RouteTable
