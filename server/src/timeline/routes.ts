import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { implement } from '../http/implement.ts'
import { timelineKinds } from '../vocabulary.ts'
import { readTimeline } from './queries.ts'
import { timelineKey, timelineRoutes } from './schema.ts'

export function registerTimeline(app: FastifyInstance, { db }: AppContext): void {
  for (const kind of timelineKinds) {
    const key = timelineKey(kind)
    implement(
      app,
      { [key]: timelineRoutes[key] },
      {
        [key]: ({ scope, params, query }) => readTimeline(db, scope, { kind, id: params.id }, query),
      },
    )
  }
}
