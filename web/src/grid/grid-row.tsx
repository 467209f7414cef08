import { memo } from 'react'
import type { AnyRecord, FieldChange } from '../records/field.ts'
import { type Leave, ValueEditor } from '../records/value-editor.tsx'
import { classes } from '../ui/classes.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import type { Column } from './column.tsx'

/** As in .grid-row. */
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
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      style={{ top }}
      className={leaving ? 'grid-row opacity-40' : 'grid-row'}
    >
      <div role="gridcell" aria-colindex={1} className="grid-cell grid-pinned left-0">
        {row && (
          <input
            type="checkbox"
            tabIndex={-1}
            data-select
            checked={selected}
            readOnly
            aria-label={`Select ${rowName(row)}`}
            className="size-3.5 align-middle"
          />
        )}
      </div>
      {columns.map((column, col) => {
        const active = col === activeCol
        const reason = refused?.key === column.key ? refused.reason : undefined
        return (
          <div
            key={column.key}
            id={cellId(gridId, index, col)}
            role="gridcell"
            aria-colindex={col + 2}
            aria-invalid={reason !== undefined || undefined}
            data-col={col}
            className={classes(
              'grid-cell',
              column.align === 'end' && 'text-right tabular-nums',
              col === 0 && 'grid-pinned left-9 group-data-scrolled/grid:border-r',
              active && 'grid-active',
              active && editing && 'relative',
              reason !== undefined && 'grid-refused',
            )}
          >
            {cellContent(column, row, col, active ? editing : undefined)}
            {reason !== undefined && <Reason above={index > 0}>{reason}</Reason>}
          </div>
        )
      })}
    </div>
  )
}

/** A plain function: another component in every cell would cost the scrolling dear. */
function cellContent<R extends AnyRecord>(
  column: Column<R>,
  row: R | undefined,
  col: number,
  editing: Editing<R> | undefined,
) {
  if (!row) return <Skeleton className={col === 0 ? 'w-2/3' : 'w-1/2'} />
  if (!editing || !column.field) return column.render(row)
  return (
    <ValueEditor
      field={column.field}
      row={row}
      {...editing}
      className="absolute inset-0.5 h-auto! w-auto! rounded-none border-transparent! bg-raised px-2 outline-none!"
    />
  )
}

/** Why an edit was refused; above the cell, since the active one is now below it. */
function Reason({ above, children }: { above: boolean; children: string }) {
  return (
    <div
      role="alert"
      className={classes(
        above ? 'bottom-9' : 'top-9',
        'absolute left-0 z-2 max-w-72 rounded-control bg-raised px-2 py-1 text-label whitespace-normal text-danger shadow-popover',
      )}
    >
      {children}
    </div>
  )
}

/** One row; renders again only when its own part of the grid changes. */
export const GridRow = memo(Row) as typeof Row
