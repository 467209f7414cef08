import type { AnyRecord } from '../fields/field.ts'
import type { CellText, Deed } from '../rows/cell-texts.ts'
import type { RowStore } from '../rows/row-store.ts'
import type { Edits } from '../rows/use-edits.ts'
import type { Cell } from './grid-keys.ts'
import type { Selection } from './selection.ts'
import type { ColumnLayout } from './use-column-layout.ts'

/** Where one was in a list, to come back to. */
export interface GridPlace {
  /** In px of the full list. */
  top: number
  active: Cell
  /** The record of the active cell. */
  id?: number | undefined
}
export const FIRST_PLACE: GridPlace = { top: 0, active: { row: 0, col: 0 } }
export interface GridProps<Row extends AnyRecord> {
  label: string
  store: RowStore<Row>
  layout: ColumnLayout<Row>
  rowName: (row: Row) => string
  sort: string
  onSort: (sort: string) => void
  selection: Selection
  onSelectAll: () => void
  onDelete: () => void
  /** Goes to a record: by its key, or by the link in its cell. */
  onOpen: (href: string) => void
  /** The pointer rests on a link. */
  onIntent: (href: string) => void
  pathOf: (row: Row) => string
  canEdit: boolean
  edits: Edits<Row>
  /** Writes texts into many cells at once: all that fit, or none. */
  onWrite: (cells: CellText<Row>[], deed: Deed) => void
  /** Rows just deleted, which are gone in a moment. */
  leaving: ReadonlySet<number>
  place: GridPlace
  onLeave: (place: GridPlace) => void
}
