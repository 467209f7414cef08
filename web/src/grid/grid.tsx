import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { type ApiProblem, reasonFor } from '../call.ts'
import { type AnyRecord, type FieldChange, textOf } from '../records/field.ts'
import type { Leave } from '../records/value-editor.tsx'
import { isEditable } from './column.tsx'
import { type Cell, type GridAction, gridAction } from './grid-keys.ts'
import { cellId, GridRow, ROW_HEIGHT_PX } from './grid-row.tsx'
import { HEADER_INDEX, HeaderRow, nextSort } from './header-row.tsx'
import type { RowStore } from './row-store.ts'
import type { Selection } from './selection.ts'
import type { ColumnLayout } from './use-column-layout.ts'
import { useRowWindow } from './use-row-window.ts'

const HEADER_HEIGHT_PX = 36
const CHECK_WIDTH_PX = 36
const RESIZE_STEP_PX = 16

/** Where one was in a list, to come back to. */
export interface GridPlace {
  top: number
  active: Cell
}
export const FIRST_PLACE: GridPlace = { top: 0, active: { row: 0, col: 0 } }

interface GridProps<Row extends AnyRecord> {
  label: string
  store: RowStore<Row>
  layout: ColumnLayout<Row>
  rowName: (row: Row) => string
  sort: string
  onSort: (sort: string) => void
  selection: Selection
  onSelectAll: () => void
  onDelete: () => void
  onOpen: (row: Row) => void
  /** Before a link in a cell is followed. */
  onFollow: () => void
  canEdit: boolean
  /** Saves an edit; resolves to what refused it. */
  onSave: (row: Row, change: FieldChange<Row>) => Promise<ApiProblem | undefined>
  leaving: ReadonlySet<number>
  place: GridPlace
  onLeave: (place: GridPlace) => void
}

/**
 * Rows and columns of any number of records. One tab stop; the active cell is told by aria-activedescendant.
 * Clicks and keys are heard here and not in the cells, so that scrolling renders plain elements only.
 */
