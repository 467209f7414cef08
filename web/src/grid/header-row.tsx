import { ArrowDown, ArrowUp } from 'lucide-react'
import { type DragEvent, type PointerEvent, useRef } from 'react'
import { classes } from '../ui/classes.ts'
import type { Column } from './column.tsx'
import { HEADER_INDEX } from './grid-keys.ts'
import { cellId } from './grid-row.tsx'
import type { ColumnLayout } from './use-column-layout.ts'

/** As `h-9` below. */
export const HEADER_HEIGHT_PX = 36
const COLUMN_TYPE = 'application/x-rapport-column'

interface HeaderRowProps<Row> {
  gridId: string
  layout: ColumnLayout<Row>
  /** As in the URL: "-created_at". */
  sort: string
  onSort: (sort: string) => void
  activeCol: number | undefined
  selectedAll: boolean | 'some'
  onSelectAll: () => void
}

/** The sort that a click on a column asks for. */
export function nextSort(name: string, current: string): string {
  return current === name ? `-${name}` : name
}

export function HeaderRow<Row>({
  gridId,
  layout,
  sort,
  onSort,
  activeCol,
  selectedAll,
  onSelectAll,
}: HeaderRowProps<Row>) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-3 grid h-9 w-fit min-w-full grid-cols-(--columns)"
    >
      <div
        role="columnheader"
        aria-colindex={1}
        className="sticky left-0 z-1 flex items-center border-b border-line bg-bg pl-2.5"
      >
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label="Select all"
          checked={selectedAll === true}
          ref={(element) => {
            if (element) element.indeterminate = selectedAll === 'some'
          }}
          onChange={onSelectAll}
          className="size-3.5"
        />
      </div>
      {layout.shown.map((column, col) => (
        <HeaderCell
          key={column.key}
          id={cellId(gridId, HEADER_INDEX, col)}
          col={col}
          column={column}
          layout={layout}
          active={col === activeCol}
          sort={sort}
          onSort={onSort}
        />
      ))}
    </div>
  )
}

interface HeaderCellProps<Row> {
  id: string
  col: number
  column: Column<Row>
  layout: ColumnLayout<Row>
  active: boolean
  sort: string
  onSort: (sort: string) => void
}

function HeaderCell<Row>({ id, col, column, layout, active, sort, onSort }: HeaderCellProps<Row>) {
  const name = column.sort
  const sorted = name === undefined ? undefined : directionOf(name, sort)
  const Arrow = sorted === 'descending' ? ArrowDown : ArrowUp
  const drop = (event: DragEvent) => {
    const key = event.dataTransfer.getData(COLUMN_TYPE)
    const from = layout.all.findIndex((other) => other.key === key)
    const to = layout.all.findIndex((other) => other.key === column.key)
    if (from > 0) layout.move(key, to - from)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the grid, whose header is one of its rows
    <div
      id={id}
      role="columnheader"
      tabIndex={-1}
      aria-colindex={col + 2}
      aria-sort={sorted}
      data-col={col}
      draggable={col > 0}
      onDragStart={(event) => event.dataTransfer.setData(COLUMN_TYPE, column.key)}
      onDragOver={(event) => event.dataTransfer.types.includes(COLUMN_TYPE) && event.preventDefault()}
      onDrop={drop}
      onClick={name === undefined ? undefined : () => onSort(nextSort(name, sort))}
      className={classes(
        'relative flex items-center gap-1 border-b border-line bg-bg px-2.5 text-label font-medium text-muted',
        column.align === 'end' && 'justify-end',
        col === 0 && 'sticky left-9 z-1 group-data-scrolled/grid:border-r',
        name !== undefined && 'cursor-pointer hover:text-text',
        active && 'grid-active',
      )}
    >
      <span className="truncate">{column.title}</span>
      {sorted && <Arrow size={12} aria-hidden />}
      <ResizeHandle width={column.width} onResize={(width) => layout.resize(column.key, width)} />
    </div>
  )
}

function directionOf(name: string, sort: string): 'ascending' | 'descending' | undefined {
  if (sort === name) return 'ascending'
  return sort === `-${name}` ? 'descending' : undefined
}

/** The edge that is dragged; keys resize with Shift and the arrows. */
function ResizeHandle({ width, onResize }: { width: number; onResize: (width_px: number) => void }) {
  const start = useRef<{ x: number; width: number }>(undefined)
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { x: event.clientX, width }
  }
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) onResize(start.current.width + event.clientX - start.current.x)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: it only keeps a drag from sorting
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer; keys have their own way
    <span
      onClick={(event) => event.stopPropagation()}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = undefined
      }}
      className="absolute inset-y-2 -right-1 z-1 w-2 cursor-col-resize border-r border-transparent hover:border-strong"
    />
  )
}
