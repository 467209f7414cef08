import type { AppDeps } from '../app.ts'
import type { Scope } from '../auth/scope.ts'
import { type Db, type Tx, transaction } from '../db/database.ts'
import type { ListSource } from '../lists/list-source.ts'
import { patchRecord, readRecord, restoreRecords, trashRecords } from './records.ts'

interface OfOne {
  scope: Scope
  params: { id: number }
}

interface Operations<T, P> {
  /** For records that are more than one row. */
  read?: (db: Db, scope: Scope, id: number) => Promise<T>
  /** For records whose changes need more than their columns set. */
  patch?: (tx: Tx, scope: Scope, id: number, patch: P) => Promise<T>
}

type Databases = Pick<AppDeps, 'db' | 'points'>

/** What every kind of record answers alike to GET, PATCH and DELETE of `/:id` and to POST of `/:id/restore`. */
export function recordHandlers<T extends { version: number }, P extends { version: number }>(
  { db, points }: Databases,
  source: ListSource,
  operations: Operations<T, P> = {},
) {
  const read = operations.read ?? ((from, scope, id) => readRecord<T>(from, source, scope, id))
  const patch = operations.patch ?? ((tx, scope, id, body) => patchRecord<T>(tx, source, scope, id, body))
  return {
    read: ({ scope, params }: OfOne): Promise<T> => read(points, scope, params.id),
    patch: ({ scope, params, body }: OfOne & { body: P }): Promise<T> =>
      transaction(db, (tx) => patch(tx, scope, params.id, body)),
    trash: async ({ scope, params }: OfOne): Promise<undefined> => {
      await transaction(db, (tx) => trashRecords(tx, source, scope, [params.id]))
    },
    restore: ({ scope, params }: OfOne): Promise<T> =>
      transaction(db, async (tx) => {
        await restoreRecords(tx, source, scope, [params.id])
        return read(tx, scope, params.id)
      }),
  }
}
