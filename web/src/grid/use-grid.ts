import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from 'react'
import type { AnyRecord } from '../fields/field.ts'
import { isComposing } from '../ui/composing.ts'
import { blockOf } from './block.ts'
import { copyCells, pasteCells } from './block-keys.ts'
import { type Column, isEditable } from './column.tsx'
import { act, cellAt, click, type GridControls, sayLost } from './grid-controls.ts'
import { type CellInput, gridAction, HEADER_INDEX } from './grid-keys.ts'
import type { GridProps } from './grid-props.ts'
import { cellId, ROW_HEIGHT_PX } from './grid-row.tsx'
import { HEADER_HEIGHT_PX } from './header-row.tsx'
import { type Active, useActive, useFollowing } from './use-active.ts'
import { useCellEdit } from './use-cell-edit.ts'
import { useFreshStart, useLeavingPlace } from './use-list-change.ts'
import { useRowWindow } from './use-row-window.ts'

const INTENT_MS = 60
/** What a grid shows and what keys and clicks do in it. */
export function useGrid<Row extends AnyRecord>(
  props: GridProps<Row>,
  scroller: RefObject<HTMLDivElement | null>,
) {
  const { store, layout, place } = props
  const gridId = useId()
  useSyncExternalStore(store.subscribe, store.revision)
  const count = store.count
  const shown = useRowWindow({
    scroller,
    count,
    rowHeight: ROW_HEIGHT_PX,
    headerHeight: HEADER_HEIGHT_PX,
    initialTop: place.top,
  })
  const active = useActive(props, gridId, shown.scrollToRow)
  const typing = useRef<HTMLTextAreaElement>(null)
  const focus = () => typing.current?.focus({ preventScroll: true })
  const cell = activeCell(props, active)
  const edit = useCellEdit({ ...cell, edits: props.edits, onLeave: active.leave, focus })
  useFollowing(active.follow, [store.revision(), active.cell, active.anchor], edit.editing !== undefined)
  useFocusOnArrival(focus)
  useOverCell(typing, scroller, cellId(gridId, active.cell.row, active.cell.col))
  useEffect(() => store.want(shown.first, shown.last), [store, shown.first, shown.last])
  useLeavingPlace(store, props.onLeave, () => ({
    top: shown.place(),
    active: active.cell,
    id: active.ids.get(active.cell.row),
  }))
  useFreshStart(store, () => {
    active.set({ ...active.cell, row: 0 })
    edit.stop()
    shown.scrollToStart()
  })
  const chosen = active.block ?? blockOf(active.cell, active.cell)
  const controls: GridControls<Row> = {
    props,
    active,
    cells: { props, chosen, ids: active.ids },
    ...cell,
    edit,
    focus,
  }
  return {
    state: { gridId, count, shown, active: active.cell, edit, block: active.block },
    typing: {
      element: typing,
      row: cell.row,
      field: cell.field,
      input: cell.input,
      onOpen: edit.begin,
      onNoRow: () => active.lost && void sayLost(),
      onDone: edit.finish,
      onCopy: (event: ClipboardEvent) => copyCells(controls.cells, event),
      onPaste: (event: ClipboardEvent) => pasteCells(controls.cells, event),
    },
    ...useGridEvents(controls, typing, {
      rows: count,
      cols: layout.shown.length,
      screenRows: shown.screenRows,
    }),
    onPointerOver: useIntent(props.onIntent),
  }
}

export type GridState<Row extends AnyRecord> = ReturnType<typeof useGrid<Row>>['state']

/** What is at the active cell; no field if it cannot be edited. */
function activeCell<Row extends AnyRecord>(
  { store, layout, canEdit }: GridProps<Row>,
  { cell: { row, col }, lost }: Active,
) {
  const column = layout.shown[col]
  const input = canEdit && row !== HEADER_INDEX ? inputOf(column) : 'none'
  return {
    row: lost ? undefined : store.rowAt(row),
    column,
    input,
    field: input === 'none' ? undefined : column?.field,
  }
}

/** Keys and clicks are heard by the grid as a whole. */
function useGridEvents<Row extends AnyRecord>(
  controls: GridControls<Row>,
  typing: RefObject<HTMLTextAreaElement | null>,
  extent: { rows: number; cols: number; screenRows: () => number },
) {
  const { active, edit, field, input, focus } = controls
  return {
    /** The grid itself is focused by programs, as after a dialog; the keys belong to where one types. */
    onFocus: (event: FocusEvent<HTMLDivElement>) =>
      event.target === event.currentTarget && getSelection()?.isCollapsed !== false && focus(),
    onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => {
      if (event.target !== typing.current && !isGrid(event.target)) return
      if (isComposing(event.nativeEvent)) return
      const action = gridAction(event, active.cell, { ...extent, screenRows: extent.screenRows() }, input)
      if (!action) return
      if (action.kind !== 'edit' || !action.passes) event.preventDefault()
      focus()
      act(controls, action)
    },
    onClick: (event: MouseEvent) => click(controls, event),
    onDoubleClick: (event: MouseEvent) => {
      const at = event.target instanceof Element ? cellAt(event.target) : undefined
      if (at && at.col >= 0 && field) edit.begin(undefined)
    },
  }
}

function isGrid(target: EventTarget): boolean {
  return target instanceof Element && target.getAttribute('role') === 'grid'
}

/** A date is typed into its own editor, part by part; everything else begins as text. */
function inputOf<Row extends AnyRecord>(column: Column<Row> | undefined): CellInput {
  if (!isEditable(column)) return 'none'
  return column?.field?.kind === 'day' ? 'opened' : 'typed'
}

/** Keeps the place of typing over the active cell: input methods show their choices there. */
function useOverCell(
  element: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
  cell: string,
): void {
  useLayoutEffect(() => {
    const over = document.getElementById(cell)?.getBoundingClientRect()
    const frame = scroller.current
    if (!over || !frame || !element.current) return
    const { left, top } = frame.getBoundingClientRect()
    Object.assign(element.current.style, {
      left: `${over.left - left + frame.scrollLeft + 2}px`,
      top: `${over.top - top + frame.scrollTop + 2}px`,
      width: `${over.width - 4}px`,
      height: `${over.height - 4}px`,
    })
  })
}

/** Arriving at a list, one can use the keys at once. */
function useFocusOnArrival(focus: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving happens once
  useEffect(() => {
    const { activeElement } = document
    if (activeElement === document.body || activeElement?.id === 'main') focus()
  }, [])
}

/** Notices a pointer that rests on a link, not one that only crosses it. */
function useIntent(onIntent: (href: string) => void): (event: PointerEvent) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (event) => {
    clearTimeout(timer.current)
    const link = event.target instanceof Element ? event.target.closest('a') : undefined
    if (link) timer.current = setTimeout(() => onIntent(link.pathname), INTENT_MS)
  }
}
