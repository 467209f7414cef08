import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { transaction } from '../db/database.ts'
import { implement } from '../http/implement.ts'
import { patchWorkspace, readWorkspace } from './queries.ts'
import { workspaceRoutes } from './schema.ts'

export function registerWorkspaces(app: FastifyInstance, { db }: AppContext): void {
  implement(app, workspaceRoutes, {
    'GET /api/workspace': ({ scope }) => readWorkspace(db, scope),
    'PATCH /api/workspace': ({ scope, body }) => transaction(db, (tx) => patchWorkspace(tx, scope, body)),
  })
}
