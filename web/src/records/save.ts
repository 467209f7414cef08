import { createElement, lazy } from 'react'
import { type ApiProblem, toProblem } from '../call.ts'
import { patchLists, refreshLists } from '../grid/stores.ts'
import { queryClient } from '../query-client.ts'
import { ask } from '../ui/ask.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import { type AnyRecord, changeBack, type FieldChange, textOf } from './field.ts'
import { type RecordSource, recordKey } from './record-source.ts'

const ConflictDialog = lazy(() => import('./conflict-dialog.tsx'))

/** Shows a record's new values wherever it is on the screen. */
export function showChange<Row extends AnyRecord>(
  source: RecordSource<Row>,
  id: number,
  change: Partial<Row>,
): void {
  patchLists(source.object, id, change)
  queryClient.setQueryData<Row>(recordKey(source.object, id), (record) => record && { ...record, ...change })
  void queryClient.invalidateQueries({ queryKey: ['timeline', source.object, id] })
}

/** Edits of one record go one after the other, each with the version that the one before has made. */
const running = new Map<string, Promise<unknown>>()
const versions = new Map<string, number>()

/**
 * Saves an edit that is already wanted on the screen: shows it, sends it, and brings the old value back if it is
 * refused. Offers Undo. Resolves to what refused it, or undefined.
 */
export function saveChange<Row extends AnyRecord>(
  source: RecordSource<Row>,
  row: Row,
  change: FieldChange<Row>,
  offerUndo = true,
): Promise<ApiProblem | undefined> {
  const key = `${source.object} ${row.id}`
  showChange(source, row.id, change.shown)
  const before = running.get(key) ?? Promise.resolve()
  const saving = before.then(() => send(source, row, change, offerUndo))
  running.set(key, saving)
  return saving
}

async function send<Row extends AnyRecord>(
  source: RecordSource<Row>,
  row: Row,
  change: FieldChange<Row>,
  offerUndo: boolean,
): Promise<ApiProblem | undefined> {
  const key = `${source.object} ${row.id}`
  const version = Math.max(row.version, versions.get(key) ?? 0)
  try {
    const saved = await source.patch(row.id, { version, ...change.sent })
    versions.set(key, saved.version)
    showChange(source, row.id, saved)
    const back = changeBack(change.field, row)
    if (offerUndo) {
      void toast(`${change.field.label} changed`, {
        undo: async () => {
          const problem = await saveChange(source, saved, back, false)
          if (problem) await toastProblem(problem)
        },
      })
    }
    return undefined
  } catch (error) {
    const problem = toProblem(error)
    if (problem.conflicts.length > 0) return settleConflict(source, row, change)
    showChange(source, row.id, changeBack(change.field, row).shown)
    return problem
  }
}

/** Someone else changed the same field: shows all three values and does what the person chooses. */
async function settleConflict<Row extends AnyRecord>(
  source: RecordSource<Row>,
  original: Row,
  change: FieldChange<Row>,
): Promise<ApiProblem | undefined> {
  try {
    const theirs = await source.read(original.id)
    versions.set(`${source.object} ${original.id}`, theirs.version)
    showChange(source, original.id, theirs)
    const { field, shown } = change
    const keepsMine = await ask<boolean>((onAnswer) =>
      createElement(ConflictDialog, {
        field: field.label,
        yours: textOf(field, { ...original, ...shown }),
        theirs: textOf(field, theirs),
        original: textOf(field, original),
        onAnswer,
      }),
    )
    if (!keepsMine) return undefined
    showChange(source, original.id, change.shown)
    return await send(source, theirs, change, false)
  } catch (error) {
    return toProblem(error)
  }
}

/** Moves records to the trash and offers to take them back. False if that failed; then they are all still there. */
export async function removeRecords<Row extends AnyRecord>(
  source: RecordSource<Row>,
  ids: number[],
  sentence: string,
): Promise<boolean> {
  try {
    await source.remove(ids)
  } catch (error) {
    await toastProblem(toProblem(error))
    return false
  }
  refreshLists(source.object)
  void toast(sentence, {
    undo: async () => {
      try {
        await source.restore(ids)
      } catch (error) {
        await toastProblem(toProblem(error))
      }
      refreshLists(source.object)
      await queryClient.invalidateQueries({ queryKey: ['record', source.object] })
    },
  })
  return true
}
