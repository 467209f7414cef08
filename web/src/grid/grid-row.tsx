import { memo } from 'react'
import type { AnyRecord } from '../fields/field.ts'
import { RefusalNote } from '../fields/refusal-note.tsx'
import { type Refusal, refusalKey } from '../fields/refusals.ts'
import { ValueEditor, type ValueEditorProps } from '../fields/value-editor.tsx'
import { classes } from '../ui/classes.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import type { Column } from './column.tsx'

/** As in .grid-row. */
export const ROW_HEIGHT_PX = 36
/** Rows that a reason takes. */
const REASON_ROWS = 3

/** Where a reason stands: away from the active cell, where one goes on. */
export type Side = 'above' | 'below' | 'beside'

/** The side of a row for its reason; `top` is the first row in sight, and above it is the header. */
export function sideOf(index: number, top: number, activeRow: number): Side {
  if (activeRow < index) return 'below'
  return index - top >= REASON_ROWS ? 'above' : 'beside'
}

/** An edit under way in the active cell. */
export type Editing<Row extends AnyRecord> = Pick<
  ValueEditorProps<Row>,
  'row' | 'initialText' | 'refusal' | 'onDone' | 'onCancel'
>

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
  /** Columns of the block of cells that is chosen, if it has cells in this row. */
  block?: { left: number; right: number }
  /** Edits that were refused; see refusalKey(). */
  refusals: ReadonlyMap<string, Refusal>
  /** The one of them that is told, if it is in this row, and where. */
  told?: Refusal
  side?: Side
  onForgive: (id: number, field: string) => void
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
  block,
  refusals,
  told,
  side,
  onForgive,
}: GridRowProps<R>) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      // Above its neighbours, over which a reason or an editor may reach.
      style={{ top, zIndex: told ? 2 : activeCol === undefined ? undefined : 1 }}
      className={leaving ? 'grid-row opacity-40' : 'grid-row'}
    >
      <div role="gridcell" aria-colindex={1} className="grid-cell grid-pinned left-0">
        {row && tickBox(rowName(row), selected)}
      </div>
      {columns.map((column, col) => {
        const active = col === activeCol
        const refusal = row && refusals.get(refusalKey(row.id, column.field?.name ?? column.key))
        const chosen = block !== undefined && col >= block.left && col <= block.right
        return (
          <div
            key={column.key}
            id={cellId(gridId, index, col)}
            role="gridcell"
            aria-colindex={col + 2}
            aria-selected={chosen || undefined}
            aria-invalid={refusal !== undefined || undefined}
            data-col={col}
            dir={column.align === 'end' ? undefined : 'auto'}
            className={classes(
              'grid-cell',
              column.align === 'end' && 'text-right tabular-nums',
              col === 0 && 'grid-pinned left-9 group-data-scrolled/grid:border-r',
              chosen && 'grid-chosen',
              active && 'grid-active',
              active && editing && 'relative',
              refusal && 'grid-refused',
            )}
          >
            {cellContent(column, row, col, active ? editing : undefined, refusal)}
            {refusal && refusal === told && reasonOf(refusal, reasonPlace(side, col, activeCol), onForgive)}
          </div>
        )
      })}
    </div>
  )
}

function tickBox(name: string, ticked: boolean) {
  return (
    <input
      type="checkbox"
      tabIndex={-1}
      data-select
      checked={ticked}
      readOnly
      aria-label={`Select ${name}`}
      className="size-3.5 align-middle"
    />
  )
}

function reasonOf(refusal: Refusal, place: string, onForgive: (id: number, field: string) => void) {
  return (
    <RefusalNote
      refusal={refusal}
      onDiscard={() => onForgive(refusal.id, refusal.field)}
      className={classes(
        place,
        'absolute z-2 w-max max-w-72 rounded-control bg-raised px-2 py-1 text-left leading-5 shadow-popover',
      )}
    />
  )
}

function reasonPlace(side: Side | undefined, col: number, activeCol = col): string {
  if (side === 'above') return 'bottom-9 left-0'
  if (side === 'below' || activeCol < col) return 'top-9 left-0'
  return col === 0 ? 'top-0 left-full ml-1' : 'top-0 right-full mr-1'
}

/** A plain function: another component in every cell would cost the scrolling dear. */
function cellContent<R extends AnyRecord>(
  column: Column<R>,
  row: R | undefined,
  col: number,
  editing: Editing<R> | undefined,
  refusal: Refusal | undefined,
) {
  if (editing && column.field) {
    return (
      <ValueEditor
        field={column.field}
        {...editing}
        className="absolute inset-0.5 h-auto! w-auto! rounded-none border-transparent! bg-raised px-2 outline-none!"
      />
    )
  }
  if (!row) return <Skeleton className={col === 0 ? 'w-2/3' : 'w-1/2'} />
  return refusal ? (
    <span className="block truncate text-danger">{refusal.text || 'Empty'}</span>
  ) : (
    column.render(row)
  )
}

/** One row; renders again only when its own part of the grid changes. */
export const GridRow = memo(Row) as typeof Row
