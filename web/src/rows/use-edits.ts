import { useMemo } from 'react'
import type { AnyRecord, Outcome, RecordField } from '../fields/field.ts'
import { forgive, type Refusal, refuse, useRefusals } from '../fields/refusals.ts'
import type { RecordSource } from './record-source.ts'
import { saveChange } from './save.ts'

export interface Edits<Row extends AnyRecord> {
  /** By refusalKey(). */
  refusals: ReadonlyMap<string, Refusal>
  /** Saves what an editor was left with; false if it was not understood, and is kept at its field. */
  finish: (field: RecordField<Row>, outcome: Outcome<Row>) => boolean
  forgive: (id: number, field: string) => void
}

/** Edits in place of an object's records, in its list and on their pages alike. */
export function useEdits<Row extends AnyRecord>(source: RecordSource<Row>): Edits<Row> {
  const { object } = source
  const refusals = useRefusals(object)
  return useMemo(
    () => ({
      refusals,
      finish: (field, outcome) => {
        const { opened, text } = outcome
        if ('refused' in outcome) {
          refuse(object, { id: opened.id, field: field.name, reason: outcome.refused, text, opened })
          return false
        }
        if (outcome.change) void saveChange(source, { opened, change: outcome.change, text })
        else forgive(object, opened.id, field.name)
        return true
      },
      forgive: (id, field) => forgive(object, id, field),
    }),
    [source, object, refusals],
  )
}
