import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { implement } from '../http/implement.ts'
import { type ShownOfHits, search } from './queries.ts'
import { searchRoutes } from './schema.ts'

const LIMIT_DEFAULT = 10

export function registerSearch(app: FastifyInstance, { db }: AppContext, shown: ShownOfHits): void {
  implement(app, searchRoutes, {
    'GET /api/search': async ({ scope, query }) => ({
      items: await search(db, scope, { ...query, limit: query.limit ?? LIMIT_DEFAULT }, shown),
    }),
  })
}
