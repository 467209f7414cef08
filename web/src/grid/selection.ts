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
  /** Takes these out, whatever was chosen beside them meanwhile. */
  drop: (gone: Iterable<number>) => void
  clear: () => void
}

const NOTHING: ReadonlySet<number> = new Set()
/** The row that was toggled last, and its record: it may be in another row by now. */
interface Anchor {
  index: number
  id: number | undefined
}
const TOP: Anchor = { index: 0, id: undefined }

/** What is selected of a list. `question` says which rows the list has: with another one nothing is selected. */
export function useSelection<Row extends { id: number }>(store: RowStore<Row>, question: string): Selection {
  const [selected, set] = useState({ ids: NOTHING, anchor: TOP, cutShort: false, question })
  const { ids, anchor, cutShort } =
    selected.question === question ? selected : { ids: NOTHING, anchor: TOP, cutShort: false }
  return useMemo(
    () => ({
      ids,
      cutShort,
      toggle: (index) => {
        const id = store.rowAt(index)?.id
        if (id === undefined) return
        const next = new Set(ids)
        if (!next.delete(id)) next.add(id)
        set({ ids: next, anchor: { index, id }, cutShort: false, question })
      },
      extendTo: (index) => {
        const next = new Set(ids)
        const moved = anchor.id === undefined ? -1 : store.indexOf(anchor.id)
        const from = moved < 0 ? anchor.index : moved
        for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) {
          const id = store.rowAt(at)?.id
          if (id !== undefined) next.add(id)
        }
        set({ ids: next, anchor: { index, id: store.rowAt(index)?.id }, cutShort: false, question })
      },
      replace: (chosen, short) => set({ ids: new Set(chosen), anchor: TOP, cutShort: short, question }),
      drop: (gone) =>
        set((now) => {
          const left = new Set(now.ids)
          for (const id of gone) left.delete(id)
          return { ...now, ids: left, cutShort: false }
        }),
      clear: () => set({ ids: NOTHING, anchor: TOP, cutShort: false, question }),
    }),
    [ids, anchor, cutShort, store, question],
  )
}
