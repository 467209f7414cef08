import { useMemo, useState } from 'react'
import type { RowStore } from './row-store.ts'

export interface Selection {
  ids: ReadonlySet<number>
  toggle: (index: number) => void
  /** Selects everything loaded between the last toggled row and this one. */
  extendTo: (index: number) => void
  replace: (ids: Iterable<number>) => void
  clear: () => void
}

const NOTHING: ReadonlySet<number> = new Set()

export function useSelection<Row extends { id: number }>(store: RowStore<Row>): Selection {
  const [{ ids, anchor }, set] = useState({ ids: NOTHING, anchor: 0 })
  return useMemo(
    () => ({
      ids,
      toggle: (index) => {
        const id = store.rowAt(index)?.id
        if (id === undefined) return
        const next = new Set(ids)
        if (!next.delete(id)) next.add(id)
        set({ ids: next, anchor: index })
      },
      extendTo: (index) => {
        const next = new Set(ids)
        for (let at = Math.min(anchor, index); at <= Math.max(anchor, index); at += 1) {
          const id = store.rowAt(at)?.id
          if (id !== undefined) next.add(id)
        }
        set({ ids: next, anchor: index })
      },
      replace: (chosen) => set({ ids: new Set(chosen), anchor: 0 }),
      clear: () => set({ ids: NOTHING, anchor: 0 }),
    }),
    [ids, anchor, store],
  )
}
