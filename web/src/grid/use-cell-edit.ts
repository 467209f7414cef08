import { useState } from 'react'
import { type ApiProblem, reasonFor } from '../call.ts'
import type { AnyRecord, FieldChange } from '../records/field.ts'
import type { Leave } from '../records/value-editor.tsx'
import type { Editing } from './grid-row.tsx'

interface Refused {
  id: number
  /** Of the column. */
  key: string
  reason: string
}

interface CellEditOptions<Row extends AnyRecord> {
  /** The row with the active cell; undefined while it loads. */
  row: Row | undefined
  onSave: (row: Row, change: FieldChange<Row>) => Promise<ApiProblem | undefined>
  /** Moves the active cell on; "stay" keeps it. */
  onLeave: (leave: Leave) => void
  /** Brings the focus back to the grid. */
  focus: () => void
}

/** The edit of the active cell: at most one at a time, and the last one that was refused. */
export function useCellEdit<Row extends AnyRecord>({ row, onSave, onLeave, focus }: CellEditOptions<Row>) {
  const [typing, setTyping] = useState<{ text: string | undefined }>()
  const [refused, setRefused] = useState<Refused>()
  const finish = async (change: FieldChange<Row> | undefined, leave: Leave) => {
    setTyping(undefined)
    if (leave === 'stay') focusIfLost(focus)
    else {
      onLeave(leave)
      focus()
    }
    const problem = change && row && (await onSave(row, change))
    if (problem) {
      setRefused({ id: row.id, key: change.field.name, reason: reasonFor(change.field.name, problem) })
    }
  }
  const editing: Editing<Row> | undefined = typing && {
    initialText: typing.text,
    onDone: (change, leave) => void finish(change, leave),
    onCancel: () => {
      setTyping(undefined)
      focus()
    },
  }
  return {
    editing,
    /** `text` is what was typed to begin with; it replaces the value. */
    begin: (text: string | undefined) => row && setTyping({ text }),
    stop: () => setTyping(undefined),
    refused,
    forgive: () => setRefused(undefined),
  }
}

/** A click on an option leaves the focus nowhere; a click elsewhere has put it there. */
function focusIfLost(focus: () => void): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) focus()
  })
}
