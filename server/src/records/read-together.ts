import type { Database } from '../db/database.ts'
import { overloaded } from '../errors.ts'
import type { ListSource } from '../lists/list-source.ts'
import type { Scope } from '../scope.ts'
import { rightsClass } from '../visible.ts'
import { readRecords, recordNotFound } from './records.ts'

/** Askers that may wait for the statement after the one under way; more are turned away at once. */
export const WAITING_MAX = 256

/** Who is answered by the same statement. */
interface Group<T> {
  /** Of the first of them; the others see the same. */
  scope: Scope
  ids: number[]
  askers: PromiseWithResolvers<T>[]
}

/**
 * Reads of one kind of record by id. While a statement for people who see the same is under way, all others of them wait
 * for it to end, and are the next statement together: the more ask, the less each costs, and who is alone does not
 * wait (group commit, applied to reads; `npm run bench limits` shows its gain). Each gets their own record, or 404; if
 * the statement fails, all who shared it.
 */
export function readTogether<T extends { id: number }>(
  db: Database,
  source: ListSource,
): (scope: Scope, id: number) => Promise<T> {
  /** Of each rights class with a statement under way, or about to be: who waits for the one after it. */
  const waiting = new Map<string, Group<T>>()
  const next = async (rights: string) => {
    const group = waiting.get(rights)
    if (!group?.ids.length) return waiting.delete(rights)
    waiting.set(rights, { scope: group.scope, ids: [], askers: [] })
    await answer(db, source, group)
    // Those who were just answered may ask again in this turn of the event loop.
    setImmediate(next, rights)
  }
  const openGroup = (scope: Scope, rights: string): Group<T> => {
    const group: Group<T> = { scope, ids: [], askers: [] }
    waiting.set(rights, group)
    setImmediate(next, rights)
    return group
  }
  return async (scope, id) => {
    const rights = rightsClass(scope)
    const group = waiting.get(rights) ?? openGroup(scope, rights)
    if (group.ids.length >= WAITING_MAX) throw overloaded('Too many requests are waiting for the database.')
    const asker = Promise.withResolvers<T>()
    group.ids.push(id)
    group.askers.push(asker)
    return asker.promise
  }
}

async function answer<T extends { id: number }>(
  db: Database,
  source: ListSource,
  { scope, ids, askers }: Group<T>,
): Promise<void> {
  try {
    const records = await readRecords<T>(db, source, scope, ids)
    const found = new Map(records.map((record) => [record.id, record]))
    for (const [place, asker] of askers.entries()) {
      const record = found.get(ids[place] ?? 0)
      if (record) asker.resolve(record)
      else asker.reject(recordNotFound(source))
    }
  } catch (error) {
    for (const asker of askers) asker.reject(error)
  }
}
