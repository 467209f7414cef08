import { type Static, Type } from 'typebox'
import { BusinessTime, Id, Line, Nullable, Text, Timestamp, Version } from '../http/fields.ts'
import { listQuery } from '../lists/schema.ts'
import { type RecordDeclaration, recordRoutes } from '../records/record-routes.ts'
import { interactionKinds, recordKinds } from '../vocabulary.ts'

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
  row: InteractionRow,
  search: false,
} as const
export const InteractionQuery = listQuery(interactionList)

/** Routes of the list, of single records and of several. */
export const interactionRecords = {
  path: recordKinds.interaction.path,
  tag: 'Interactions',
  one: 'an interaction',
  many: 'interactions',
  reads: ['interactions', 'customers', 'companies', 'sales_representatives', 'workspace'],
  writes: ['interactions'],
  writtenWith: recordKinds.interaction.writtenWith,
  query: InteractionQuery,
  row: InteractionRow,
  record: Interaction,
  create: InteractionCreate,
  patch: InteractionPatch,
  summaries: { create: 'Log a call, email, meeting or note' },
  descriptions: {
    create: 'It must concern a customer or a company. occurred_at is now unless given.',
  },
} as const satisfies RecordDeclaration
export const interactionRoutes = recordRoutes(interactionRecords)
