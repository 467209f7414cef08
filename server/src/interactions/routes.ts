import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement } from '../http/implement.ts'
import { readPageJson } from '../lists/list.ts'
import { recordHandlers } from '../records/record-handlers.ts'
import { createInteraction, interactionSource } from './queries.ts'
import { type Interaction, type InteractionPatch, interactionRoutes } from './schema.ts'

export function registerInteractions(app: FastifyInstance, deps: AppContext): void {
  const { db } = deps
  const interaction = recordHandlers<Interaction, InteractionPatch>(deps, interactionSource)
  implement(app, interactionRoutes, {
    'GET /api/interactions': ({ scope, query }) => readPageJson(deps, interactionSource, scope, query),
    'GET /api/interactions/:id': interaction.read,
    'POST /api/interactions': ({ scope, body, http }) =>
      createOnce(db, scope, http, (tx) => createInteraction(tx, scope, body)),
    'PATCH /api/interactions/:id': interaction.patch,
    'DELETE /api/interactions/:id': interaction.trash,
    'POST /api/interactions/:id/restore': interaction.restore,
  })
}
