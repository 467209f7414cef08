import { useLayoutEffect, useState } from 'react'
import type { AnyRecord } from '../fields/field.ts'
import type { Leave } from '../fields/value-editor.tsx'
import { type Block, blockOf } from './block.ts'
import { type Chosen, choose, followed, onlyCell } from './chosen.ts'
import { type Cell, HEADER_INDEX } from './grid-keys.ts'
import type { GridProps } from './grid-props.ts'
import { cellId } from './grid-row.tsx'

const steps: Record<Leave, [rows: number, cols: number]> = {
  stay: [0, 0],
  down: [1, 0],
  right: [0, 1],
  left: [0, -1],
}

/** The active cell, and how it moves. */
export interface Active extends Chosen {
  block: Block | undefined
  /** The list has changed: in the row of the active cell there is another record, and its own is nowhere. */
  lost: boolean
  /** `from` makes a block of the cells between. */
  moveTo: (cell: Cell, from?: Cell) => void
  /** Makes another cell the active one where it is. */
  set: (cell: Cell) => void
  /** Leaves of a block only the active cell. */
  alone: () => void
  leave: (leave: Leave) => void
}

/** The active cell of a grid: it belongs to a record, and goes with it when the list is loaded again. */
export function useActive<Row extends AnyRecord>(
  { place, store, layout }: GridProps<Row>,
  gridId: string,
  scrollToRow: (index: number) => void,
): Active & { follow: () => void } {
  const [chosen, setChosen] = useState<Chosen>(() => ({
    cell: place.active,
    anchor: undefined,
    ids: new Map(place.id === undefined ? [] : [[place.active.row, place.id]]),
  }))
  const { cell, anchor, ids } = chosen
  const moveTo = (to: Cell, from?: Cell) => {
    setChosen(choose(store, to, from))
    if (to.row !== HEADER_INDEX) scrollToRow(to.row)
    const element = document.getElementById(cellId(gridId, to.row, to.col))
    element?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const now = store.rowAt(cell.row)?.id
  const held = ids.get(cell.row)
  return {
    ...chosen,
    block: anchor && blockOf(anchor, cell),
    lost: held !== undefined && now !== undefined && now !== held,
    moveTo,
    set: (next) => setChosen(choose(store, next)),
    alone: () => setChosen(onlyCell(chosen)),
    leave: (leave) => {
      const [rows, cols] = steps[leave]
      // The record that was edited may be in another row by now.
      const from = followed(store, chosen).cell
      moveTo({ row: clamp(from.row + rows, store.count), col: clamp(from.col + cols, layout.shown.length) })
    },
    follow: () => setChosen((old) => followed(store, old)),
  }
}

/** Keeps the active cell on its record, but not while an editor stands there: that would move under the fingers. */
export function useFollowing(follow: () => void, changes: unknown[], editing: boolean): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only other rows, or other cells, can be elsewhere
  useLayoutEffect(() => {
    if (!editing) follow()
  }, [...changes, editing])
}

export function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1))
}
