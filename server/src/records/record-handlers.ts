import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { AppContext } from '../context.ts'
import { type Db, type Tx, transaction } from '../db/database.ts'
import { createOnce } from '../http/idempotency.ts'
import { implement, type RouteRequest } from '../http/implement.ts'
import type { RouteDeclaration, RouteTable } from '../http/route.ts'
import { readPageJson } from '../lists/list.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { addressesOf, type RecordDeclaration, type RecordOf, recordRoutes } from './record-routes.ts'
import { patchRecord, readRecord } from './records.ts'
import { restoreRecords, trashRecords } from './trash.ts'
import type { Duplicates, TakeOver } from './trash-fields.ts'

/** What is special to a kind. */
interface Operations<D extends RecordDeclaration> {
  create: (tx: Tx, scope: Scope, body: Static<D['create']>) => Promise<RecordOf<D>>
  /** For records whose changes need more than their columns set. */
  patch?: (tx: Tx, scope: Scope, id: number, patch: Static<D['patch']>) => Promise<RecordOf<D>>
  /** For records that are more than their row. */
  read?: (db: Db, scope: Scope, id: number) => Promise<RecordOf<D>>
}

/** Requests of these routes, as their schemas let them through. */
interface Asked {
  scope: Scope
  params: { id: number }
  query: { take_over?: TakeOver; duplicates?: Duplicates }
  body: { ids: number[]; take_over?: TakeOver; duplicates?: Duplicates }
  http: RouteRequest<RouteDeclaration>['http']
}

/** Registers what recordRoutes() declares of a kind. */
export function registerRecords<const D extends RecordDeclaration>(
  app: FastifyInstance,
  context: AppContext,
  kind: D,
  source: ListSource,
  special: Operations<D>,
): void {
  type Row = { id: number; version: number }
  const { db, pointReads } = context
  // Those that are given read, create and change the records of this kind; what they return is written by its schema.
  const { create, patch, read } = special as unknown as Operations<RecordDeclaration> // See above.
  const one = (from: Db, scope: Scope, id: number) =>
    read ? read(from, scope, id) : readRecord(from, source, scope, id)
  const byOperation = {
    list: ({ scope, query }: Asked) => readPageJson(context, source, scope, query as object), // Its own query.
    read: ({ scope, params }: Asked) => one(pointReads, scope, params.id),
    create: ({ scope, body, http }: Asked) =>
      createOnce(db, scope, http, (tx) => create(tx, scope, body) as Promise<Row>), // See above.
    patch: ({ scope, params, body }: Asked) =>
      transaction(
        db,
        (tx) =>
          patch
            ? patch(tx, scope, params.id, body)
            : patchRecord<Row>(tx, source, scope, params.id, body as unknown as Row), // Every patch has a version.
      ),
    trash: async ({ scope, params, query }: Asked) => {
      await transaction(db, (tx) => trashRecords(tx, source, scope, [params.id], query.take_over))
    },
    restore: ({ scope, params, query }: Asked) =>
      transaction(db, async (tx) => {
        await restoreRecords(tx, source, scope, [params.id], query.duplicates)
        return one(tx, scope, params.id)
      }),
    bulkTrash: ({ scope, body }: Asked) =>
      transaction(db, async (tx) => ({
        changed: await trashRecords(tx, source, scope, body.ids, body.take_over),
      })),
    bulkRestore: ({ scope, body }: Asked) =>
      transaction(db, async (tx) => ({
        changed: await restoreRecords(tx, source, scope, body.ids, body.duplicates),
      })),
  }
  const handlers = Object.entries(addressesOf(kind.path)).map(([operation, address]) => [
    address,
    byOperation[operation as keyof typeof byOperation], // Both have the same operations.
  ])
  const routes: RouteTable = recordRoutes<RecordDeclaration>(kind)
  implement(app, routes, Object.fromEntries(handlers))
}
