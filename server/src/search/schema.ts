import { type Static, Type } from 'typebox'
import { Id, Nullable } from '../http/fields.ts'
import type { RouteTable } from '../http/route.ts'
import { recordKinds, searchKinds } from '../vocabulary.ts'

export const SEARCH_LIMIT_MAX = 50

export const SearchHit = Type.Object({
  kind: Type.Enum(searchKinds),
  id: Id,
  title: Type.String(),
  detail: Nullable(Type.String({ description: 'A second line: email, domain, SKU, customer.' })),
})
export type SearchHit = Static<typeof SearchHit>

const SearchQuery = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: 100 }),
    kind: Type.Optional(Type.Enum(searchKinds)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SEARCH_LIMIT_MAX, default: 10 })),
  },
  { additionalProperties: false },
)

export const searchRoutes = {
  'GET /api/search': {
    summary: 'Find records by parts of their words, phone digits or numbers',
    tag: 'Search',
    access: 'records:read',
    reads: searchKinds.map((kind) => recordKinds[kind].table),
    personal: true,
    query: SearchQuery,
    response: Type.Object({ items: Type.Array(SearchHit) }),
  },
} as const satisfies RouteTable
