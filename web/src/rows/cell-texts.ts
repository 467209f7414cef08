import type { AnyRecord, RecordField } from '../fields/field.ts'

/** What is done to the cells. */
export type Deed = 'paste' | 'empty'
/** A text that is to become the value of a cell. */
export interface CellText<Row extends AnyRecord> {
  row: Row
  /** Undefined where the column shows something that is no field. */
  field: RecordField<Row> | undefined
  /** What the cell shows now. */
  shown: string
  text: string
  /** Where it is, for people: "City of Ann Customer". */
  place: string
}
