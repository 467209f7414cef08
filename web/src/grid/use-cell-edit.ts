import { useState } from 'react'
import type { AnyRecord, Outcome, RecordField } from '../fields/field.ts'
import { refusalKey } from '../fields/refusals.ts'
import type { Leave } from '../fields/value-editor.tsx'
import type { Edits } from '../rows/use-edits.ts'
import type { Editing } from './grid-row.tsx'

interface CellEditOptions<Row extends AnyRecord> {
  /** The row with the active cell; undefined while it loads. */
  row: Row | undefined
  /** Of the active cell. */
  field: RecordField<Row> | undefined
  edits: Edits<Row>
  /** Moves the active cell on; "stay" keeps it. */
  onLeave: (leave: Leave) => void
  /** Brings the focus back to the grid. */
  focus: () => void
}

/** The edit of the active cell: at most one at a time. */
export function useCellEdit<Row extends AnyRecord>({
  row,
  field,
  edits,
  onLeave,
  focus,
}: CellEditOptions<Row>) {
  const [open, setOpen] = useState<{ row: Row; text: string | undefined }>()
  const finish = (edited: RecordField<Row>, outcome: Outcome<Row>, leave: Leave) => {
    const understood = edits.finish(edited, outcome)
    if (!understood && leave !== 'stay') return false
    setOpen(undefined)
    if (leave === 'stay') focusIfLost(focus)
    else {
      onLeave(leave)
      focus()
    }
    return understood
  }
  const forgive = () => row && field && edits.forgive(row.id, field.name)
  const editing: Editing<Row> | undefined =
    open && field
      ? {
          row: open.row,
          initialText: open.text,
          refusal: edits.refusals.get(refusalKey(open.row.id, field.name)),
          onDone: (outcome, leave) => finish(field, outcome, leave),
          onCancel: () => {
            edits.forgive(open.row.id, field.name)
            setOpen(undefined)
            focus()
          },
        }
      : undefined
  return {
    editing,
    finish,
    /** `text` is what was typed to begin with; it replaces the value. */
    begin: (text: string | undefined) => row && setOpen({ row, text }),
    stop: () => setOpen(undefined),
    forgive,
  }
}

/** A click on an option leaves the focus nowhere; a click elsewhere has put it there. */
function focusIfLost(focus: () => void): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) focus()
  })
}
