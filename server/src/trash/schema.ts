import { type Static, Type } from 'typebox'
import { subjects } from '../cache/subjects.ts'
import { Id, Nullable, Timestamp } from '../http/fields.ts'
import type { RouteTable } from '../http/route.ts'
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, Total } from '../lists/schema.ts'
import { Duplicates, TakeOver } from '../records/trash-fields.ts'
import { type RecordPath, recordPaths } from '../vocabulary.ts'

export const TRASH_IDS_MAX = 1_000

const KindParams = Type.Object({ kind: Type.Enum([...recordPaths]) })

export const TrashEntry = Type.Object({
  id: Id,
  title: Type.String({ description: 'What it is called: a name, a number, a subject.' }),
  detail: Nullable(Type.String({ description: 'A second line: email, domain, SKU, customer.' })),
  deleted_at: Timestamp,
  deleted_by: Nullable(Type.String({ description: 'Who moved it to the trash, by name.' })),
})
export type TrashEntry = Static<typeof TrashEntry>

export const TrashPage = Type.Object({
  items: Type.Array(TrashEntry),
  next_cursor: Nullable(Type.String()),
  total: Total,
})
export type TrashPage = Static<typeof TrashPage>

const TrashListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT })),
    after: Type.Optional(
      Type.String({ maxLength: 1_000, description: 'Cursor: what was deleted before. From `next_cursor`.' }),
    ),
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Beginnings of words, numbers or phone digits.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type TrashListQuery = Static<typeof TrashListQuery>

const TrashCount = Type.Object({ kind: Type.Enum([...recordPaths]), ...Total.properties })
export interface TrashCount {
  kind: RecordPath
  count: number
  exact: boolean
}

const closed = { additionalProperties: false }
const ids = Type.Array(Id, { minItems: 1, maxItems: TRASH_IDS_MAX, uniqueItems: true })
const Changed = Type.Object({
  changed: Type.Integer({ description: 'Records changed; those already so are not counted.' }),
})

const tag = 'Trash'
// Who is in the trash of one kind is named by others, and comes back with what points at it.
const reads = subjects
const writes = subjects
export const trashRoutes = {
  'GET /api/trash': {
    summary: 'How much is in the trash of each kind',
    tag,
    access: 'records:read',
    reads,
    response: Type.Object({ items: Type.Array(TrashCount) }),
  },
  'GET /api/trash/:kind': {
    summary: 'List what is in the trash, the last deleted first',
    tag,
    access: 'records:read',
    reads,
    params: KindParams,
    query: TrashListQuery,
    response: TrashPage,
  },
  'POST /api/trash/:kind': {
    summary: 'Move several records to the trash',
    description:
      'All or nothing: an id that does not exist refuses the whole request with 404. Needs the right to change records of the kind.',
    tag,
    access: 'records:write',
    writes,
    params: KindParams,
    body: Type.Object({ ids, take_over: Type.Optional(TakeOver) }, closed),
    response: Changed,
  },
  'POST /api/trash/:kind/restore': {
    summary: 'Take several records out of the trash',
    description:
      'They get back what their deletion handed over, as far as nobody has changed it since. All or nothing.',
    tag,
    access: 'records:write',
    writes,
    params: KindParams,
    body: Type.Object({ ids, duplicates: Type.Optional(Duplicates) }, closed),
    response: Changed,
  },
  'POST /api/trash/:kind/purge': {
    summary: 'Delete several records of the trash for good',
    description:
      'This cannot be undone. Their history goes with them, and notes and calls that concern nobody else. Orders stay, and all figures with them: what named the records names nobody. A product that stands on an order is not deleted for good: 409 (in-use).',
    tag,
    access: 'trash:purge',
    writes,
    params: KindParams,
    body: Type.Object({ ids }, closed),
    response: Changed,
  },
} as const satisfies RouteTable
