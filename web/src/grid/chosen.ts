import { type Block, blockOf } from './block.ts'
import type { Cell } from './grid-keys.ts'

/** The rows as far as they are loaded. */
interface Rows {
  rowAt: (index: number) => { id: number } | undefined
  indexOf: (id: number) => number
  readonly count: number
}

/** The active cell, the block that goes from `anchor` to it, and whose rows these are. */
export interface Chosen {
  cell: Cell
  anchor: Cell | undefined
  /** Records by the number of their row; those that have not come yet are missing. */
  ids: ReadonlyMap<number, number>
}

export function choose(rows: Rows, cell: Cell, anchor?: Cell): Chosen {
  return { cell, anchor, ids: idsOf(rows, blockOf(anchor ?? cell, cell), new Map()) }
}

function idsOf(rows: Rows, { top, bottom }: Block, known: ReadonlyMap<number, number>): Map<number, number> {
  const ids = new Map(known)
  for (let index = Math.max(0, top); index <= bottom; index += 1) {
    const id = rows.rowAt(index)?.id
    if (id !== undefined && !ids.has(index)) ids.set(index, id)
  }
  return ids
}

/**
 * What is chosen once rows have come, gone or moved: the same records, wherever they are now. A block whose records no
 * longer stand together is only its active cell, and a record that is nowhere leaves its cell where it is.
 */
export function followed(rows: Rows, chosen: Chosen): Chosen {
  const { cell, anchor, ids } = chosen
  const known = [...ids]
  const stand = (by: number) =>
    known.every(([row, id]) => {
      const now = rows.rowAt(row + by)
      return now ? now.id === id : by === 0 && row < rows.count
    })
  if (stand(0)) {
    const all = idsOf(rows, blockOf(anchor ?? cell, cell), ids)
    return all.size === ids.size ? chosen : { ...chosen, ids: all }
  }
  const id = ids.get(cell.row)
  const index = id === undefined ? -1 : rows.indexOf(id)
  if (index < 0) return anchor ? onlyCell(chosen) : chosen
  const by = index - cell.row
  const moved = { cell: movedBy(cell, by), anchor: anchor && movedBy(anchor, by) }
  const movedIds = new Map(known.map(([row, held]) => [row + by, held]))
  const together = { ...moved, ids: movedIds }
  return anchor && !stand(by) ? onlyCell(together) : together
}

export function onlyCell({ cell, ids }: Chosen): Chosen {
  const id = ids.get(cell.row)
  return { cell, anchor: undefined, ids: new Map(id === undefined ? [] : [[cell.row, id]]) }
}

function movedBy({ row, col }: Cell, by: number): Cell {
  return { row: row + by, col }
}