export function Grid<Row extends AnyRecord>(props: GridProps<Row>) {
  const { store, layout, selection, place } = props
  const gridId = useId()
  const scroller = useRef<HTMLDivElement>(null)
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
  const [typing, setTyping] = useState<{ text: string | undefined }>()
  const [refused, setRefused] = useState<{ id: number; key: string; reason: string }>()
  const columns = layout.shown
  const column = columns[active.col]
  const activeRow = store.rowAt(active.row)

  useEffect(() => {
    const { activeElement } = document
    // Arriving at a list, one can use the keys at once.
    if (activeElement === document.body || activeElement?.id === 'main') {
      scroller.current?.focus({ preventScroll: true })
    }
  }, [])
  useEffect(() => store.want(shown.first, shown.last), [store, shown.first, shown.last])
  useLeavingPlace(store, props.onLeave, () => ({ top: shown.top(), active }))
  useFreshStart(store, () => {
    setActive({ ...active, row: 0 })
    setTyping(undefined)
    shown.scrollToStart()
  })

  const moveTo = (to: Cell) => {
    setActive(to)
    setRefused(undefined)
    if (to.row !== HEADER_INDEX) shown.scrollToRow(to.row)
    document
      .getElementById(cellId(gridId, to.row, to.col))
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const editable = props.canEdit && isEditable(column)
  const extent = { rows: count, cols: columns.length, screenRows: shown.screenRows() }

  const run = (action: GridAction) => {
    switch (action.kind) {
      case 'move':
        if (action.extend) {
          if (selection.ids.size === 0) selection.toggle(active.row)
          selection.extendTo(action.to.row)
        }
        return moveTo(action.to)
      case 'edit':
        return activeRow && setTyping({ text: action.text })
      case 'open':
        return activeRow && props.onOpen(activeRow)
      case 'select':
        return selection.toggle(active.row)
      case 'select-all':
        return props.onSelectAll()
      case 'clear':
        setRefused(undefined)
        return selection.clear()
      case 'delete':
        return selection.ids.size > 0 && props.onDelete()
      case 'copy':
        return activeRow && column?.field && navigator.clipboard.writeText(textOf(column.field, activeRow))
      case 'sort':
        return column?.sort && props.onSort(nextSort(column.sort, props.sort))
      case 'resize':
        return column && layout.resize(column.key, column.width + action.by * RESIZE_STEP_PX)
      case 'move-column':
        if (column && active.col > 0) layout.move(column.key, action.by)
        return setActive({
          ...active,
          col: Math.max(1, Math.min(active.col + action.by, columns.length - 1)),
        })
    }
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.nativeEvent.isComposing) return
    const action = gridAction(event, active, extent, editable)
    if (!action || (action.kind === 'copy' && !getSelection()?.isCollapsed)) return
    event.preventDefault()
    run(action)
  }
  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : undefined
    const at = target && cellAt(target)
    if (!at || target?.closest('a, input:not([data-select])')) return
    if (event.shiftKey) {
      event.preventDefault()
      getSelection()?.removeAllRanges()
      selection.extendTo(at.row)
    } else if (target?.closest('[data-select]')) selection.toggle(at.row)
    if (at.col >= 0) moveTo(at)
    scroller.current?.focus({ preventScroll: true })
  }
  const onDoubleClick = (event: MouseEvent) => {
    const at = event.target instanceof Element ? cellAt(event.target) : undefined
    if (at && at.col >= 0 && editable && activeRow) setTyping({ text: undefined })
  }
  const finish = async (change: FieldChange<Row> | undefined, leave: Leave) => {
    setTyping(undefined)
    if (leave !== 'stay') {
      const step = { down: [1, 0], right: [0, 1], left: [0, -1] }[leave]
      const col = Math.max(0, Math.min(active.col + (step[1] ?? 0), columns.length - 1))
      moveTo({ row: Math.min(active.row + (step[0] ?? 0), count - 1), col })
      scroller.current?.focus({ preventScroll: true })
    }
    if (!change || !activeRow) return
    const problem = await props.onSave(activeRow, change)
    if (problem)
      setRefused({ id: activeRow.id, key: change.field.name, reason: reasonFor(change.field.name, problem) })
  }
  const editing = typing && {
    initialText: typing.text,
    onDone: finish,
    onCancel: () => {
      setTyping(undefined)
      scroller.current?.focus({ preventScroll: true })
    },
  }
  const indexes = rowsToRender(shown.first, shown.last, active.row, count)
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={props.label}
      aria-rowcount={store.total?.exact ? count + 1 : -1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-readonly={!props.canEdit}
      aria-activedescendant={count > 0 ? cellId(gridId, active.row, active.col) : undefined}
      tabIndex={0}
      onScroll={(event) => {
        shown.onScroll()
        event.currentTarget.toggleAttribute('data-scrolled', event.currentTarget.scrollLeft > 0)
      }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onClickCapture={(event) =>
        event.target instanceof Element && event.target.closest('a') && props.onFollow()
      }
      onDoubleClick={onDoubleClick}
      style={{
        '--columns': gridTemplate(columns),
        // What is pinned covers nothing that is scrolled to.
        scrollPadding: `${HEADER_HEIGHT_PX}px 0 0 ${CHECK_WIDTH_PX + (columns[0]?.width ?? 0)}px`,
      }}
      className="group/grid relative min-h-0 flex-1 overflow-auto overscroll-contain outline-none"
    >
      <HeaderRow
        gridId={gridId}
        layout={layout}
        sort={props.sort}
        onSort={props.onSort}
        activeCol={active.row === HEADER_INDEX ? active.col : undefined}
        selectedAll={selection.ids.size === 0 ? false : selection.ids.size >= count || 'some'}
        onSelectAll={props.onSelectAll}
      />
      <div role="rowgroup" className="relative" style={{ height: shown.height, minWidth: widthOf(columns) }}>
        {indexes.map((index) => {
          const row = store.rowAt(index)
          const isActive = index === active.row
          return (
            <GridRow
              key={index}
              gridId={gridId}
              index={index}
              row={row}
              rowName={props.rowName}
              columns={columns}
              top={index * ROW_HEIGHT_PX + shown.offset}
              selected={row !== undefined && selection.ids.has(row.id)}
              leaving={row !== undefined && props.leaving.has(row.id)}
              activeCol={isActive ? active.col : undefined}
              editing={isActive ? editing : undefined}
              refused={row && refused?.id === row.id ? refused : undefined}
            />
          )
        })}
      </div>
    </div>
  )
}

function cellAt(element: Element): Cell | undefined {
  const row = element.closest<HTMLElement>('[data-row]')?.dataset.row
  const col = element.closest<HTMLElement>('[data-col]')?.dataset.col
  return row === undefined ? undefined : { row: Number(row), col: Number(col ?? -1) }
}

/** The active row is always among them: aria-activedescendant may not point at nothing. */
function rowsToRender(first: number, last: number, active: number, count: number): number[] {
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  const missing = active >= 0 && active < count && (active < first || active > last)
  return missing ? [...indexes, active] : indexes
}

function gridTemplate(columns: { width: number }[]): string {
  const widths = columns.map(({ width }, index) =>
    index === columns.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`,
  )
  return [`${CHECK_WIDTH_PX}px`, ...widths].join(' ')
}

function widthOf(columns: { width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, CHECK_WIDTH_PX)
}

function useLeavingPlace<T>(store: T, onLeave: (place: GridPlace) => void, place: () => GridPlace): void {
  const latest = useRef({ onLeave, place })
  latest.current = { onLeave, place }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another store is another list
  useLayoutEffect(() => () => latest.current.onLeave(latest.current.place()), [store])
}

/** Runs when another list (filter, sort) takes the place of this one, but not at first. */
function useFreshStart<T>(store: T, start: () => void): void {
  const shown = useRef(store)
  useLayoutEffect(() => {
    if (shown.current === store) return
    shown.current = store
    start()
  })
}
