import type { AppContext } from '../context.ts'
import { type Tx, transaction } from '../db/database.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { patchRecord, readRecord } from './records.ts'
import { restoreRecords, trashRecords } from './trash.ts'
import type { Duplicates, TakeOver } from './trash-fields.ts'

interface OfOne {
  scope: Scope
  params: { id: number }
}

/** Undefined where the route has no query. */
interface Deciding<Q> {
  query: Q | undefined
}

interface Operations<T, P> {
  /** For records whose changes need more than their columns set. */
  patch?: (tx: Tx, scope: Scope, id: number, patch: P) => Promise<T>
}

type Databases = Pick<AppContext, 'db' | 'pointReads'>

/** What every kind of record answers alike to GET, PATCH and DELETE of `/:id` and to POST of `/:id/restore`. */
export function recordHandlers<T extends { id: number; version: number }, P extends { version: number }>(
  { db, pointReads }: Databases,
  source: ListSource,
  operations: Operations<T, P> = {},
) {
  const patch = operations.patch ?? ((tx, scope, id, body) => patchRecord<T>(tx, source, scope, id, body))
  return {
    read: ({ scope, params }: OfOne): Promise<T> => readRecord<T>(pointReads, source, scope, params.id),
    patch: ({ scope, params, body }: OfOne & { body: P }): Promise<T> =>
      transaction(db, (tx) => patch(tx, scope, params.id, body)),
    trash: async ({
      scope,
      params,
      query,
    }: OfOne & Deciding<{ take_over?: TakeOver }>): Promise<undefined> => {
      await transaction(db, (tx) => trashRecords(tx, source, scope, [params.id], query?.take_over))
    },
    restore: ({ scope, params, query }: OfOne & Deciding<{ duplicates?: Duplicates }>): Promise<T> =>
      transaction(db, async (tx) => {
        await restoreRecords(tx, source, scope, [params.id], query?.duplicates)
        return readRecord<T>(tx, source, scope, params.id)
      }),
  }
}
