import type { FastifyInstance } from 'fastify'
import { may } from '../auth/permissions.ts'
import type { AppContext } from '../context.ts'
import { transaction } from '../db/database.ts'
import { forbidden } from '../errors.ts'
import { implement } from '../http/implement.ts'
import { kindParts } from '../kinds.ts'
import { restoreRecords, trashRecords } from '../records/trash.ts'
import type { Scope } from '../scope.ts'
import { kindOfPath, type RecordPath, recordKinds } from '../vocabulary.ts'
import { purgeRecords } from './purge.ts'
import { countEachTrash, listTrash } from './queries.ts'
import { trashRoutes } from './schema.ts'

export function registerTrash(app: FastifyInstance, { db }: AppContext): void {
  implement(app, trashRoutes, {
    'GET /api/trash': async ({ scope }) => ({ items: await countEachTrash(db, scope) }),
    'GET /api/trash/:kind': ({ scope, params, query }) =>
      listTrash(db, scope, kindParts[kindOfPath[params.kind]], query),
    'POST /api/trash/:kind': async ({ scope, params, body }) => {
      const source = sourceFor(scope, params.kind)
      return transaction(db, async (tx) => ({
        changed: await trashRecords(tx, source, scope, body.ids, body.take_over),
      }))
    },
    'POST /api/trash/:kind/restore': async ({ scope, params, body }) => {
      const source = sourceFor(scope, params.kind)
      return transaction(db, async (tx) => ({
        changed: await restoreRecords(tx, source, scope, body.ids, body.duplicates),
      }))
    },
    'POST /api/trash/:kind/purge': ({ scope, params, body }) =>
      transaction(db, async (tx) => ({
        changed: await purgeRecords(tx, kindParts[kindOfPath[params.kind]].source, scope, body.ids),
      })),
  })
}

/** The kind's records, for those who may delete and restore them. */
function sourceFor(scope: Scope, path: RecordPath) {
  const kind = kindOfPath[path]
  if (!may(scope.role, recordKinds[kind].writtenWith)) throw forbidden()
  return kindParts[kind].source
}
