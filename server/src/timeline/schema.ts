import { type Static, Type } from 'typebox'
import { Amount, CalendarDate, Currency, Id, Nullable } from '../http/fields.ts'
import { IdParams, type RouteTable } from '../http/route.ts'
import {
  interactionKinds,
  orderStatuses,
  type PathOf,
  recordKinds,
  type TimelineKind,
  timelineKinds,
} from '../vocabulary.ts'

export const TIMELINE_LIMIT_MAX = 100
export const TIMELINE_LIMIT_DEFAULT = 30

/** In the order in which entries of the same moment stand, newest first. */
export const entryKinds = ['interaction', 'order', 'change'] as const
export type EntryKind = (typeof entryKinds)[number]
const anEntryKind = `(${entryKinds.join('|')})`

const FieldChange = Type.Object({
  field: Type.String(),
  from: Nullable(Type.String()),
  to: Nullable(Type.String()),
})

/** One entry: exactly one of interaction, order and change is set, as `kind` says. */
export const TimelineEntry = Type.Object({
  kind: Type.Enum(entryKinds),
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
        pattern: `^${anEntryKind}(,${anEntryKind}){0,${entryKinds.length - 1}}$`,
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

const ofOneRecord = {
  tag: 'Timeline',
  access: 'records:read',
  params: IdParams,
  query: TimelineQuery,
  response: TimelinePage,
} as const

/** The address of the timelines of a kind. */
export function timelineKey<K extends TimelineKind>(kind: K) {
  const path: PathOf<K> = recordKinds[kind].path
  return `GET /api/${path}/:id/timeline` as const
}

type TimelineRoutes = {
  [K in TimelineKind as ReturnType<typeof timelineKey<K>>]: typeof ofOneRecord & { summary: string }
}
export const timelineRoutes = Object.fromEntries(
  timelineKinds.map((kind) => [
    timelineKey(kind),
    { summary: `${ofA(kind)} interactions, orders and changes, newest first`, ...ofOneRecord },
  ]),
) as TimelineRoutes satisfies RouteTable // Object.fromEntries knows texts only.

/** "A customer's". */
function ofA(kind: TimelineKind): string {
  const { noun } = recordKinds[kind]
  return `${/^[aeiou]/.test(noun) ? 'An' : 'A'} ${noun}'s`
}
