import { type Static, Type } from 'typebox'
import { Amount, CalendarDate, Currency, Id, Nullable } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import { interactionKinds, orderStatuses } from '../vocabulary.ts'

export const TIMELINE_LIMIT_MAX = 100
export const TIMELINE_LIMIT_DEFAULT = 30

const FieldChange = Type.Object({
  field: Type.String(),
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
})

/** One entry: exactly one of interaction, order and change is set, as `kind` says. */
export const TimelineEntry = Type.Object({
  kind: Type.Enum(['interaction', 'order', 'change']),
  id: Id,
  at: Type.String({ format: 'date-time', description: 'UTC, ISO 8601; of an order, the start of its day.' }),
  by: Nullable(Type.String({ description: 'Who did it, by name.' })),
  interaction: Nullable(
    Type.Object({
      kind: Type.Enum(interactionKinds),
      subject: Type.String(),
      body: Nullable(Type.String()),
      duration_minutes: Nullable(Type.Integer()),
      customer_id: Nullable(Id),
      customer_name: Nullable(Type.String()),
      version: Type.Integer(),
    }),
  ),
  order: Nullable(
    Type.Object({
      order_number: Type.String(),
      order_date: CalendarDate,
      status: Type.Enum(orderStatuses),
      total_amount: Amount,
      currency: Currency,
    }),
  ),
  change: Nullable(
    Type.Object({
      action: Type.Enum(['created', 'updated', 'deleted', 'restored']),
      fields: Type.Array(FieldChange),
    }),
  ),
})
export type TimelineEntry = Static<typeof TimelineEntry>

const TimelineQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: TIMELINE_LIMIT_MAX, default: TIMELINE_LIMIT_DEFAULT }),
    ),
    after: Type.Optional(
      Type.String({ maxLength: 200, description: 'Cursor: older entries. From `next_cursor`.' }),
    ),
    kinds: Type.Optional(
      Type.String({
        pattern: '^(interaction|order|change)(,(interaction|order|change)){0,2}$',
        description: 'Only these kinds, separated by commas.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type TimelineQuery = Static<typeof TimelineQuery>

export const TimelinePage = Type.Object({
  items: Type.Array(TimelineEntry),
  next_cursor: Nullable(Type.String()),
})
export type TimelinePage = Static<typeof TimelinePage>

const tag = 'Timeline'
export const timelineRoutes = {
  'GET /api/customers/:id/timeline': {
    summary: "A customer's interactions, orders and changes, newest first",
    tag,
    access: 'records:read',
    params: IdParams,
    query: TimelineQuery,
    response: TimelinePage,
  },
  'GET /api/companies/:id/timeline': {
    summary: "A company's interactions, orders and changes, newest first",
    tag,
    access: 'records:read',
    params: IdParams,
    query: TimelineQuery,
    response: TimelinePage,
  },
} as const satisfies RouteTable
