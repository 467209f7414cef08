import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { type AnyRecord, textOf } from '../records/field.ts'
import type { Leave } from '../records/value-editor.tsx'
import { isEditable } from './column.tsx'
import type { GridProps } from './grid.tsx'
import { type Cell, type GridAction, gridAction, HEADER_INDEX } from './grid-keys.ts'
import { cellId, ROW_HEIGHT_PX } from './grid-row.tsx'
import { HEADER_HEIGHT_PX, nextSort } from './header-row.tsx'
import { useCellEdit } from './use-cell-edit.ts'
import { useFreshStart, useLeavingPlace } from './use-list-change.ts'
import { useRowWindow } from './use-row-window.ts'

const RESIZE_STEP_PX = 16
const INTENT_MS = 60
const steps: Record<Leave, [rows: number, cols: number]> = {
  stay: [0, 0],
  down: [1, 0],
  right: [0, 1],
  left: [0, -1],
}

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
  const [active, setActive] = useState<Cell>(place.active)
  const column = layout.shown[active.col]
  const row = store.rowAt(active.row)
  const focus = () => scroller.current?.focus({ preventScroll: true })
  const moveTo = (to: Cell) => {
    setActive(to)
    edit.forgive()
    if (to.row !== HEADER_INDEX) shown.scrollToRow(to.row)
    const cell = document.getElementById(cellId(gridId, to.row, to.col))
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const edit = useCellEdit({
    row,
    onSave: props.onSave,
    onLeave: (leave) => {
      const [rows, cols] = steps[leave]
      moveTo({ row: clamp(active.row + rows, count), col: clamp(active.col + cols, layout.shown.length) })
    },
    focus,
  })
  useFocusOnArrival(focus)
  const onPointerOver = useIntent(props.onIntent)
  useEffect(() => store.want(shown.first, shown.last), [store, shown.first, shown.last])
  useLeavingPlace(store, props.onLeave, () => ({ top: shown.top(), active }))
  useFreshStart(store, () => {
    setActive({ ...active, row: 0 })
    edit.stop()
    shown.scrollToStart()
  })
  const editable = props.canEdit && isEditable(column)
  const hands: Hands<Row> = { props, active, setActive, moveTo, row, column, edit, editable, focus }
  return {
    gridId,
    count,
    shown,
    active,
    edit,
    onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => {
      if (event.target !== event.currentTarget || event.nativeEvent.isComposing) return
      const extent = { rows: count, cols: layout.shown.length, screenRows: shown.screenRows() }
      const action = gridAction(event, active, extent, editable)
      if (!action || (action.kind === 'copy' && !getSelection()?.isCollapsed)) return
      event.preventDefault()
      act(hands, action)
    },
    onClick: (event: MouseEvent) => click(hands, event),
    onPointerOver,
    onDoubleClick: (event: MouseEvent) => {
      const at = event.target instanceof Element ? cellAt(event.target) : undefined
      if (at && at.col >= 0 && editable) edit.begin(undefined)
    },
  }
}

/** Arriving at a list, one can use the keys at once. */
function useFocusOnArrival(focus: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving happens once
  useEffect(() => {
    const { activeElement } = document
    if (activeElement === document.body || activeElement?.id === 'main') focus()
  }, [])
}

interface Hands<Row extends AnyRecord> {
  props: GridProps<Row>
  active: Cell
  setActive: (cell: Cell) => void
  moveTo: (cell: Cell) => void
  row: Row | undefined
  column: GridProps<Row>['layout']['shown'][number] | undefined
  edit: ReturnType<typeof useCellEdit<Row>>
  editable: boolean
  focus: () => void
}

function act<Row extends AnyRecord>(hands: Hands<Row>, action: GridAction): unknown {
  const { props, active, row, column, edit } = hands
  const { selection, layout } = props
  switch (action.kind) {
    case 'move':
      if (action.extend) {
        if (selection.ids.size === 0) selection.toggle(active.row)
        selection.extendTo(action.to.row)
      }
      return hands.moveTo(action.to)
    case 'edit':
      return edit.begin(action.text)
    case 'open':
      return row && props.onOpen(props.pathOf(row))
    case 'select':
      return selection.toggle(active.row)
    case 'select-all':
      return props.onSelectAll()
    case 'clear':
      edit.forgive()
      return selection.clear()
    case 'delete':
      return selection.ids.size > 0 && props.onDelete()
    case 'copy':
      return row && column?.field && navigator.clipboard.writeText(textOf(column.field, row))
    case 'sort':
      return column?.sort && props.onSort(nextSort(column.sort, props.sort))
    case 'resize':
      return column && layout.resize(column.key, column.width + action.by * RESIZE_STEP_PX)
    case 'move-column':
      if (!column || active.col === 0) return undefined
      layout.move(column.key, action.by)
      return hands.setActive({
        ...active,
        col: Math.max(1, clamp(active.col + action.by, layout.shown.length)),
      })
  }
}

function click<Row extends AnyRecord>(hands: Hands<Row>, event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : undefined
  const at = target && cellAt(target)
  const link = target?.closest('a')
  if (link && isPlain(event)) {
    event.preventDefault()
    hands.props.onOpen(link.pathname)
    return
  }
  if (!at || target?.closest('a, input:not([data-select])')) return
  const { selection } = hands.props
  if (event.shiftKey) {
    event.preventDefault()
    getSelection()?.removeAllRanges()
    selection.extendTo(at.row)
  } else if (target?.closest('[data-select]')) selection.toggle(at.row)
  if (at.col >= 0) hands.moveTo(at)
  hands.focus()
}

/** With a modifier the browser opens the link elsewhere. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
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

function cellAt(element: Element): Cell | undefined {
  const row = element.closest<HTMLElement>('[data-row]')?.dataset.row
  const col = element.closest<HTMLElement>('[data-col]')?.dataset.col
  return row === undefined ? undefined : { row: Number(row), col: Number(col ?? -1) }
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1))
}
