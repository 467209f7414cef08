import { memo } from 'react'
import type { AnyRecord } from '../records/field.ts'
import { RefusalNote } from '../records/refusal-note.tsx'
import { type Refusal, refusalKey } from '../records/refusals.ts'
import { ValueEditor, type ValueEditorProps } from '../records/value-editor.tsx'
import { classes } from '../ui/classes.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import type { Column } from './column.tsx'

/** As in .grid-row. */
export const ROW_HEIGHT_PX = 36
/** A reason stands above its cell, since the active one is now below it, where there is room for it. */
const ROOM_ROWS = 3

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
  onForgive,
}: GridRowProps<R>) {
  const latest = [...refusals.keys()].at(-1)
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      // Above its neighbours, over which an editor or a reason may reach.
      style={{ top, zIndex: levelOf(row, latest, activeCol) }}
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
            {refusal &&
              (active || refusalKey(refusal.id, refusal.field) === latest) &&
              reasonOf(refusal, index, onForgive)}
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

function reasonOf(refusal: Refusal, index: number, onForgive: (id: number, field: string) => void) {
  return (
    <RefusalNote
      refusal={refusal}
      onDiscard={() => onForgive(refusal.id, refusal.field)}
      className={classes(
        index < ROOM_ROWS ? 'top-9' : 'bottom-9',
        'absolute left-0 z-2 w-max max-w-72 rounded-control bg-raised px-2 py-1 text-left leading-5 shadow-popover',
      )}
    />
  )
}

/** In which order rows cover each other: the one with a reason to read, the active one, the rest. */
function levelOf(row: { id: number } | undefined, latest: string | undefined, activeCol: number | undefined) {
  if (row && latest?.startsWith(`${row.id} `)) return 2
  return activeCol === undefined ? undefined : 1
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
