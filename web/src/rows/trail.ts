import { forgetOnSignOut } from '../session-state.ts'
import type { RowStore } from './row-store.ts'

/** The list that a record was opened from, for going to its neighbours and back. */
interface Trail {
  object: string
  store: RowStore<{ id: number }>
  /** The address of the list. */
  href: string
}

let trail: Trail | undefined
forgetOnSignOut(() => {
  trail = undefined
})

export function leaveTrail<Row extends { id: number }>(
  object: string,
  store: RowStore<Row>,
  href: string,
): void {
  // Only ids are read from it.
  trail = { object, store: store as unknown as RowStore<{ id: number }>, href }
}

export function trailOf(object: string): Trail | undefined {
  return trail?.object === object ? trail : undefined
}
