import { useRef } from 'react'
import type { AnyRecord } from '../fields/field.ts'
import { type Refusal, refusalKey } from '../fields/refusals.ts'
import type { Column } from './column.tsx'
import { HEADER_INDEX } from './grid-keys.ts'
import type { GridProps } from './grid-props.ts'
import { cellId, GridRow, ROW_HEIGHT_PX, sideOf } from './grid-row.tsx'
import { HEADER_HEIGHT_PX, HeaderRow } from './header-row.tsx'
import { TypingPlace } from './typing-place.tsx'
import { type GridState, useGrid } from './use-grid.ts'

const CHECK_WIDTH_PX = 36

/**
 * Rows and columns of any number of records. One tab stop, in which typing begins; see TypingPlace.
 * Clicks and keys are heard here and not in the cells, so that scrolling renders plain elements only.
 */
export function Grid<Row extends AnyRecord>(props: GridProps<Row>) {
  const { store, layout, selection } = props
  const scroller = useRef<HTMLDivElement>(null)
  const { state, typing, onFocus, ...handlers } = useGrid(props, scroller)
  const { gridId, count, shown, active, block } = state
  const columns = layout.shown
  const activeCell = count > 0 ? cellId(gridId, active.row, active.col) : undefined
  return (
    <div
      ref={scroller}
      {...handlers}
      onScroll={(event) => {
        shown.onScroll()
        event.currentTarget.toggleAttribute('data-scrolled', event.currentTarget.scrollLeft > 0)
      }}
      style={{
        '--columns': gridTemplate(columns),
        // What is pinned covers nothing that is scrolled to.
        scrollPadding: `${HEADER_HEIGHT_PX}px 0 0 ${CHECK_WIDTH_PX + (columns[0]?.width ?? 0)}px`,
      }}
      className="grid-scroller group/grid relative min-h-0 flex-1 overflow-auto overscroll-contain"
    >
      <TypingPlace {...typing} gridId={gridId} label={props.label} cell={activeCell} />
      <div
        id={gridId}
        role="grid"
        aria-label={props.label}
        aria-rowcount={store.total?.exact ? count + 1 : -1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-readonly={!props.canEdit}
        aria-activedescendant={activeCell}
        tabIndex={-1}
        onFocus={onFocus}
        className="outline-none"
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
        <Rows grid={props} state={state} />
      </div>
      <p role="status" className="sr-only">
        {block && `${block.bottom - block.top + 1} rows by ${block.right - block.left + 1} columns chosen`}
      </p>
    </div>
  )
}

interface RowsProps<Row extends AnyRecord> {
  grid: GridProps<Row>
  state: GridState<Row>
}

/** The rows in sight. */
function Rows<Row extends AnyRecord>({ grid, state }: RowsProps<Row>) {
  const { store, selection, layout, edits } = grid
  const { gridId, count, shown, active, edit, block } = state
  const columns = layout.shown
  const told = toldOf(edits.refusals, store.rowAt(active.row), columns[active.col])
  return (
    <div role="rowgroup" className="relative" style={{ height: shown.height, minWidth: widthOf(columns) }}>
      {rowsToRender(shown.first, shown.last, active.row, count).map((index) => {
        const row = store.rowAt(index)
        const isActive = index === active.row
        return (
          <GridRow
            key={index}
            gridId={gridId}
            index={index}
            row={row}
            rowName={grid.rowName}
            columns={columns}
            top={index * ROW_HEIGHT_PX + shown.offset}
            selected={row !== undefined && selection.ids.has(row.id)}
            leaving={row !== undefined && grid.leaving.has(row.id)}
            activeCol={isActive ? active.col : undefined}
            editing={isActive ? edit.editing : undefined}
            block={block && index >= block.top && index <= block.bottom ? block : undefined}
            refusals={edits.refusals}
            {...(told && told.id === row?.id && { told, side: sideOf(index, shown.top, active.row) })}
            onForgive={edits.forgive}
          />
        )
      })}
    </div>
  )
}

/** The refusal whose reason is told: that of the active cell, or else the latest. Two would cover each other. */
function toldOf<Row extends AnyRecord>(
  refusals: ReadonlyMap<string, Refusal>,
  row: Row | undefined,
  column: Column<Row> | undefined,
): Refusal | undefined {
  const active = row && column && refusals.get(refusalKey(row.id, column.field?.name ?? column.key))
  return active ?? [...refusals.values()].at(-1)
}

/** The active row is always among them: aria-activedescendant may not point at nothing. */
function rowsToRender(first: number, last: number, active: number, count: number): number[] {
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
  const missing = active >= 0 && active < count && (active < first || active > last)
  return missing ? [...indexes, active] : indexes
}

/** The last column takes what room is left. */
function gridTemplate(columns: { width: number }[]): string {
  const widths = columns.map(({ width }, index) =>
    index === columns.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`,
  )
  return [`${CHECK_WIDTH_PX}px`, ...widths].join(' ')
}

function widthOf(columns: { width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, CHECK_WIDTH_PX)
}
