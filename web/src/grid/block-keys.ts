import type { ClipboardEvent } from 'react'
import type { AnyRecord } from '../fields/field.ts'
import { formatCount } from '../format.ts'
import type { CellText, Deed } from '../rows/cell-texts.ts'
import { toastProblem } from '../ui/toast.ts'
import { type Block, copiedText, readTable, writeTable } from './block.ts'
import { HEADER_INDEX } from './grid-keys.ts'
import type { GridProps } from './grid-props.ts'

/** The most cells that are written at once. */
const CELLS_MAX = 1_000
export const LOST =
  'The list has changed, and the record that was here is no longer in this row. Nothing was changed; choose a cell and go on.'

/** The cells that keys work on: the chosen block, or the active cell. */
export interface Cells<Row extends AnyRecord> {
  props: GridProps<Row>
  chosen: Block
  /** The records of their rows; see Chosen. */
  ids: ReadonlyMap<number, number>
}

/** Copies the ticked rows, or else the chosen cells. */
export function copyCells<Row extends AnyRecord>({ props, chosen }: Cells<Row>, event: ClipboardEvent): void {
  // What is marked by dragging is copied by the browser.
  if (getSelection()?.isCollapsed === false) return
  const { store, layout, selection, rowName } = props
  const columns = layout.shown.slice(chosen.left, chosen.right + 1)
  const all = selection.ids.size > 0
  const rows = all ? loadedRows(store, selection.ids) : between(chosen).map((index) => store.rowAt(index))
  const table = rows.flatMap((row) =>
    row ? [(all ? layout.shown : columns).map((column) => copiedText(column, row, rowName))] : [],
  )
  if (table.length === 0) return
  event.preventDefault()
  event.clipboardData.setData('text/plain', writeTable(table))
  if (table.length < (all ? selection.ids.size : rows.length)) {
    void toastProblem({
      message: `Only ${formatCount(table.length)} rows are loaded and were copied. Scroll through the others, and copy again.`,
    })
  }
}

function loadedRows<Row extends AnyRecord>(
  store: GridProps<Row>['store'],
  ids: ReadonlySet<number>,
): (Row | undefined)[] {
  return [...ids]
    .map((id) => store.indexOf(id))
    .filter((index) => index >= 0)
    .sort((a, b) => a - b)
    .map((index) => store.rowAt(index))
}

function between({ top, bottom }: Block): number[] {
  return top === HEADER_INDEX ? [] : Array.from({ length: bottom - top + 1 }, (_, index) => top + index)
}

/** Writes what a spreadsheet or anything else has copied; one value fills the whole block. */
export function pasteCells<Row extends AnyRecord>(cells: Cells<Row>, event: ClipboardEvent): void {
  const text = event.clipboardData.getData('text/plain')
  event.preventDefault()
  if (text === '' || cells.chosen.top === HEADER_INDEX || !cells.props.canEdit) return
  const table = readTable(text)
  const one = table.length === 1 && table[0]?.length === 1 ? table[0][0] : undefined
  const { top, left } = cells.chosen
  if (one !== undefined) void write(cells, cells.chosen, () => one, 'paste')
  else {
    const wide = Math.max(...table.map((row) => row.length))
    const block = { top, left, bottom: top + table.length - 1, right: left + wide - 1 }
    void write(cells, block, (row, col) => table[row - top]?.[col - left], 'paste')
  }
}

export function emptyCells<Row extends AnyRecord>(cells: Cells<Row>): void {
  if (cells.chosen.top === HEADER_INDEX || !cells.props.canEdit) return
  void write(cells, cells.chosen, () => '', 'empty')
}

/** A text of undefined leaves its cell alone. */
async function write<Row extends AnyRecord>(
  { props, ids }: Cells<Row>,
  block: Block,
  textAt: (row: number, col: number) => string | undefined,
  deed: Deed,
): Promise<void> {
  const { store, layout, rowName, onWrite } = props
  const columns = layout.shown.slice(block.left, block.right + 1)
  const [high, wide] = [block.bottom - block.top + 1, block.right - block.left + 1]
  if (high * wide > CELLS_MAX) {
    return refuse(
      `These are ${formatCount(high * wide)} cells, and ${formatCount(CELLS_MAX)} can be changed at once.`,
    )
  }
  if (columns.length < wide) {
    return refuse(`What was copied is ${wide} columns wide, and there are ${columns.length} from here on.`)
  }
  const cells: CellText<Row>[] = []
  for (let index = block.top; index <= block.bottom; index += 1) {
    const row = await store.reach(index)
    if (!row && store.problem) return refuse(`The rows could not be loaded. ${store.problem.message}`)
    if (!row) {
      return refuse(
        `What was copied has ${formatCount(high)} rows, and the list has ${formatCount(index - block.top)} from here on.`,
      )
    }
    // Rows may have moved since they were chosen, or while the others were loaded.
    if (row.id !== (ids.get(index) ?? row.id)) return toastProblem({ message: LOST })
    for (const [at, column] of columns.entries()) {
      const text = textAt(index, block.left + at)
      if (text === undefined) continue
      const shown = copiedText(column, row, rowName)
      cells.push({ row, field: column.field, shown, text, place: `${column.title} of ${rowName(row)}` })
    }
  }
  onWrite(cells, deed)
}

function refuse(why: string): Promise<void> {
  return toastProblem({ message: `${why} Nothing was changed.` })
}
