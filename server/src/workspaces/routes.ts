import type { FastifyInstance } from 'fastify'
import type { AppDeps } from '../app.ts'
import { transaction } from '../db/database.ts'
import { implement } from '../http/implement.ts'
import { patchWorkspace, readWorkspace } from './queries.ts'
import { workspaceRoutes } from './schema.ts'

export function registerWorkspaces(app: FastifyInstance, { db }: AppDeps): void {
  implement(app, workspaceRoutes, {
    'GET /api/workspace': ({ scope }) => readWorkspace(db, scope),
    'PATCH /api/workspace': ({ scope, body }) => transaction(db, (tx) => patchWorkspace(tx, scope, body)),
  })
}
