import { forgetOnSignOut } from '../session-state.ts'
import { type LoadPage, RowStore } from './row-store.ts'

/** Lists kept for going back to, beyond those on the screen. */
const KEPT_MAX = 12

// Each object's stores hold its own kind of row; storeFor is asked with the same kind every time.
type AnyStore = RowStore<{ id: number }>
const stores = new Map<string, AnyStore>()

/** The store of one list: the same for the same object and question, while it is kept. */
export function storeFor<Row extends { id: number }>(
  object: string,
  question: unknown,
  load: LoadPage<Row>,
): RowStore<Row> {
  const key = `${object} ${JSON.stringify(question)}`
  const kept = stores.get(key) ?? (new RowStore(load) as unknown as AnyStore) // See AnyStore.
  // Set again so that the Map stays in the order of use.
  stores.delete(key)
  stores.set(key, kept)
  for (const [old, store] of stores) {
    if (stores.size <= KEPT_MAX) break
    if (!store.watched) stores.delete(old)
  }
  return kept as unknown as RowStore<Row> // See AnyStore.
}

function storesOf(object: string): [string, AnyStore][] {
  return [...stores].filter(([key]) => key.startsWith(`${object} `))
}

/** Shows a change of a record in every list that holds it. */
export function patchLists(object: string, id: number, change: object): void {
  for (const [, store] of storesOf(object)) store.patch(id, change)
}

/** Loads the lists of an object again: rows have come or gone. Those not on the screen are forgotten. */
export function refreshLists(object: string): void {
  for (const [key, store] of storesOf(object)) {
    if (store.watched) store.refresh()
    else stores.delete(key)
  }
}

// Other people work meanwhile: whoever comes back to the window sees what is true now.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return
  for (const store of stores.values()) if (store.watched) store.begin()
})

/** Forgets everything, as when an import may have changed any list. */
export function forgetLists(): void {
  stores.clear()
}
forgetOnSignOut(forgetLists)
