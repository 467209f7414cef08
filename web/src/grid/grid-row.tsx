import { memo } from 'react'
import type { AnyRecord, FieldChange } from '../records/field.ts'
import { type Leave, ValueEditor } from '../records/value-editor.tsx'
import { classes } from '../ui/classes.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import type { Column } from './column.tsx'

export const ROW_HEIGHT_PX = 36

/** An edit under way in the active cell. */
export interface Editing<Row> {
  initialText: string | undefined
  onDone: (change: FieldChange<Row> | undefined, leave: Leave) => void
  onCancel: () => void
}

interface GridRowProps<Row extends AnyRecord> {
  gridId: string
  index: number
  /** Undefined while it loads. */
  row: Row | undefined
  rowName: (row: Row) => string
  columns: Column<Row>[]
  /** Place in px in the scrolled element. */
  top: number
  selected: boolean
  /** Just deleted, and gone from the list in a moment. */
  leaving: boolean
  activeCol: number | undefined
  /** Set for the row with the active cell. */
  editing?: Editing<Row>
  /** The column whose last edit was refused, with the reason. */
  refused?: { key: string; reason: string }
}

export function cellId(gridId: string, index: number, col: number): string {
  return `${gridId}-${index}-${col}`
}

function Row<R extends AnyRecord>({
  gridId,
  index,
  row,
  rowName,
  columns,
  top,
  selected,
  leaving,
  activeCol,
  editing,
  refused,
}: GridRowProps<R>) {
  const background = selected ? 'bg-selected' : 'bg-bg group-hover/row:bg-hover'
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      style={{ top, height: ROW_HEIGHT_PX }}
      className={classes(
        'group/row absolute left-0 grid min-w-full grid-cols-(--columns)',
        leaving && 'opacity-40',
      )}
    >
      <SelectCell row={row} rowName={rowName} selected={selected} background={background} />
      {columns.map((column, col) => (
        <Cell
          key={column.key}
          id={cellId(gridId, index, col)}
          column={column}
          col={col}
          row={row}
          background={background}
          active={col === activeCol}
          editing={col === activeCol ? editing : undefined}
          reason={refused?.key === column.key ? refused.reason : undefined}
          reasonAbove={index > 0}
        />
      ))}
    </div>
  )
}

type SelectCellProps<R extends AnyRecord> = Pick<GridRowProps<R>, 'row' | 'rowName' | 'selected'> & {
  background: string
}

function SelectCell<R extends AnyRecord>({ row, rowName, selected, background }: SelectCellProps<R>) {
  return (
    <div
      role="gridcell"
      aria-colindex={1}
      className={classes('sticky left-0 z-1 flex items-center border-b border-line pl-2.5', background)}
    >
      {row && (
        <input
          type="checkbox"
          tabIndex={-1}
          data-select
          checked={selected}
          readOnly
          aria-label={`Select ${rowName(row)}`}
          className="size-3.5"
        />
      )}
    </div>
  )
}

interface CellProps<R extends AnyRecord> {
  id: string
  column: Column<R>
  col: number
  row: R | undefined
  background: string
  active: boolean
  editing: Editing<R> | undefined
  /** Why the last edit was refused. */
  reason: string | undefined
  /** In the first row there is no room above. */
  reasonAbove: boolean
}

function Cell<R extends AnyRecord>(props: CellProps<R>) {
  const { id, column, col, row, background, active, editing, reason } = props
  return (
    <div
      id={id}
      role="gridcell"
      aria-colindex={col + 2}
      aria-invalid={reason !== undefined || undefined}
      data-col={col}
      className={classes(
        'flex min-w-0 items-center border-b border-line px-2.5',
        column.align === 'end' && 'justify-end tabular-nums',
        col === 0 ? 'sticky left-9 z-1 group-data-scrolled/grid:border-r' : 'relative',
        background,
        active && 'grid-active',
        reason !== undefined && 'grid-refused',
      )}
    >
      {active && editing && row && column.field ? (
        <ValueEditor
          field={column.field}
          row={row}
          {...editing}
          className="absolute inset-0.5 h-auto! w-auto! rounded-none border-transparent! bg-raised px-2 outline-none!"
        />
      ) : row ? (
        <div className="truncate">{column.render(row)}</div>
      ) : (
        <Skeleton className={col === 0 ? 'w-2/3' : 'w-1/2'} />
      )}
      {reason !== undefined && <Refusal reason={reason} above={props.reasonAbove} />}
    </div>
  )
}

function Refusal({ reason, above }: { reason: string; above: boolean }) {
  return (
    <div
      role="alert"
      className={classes(
        above ? 'bottom-9' : 'top-9',
        'absolute left-0 z-2 max-w-72 rounded-control bg-raised px-2 py-1 text-label whitespace-normal text-danger shadow-popover',
      )}
    >
      {reason}
    </div>
  )
}

/** One row; renders again only when its own part of the grid changes. */
export const GridRow = memo(Row) as typeof Row
