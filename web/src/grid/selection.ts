import { useMemo, useState } from 'react'
import type { RowStore } from '../rows/row-store.ts'

export interface Selection {
  ids: ReadonlySet<number>
  /** Whether these are but the first rows of a list that has more. */
  cutShort: boolean
  toggle: (index: number) => void
  /** Selects everything loaded between the last toggled row and this one. */
  extendTo: (index: number) => void
  replace: (ids: Iterable<number>, cutShort: boolean) => void
  clear: () => void
}

const NOTHING: ReadonlySet<number> = new Set()

/** What is selected of a list. `question` says which rows the list has: with another one nothing is selected. */
export function useSelection<Row extends { id: number }>(store: RowStore<Row>, question: string): Selection {
  const [selected, set] = useState({ ids: NOTHING, anchor: 0, cutShort: false, question })
  const { ids, anchor, cutShort } =
    selected.question === question ? selected : { ids: NOTHING, anchor: 0, cutShort: false }
  return useMemo(
    () => ({
      ids,
      cutShort,
      toggle: (index) => {
        const id = store.rowAt(index)?.id
        if (id === undefined) return
        const next = new Set(ids)
        if (!next.delete(id)) next.add(id)
        set({ ids: next, anchor: index, cutShort: false, question })
      },
      extendTo: (index) => {
        const next = new Set(ids)
        for (let at = Math.min(anchor, index); at <= Math.max(anchor, index); at += 1) {
          const id = store.rowAt(at)?.id
          if (id !== undefined) next.add(id)
        }
        set({ ids: next, anchor: index, cutShort: false, question })
      },
      replace: (chosen, short) => set({ ids: new Set(chosen), anchor: 0, cutShort: short, question }),
      clear: () => set({ ids: NOTHING, anchor: 0, cutShort: false, question }),
    }),
    [ids, anchor, cutShort, store, question],
  )
}
