import { useLayoutEffect, useRef } from 'react'
import type { GridPlace } from './grid-props.ts'

/** Tells where one was when the list is left, for another list or another screen. */
export function useLeavingPlace<T>(
  store: T,
  onLeave: (place: GridPlace) => void,
  place: () => GridPlace,
): void {
  const latest = useRef({ onLeave, place })
  latest.current = { onLeave, place }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another store is another list
  useLayoutEffect(() => () => latest.current.onLeave(latest.current.place()), [store])
}

/** Runs when another list (filter, sort) takes the place of this one, but not at first. */
export function useFreshStart<T>(store: T, start: () => void): void {
  const shown = useRef(store)
  useLayoutEffect(() => {
    if (shown.current === store) return
    shown.current = store
    start()
  })
}
