import type { MouseEvent } from 'react'
import type { AnyRecord, RecordField } from '../fields/field.ts'
import { toastProblem } from '../ui/toast.ts'
import { type Cells, emptyCells, LOST } from './block-keys.ts'
import type { Column } from './column.tsx'
import { type Cell, type CellInput, type GridAction, HEADER_INDEX } from './grid-keys.ts'
import type { GridProps } from './grid-props.ts'
import { nextSort } from './header-row.tsx'
import { type Active, clamp } from './use-active.ts'
import type { useCellEdit } from './use-cell-edit.ts'

const RESIZE_STEP_PX = 16

/** What keys and clicks in a grid work with. */
export interface GridControls<Row extends AnyRecord> {
  props: GridProps<Row>
  active: Active
  cells: Cells<Row>
  row: Row | undefined
  column: Column<Row> | undefined
  /** Of the active cell, if it can be edited. */
  field: RecordField<Row> | undefined
  input: CellInput
  edit: ReturnType<typeof useCellEdit<Row>>
  focus: () => void
}

/** Does what a key means. */
export function act<Row extends AnyRecord>(controls: GridControls<Row>, action: GridAction): unknown {
  const { props, active, cells, row, column, edit } = controls
  const { selection, layout } = props
  switch (action.kind) {
    case 'move':
      return move(controls, action)
    case 'edit':
      return active.lost ? sayLost() : edit.begin(undefined)
    case 'open':
      if (active.lost) return sayLost()
      return row && props.onOpen(props.pathOf(row))
    case 'select':
      if (active.lost) return sayLost()
      active.moveTo(active.cell)
      return selection.toggle(active.cell.row)
    case 'select-all':
      active.alone()
      return props.onSelectAll()
    case 'clear':
      edit.forgive()
      active.alone()
      return selection.clear()
    case 'delete':
      // Rows that are ticked go to the trash, as the bar below says; else the cells are emptied.
      return selection.ids.size > 0 ? props.onDelete() : emptyCells(cells)
    case 'empty':
      return selection.ids.size === 0 && emptyCells(cells)
    case 'sort':
      return column?.sort && props.onSort(nextSort(column.sort, props.sort))
    case 'resize':
      return column && layout.resize(column.key, column.width + action.by * RESIZE_STEP_PX)
    case 'move-column':
      if (!column || active.cell.col === 0) return undefined
      layout.move(column.key, action.by)
      return active.set({
        ...active.cell,
        col: Math.max(1, clamp(active.cell.col + action.by, layout.shown.length)),
      })
  }
}

/** Nothing is done to the record that has come to the place of another: nobody has chosen it. */
export function sayLost(): Promise<void> {
  return toastProblem({ message: LOST })
}

/** With Shift the ticked rows grow, or where none is ticked, the block of cells. */
function move<Row extends AnyRecord>(
  { props, active: { cell, anchor, moveTo } }: GridControls<Row>,
  { to, extend }: GridAction & { kind: 'move' },
): void {
  const { selection } = props
  const ticked = selection.ids.size > 0
  if (extend && ticked && to.row !== cell.row) selection.extendTo(to.row)
  const grows = extend && !ticked && cell.row !== HEADER_INDEX && to.row !== HEADER_INDEX
  moveTo(to, grows ? (anchor ?? cell) : undefined)
}

export function click<Row extends AnyRecord>(controls: GridControls<Row>, event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : undefined
  const at = target && cellAt(target)
  const link = target?.closest('a')
  if (link && isPlain(event)) {
    event.preventDefault()
    controls.props.onOpen(link.pathname)
    return
  }
  if (!at || target?.closest('a, button, textarea, input:not([data-select])')) return
  const { selection } = controls.props
  const { cell, anchor, moveTo } = controls.active
  const ticks = target?.closest('[data-select]') !== null || selection.ids.size > 0
  if (event.shiftKey) {
    event.preventDefault()
    getSelection()?.removeAllRanges()
    if (ticks) selection.extendTo(at.row)
  } else if (target?.closest('[data-select]')) selection.toggle(at.row)
  const grows = event.shiftKey && !ticks && cell.row !== HEADER_INDEX
  if (at.col >= 0) moveTo(at, grows ? (anchor ?? cell) : undefined)
  // A text that was marked by dragging stays marked, to be copied.
  if (getSelection()?.isCollapsed !== false) controls.focus()
}

/** With a modifier the browser opens the link elsewhere. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
}

export function cellAt(element: Element): Cell | undefined {
  const row = element.closest<HTMLElement>('[data-row]')?.dataset.row
  const col = element.closest<HTMLElement>('[data-col]')?.dataset.col
  return row === undefined ? undefined : { row: Number(row), col: Number(col ?? -1) }
}
