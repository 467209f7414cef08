import { createElement } from 'react'
import { reasonFor, toProblem } from '../call.ts'
import { type AnyRecord, changeBack, type FieldChange, textOf } from '../fields/field.ts'
import { forgive, refuse } from '../fields/refusals.ts'
import { queryClient } from '../query-client.ts'
import { forgetOnSignOut } from '../session-state.ts'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import type { ConflictAnswer } from './conflict-dialog.tsx'
import { type RecordSource, recordKey } from './record-source.ts'
import { patchLists } from './stores.ts'

const ConflictDialog = lazyDialog(() => import('./conflict-dialog.tsx'))

/** Shows a record's new values wherever it is on the screen. */
export function showChange<Row extends AnyRecord>(
  source: RecordSource<Row>,
  id: number,
  change: Partial<Row>,
): void {
  patchLists(source.object, id, change)
  const queryKey = recordKey(source.object, id)
  // An answer that is on its way is older.
  if (queryClient.getQueryData(queryKey)) void queryClient.cancelQueries({ queryKey })
  queryClient.setQueryData<Row>(queryKey, (record) => record && { ...record, ...change })
  void queryClient.invalidateQueries({ queryKey: ['timeline', source.object, id] })
}

/** Edits of one record go one after the other; those that wait stay on the screen whatever comes meanwhile. */
interface Queue {
  last: Promise<unknown>
  /** What each of them shows. */
  waiting: object[]
  /** What the API has answered last. */
  answered: AnyRecord | undefined
  /** The value that this window has written last to each field, as it was sent and as it was saved. */
  written: Map<string, { values: unknown[]; version: number }>
}
const queues = new Map<string, Queue>()
forgetOnSignOut(() => queues.clear())

function queueOf(object: string, id: number): Queue {
  const key = `${object} ${id}`
  const queue = queues.get(key) ?? {
    last: Promise.resolve(),
    waiting: [],
    answered: undefined,
    written: new Map(),
  }
  queues.set(key, queue)
  return queue
}

/** An edit, with what it began with: that decides about conflicts, never what has come to the screen meanwhile. */
export interface Edit<Row> {
  /** The record as it was when the editor was opened. */
  opened: Row
  change: FieldChange<Row>
  /** As it was typed, to be kept if it is refused; the new value's words if left out. */
  text?: string
}

/**
 * Saves an edit that is already wanted on the screen: shows it, sends it, and offers Undo. What is refused stays at its
 * field as it was typed, with the reason. Resolves to whether it was saved.
 */
export function saveChange<Row extends AnyRecord>(
  source: RecordSource<Row>,
  edit: Edit<Row>,
  offerUndo = true,
): Promise<boolean> {
  const { opened, change } = edit
  forgive(source.object, opened.id, change.field.name)
  return enqueue(source, opened.id, change.shown, () => send(source, edit, offerUndo))
}

function enqueue<Row extends AnyRecord, T>(
  source: RecordSource<Row>,
  id: number,
  shown: Partial<Row>,
  work: () => Promise<T>,
): Promise<T> {
  const queue = queueOf(source.object, id)
  queue.waiting.push(shown)
  showChange(source, id, shown)
  const working = queue.last.then(async () => {
    try {
      return await work()
    } finally {
      queue.waiting.splice(queue.waiting.indexOf(shown), 1)
    }
  })
  queue.last = working.catch(() => undefined)
  return working
}

/** Several fields of one record, written at once. */
export interface RowEdit<Row> {
  opened: Row
  changes: { change: FieldChange<Row>; text: string }[]
}

/** Saves several fields of a record in one request. What is refused stays at its cells; undefined if it was. */
export function patchTogether<Row extends AnyRecord>(
  source: RecordSource<Row>,
  { opened, changes }: RowEdit<Row>,
): Promise<Row | undefined> {
  const fields = changes.map(({ change }) => change)
  const shown: Partial<Row> = Object.assign({}, ...fields.map((change) => change.shown))
  const sent: Record<string, unknown> = Object.assign({}, ...fields.map((change) => change.sent))
  for (const { field } of fields) forgive(source.object, opened.id, field.name)
  return enqueue(source, opened.id, shown, async () => {
    const queue = queueOf(source.object, opened.id)
    try {
      // The oldest that any of the values was seen at.
      const version = Math.min(...fields.map(({ field }) => seenVersion(queue, opened, field.name)))
      const saved = await source.patch(opened.id, { version, ...sent })
      for (const change of fields) remember(queue, change, saved)
      showAnswer(source, saved)
      // An edit before these may have been refused meanwhile.
      for (const { field } of fields) forgive(source.object, opened.id, field.name)
      return saved
    } catch (error) {
      const problem = toProblem(error)
      for (const { change, text } of changes) {
        keep(source, { opened, change, text }, reasonFor(change.field.name, problem), problem.status !== 400)
      }
      return undefined
    }
  })
}

function remember<Row extends AnyRecord>(
  { written }: Queue,
  { field, sent }: FieldChange<Row>,
  saved: Row,
): void {
  written.set(field.name, { values: [sent[field.name], saved[field.name]], version: saved.version })
}

/**
 * The version at which the value that the editor showed was saved. Only this window's own value of the same field
 * moves it on: it was on the screen before its answer was.
 */
function seenVersion<Row extends AnyRecord>(
  { written }: Queue,
  opened: Row,
  field: keyof Row & string,
): number {
  const own = written.get(field)
  return own && own.version > opened.version && own.values.includes(opened[field])
    ? own.version
    : opened.version
}

async function send<Row extends AnyRecord>(
  source: RecordSource<Row>,
  edit: Edit<Row>,
  offerUndo: boolean,
): Promise<boolean> {
  const { opened, change } = edit
  const { name } = change.field
  const queue = queueOf(source.object, opened.id)
  try {
    const version = seenVersion(queue, opened, name)
    const saved = await source.patch(opened.id, { version, ...change.sent })
    remember(queue, change, saved)
    showAnswer(source, saved)
    forgive(source.object, opened.id, name)
    if (offerUndo) offerBack(source, saved, { opened, change })
    return true
  } catch (error) {
    const problem = toProblem(error)
    if (problem.conflicts.length > 0) return settleConflict(source, edit)
    keep(source, edit, reasonFor(name, problem), problem.status !== 400)
    // It may be in the trash by now, or not be this person's to change.
    if (!problem.passing)
      void queryClient.invalidateQueries({ queryKey: recordKey(source.object, opened.id) })
    return false
  }
}

function offerBack<Row extends AnyRecord>(
  source: RecordSource<Row>,
  saved: Row,
  { opened, change }: Edit<Row>,
): void {
  const back = changeBack(change.field, opened)
  void toast(`${change.field.label} changed`, {
    undo: () => saveChange(source, { opened: saved, change: back }, false),
  })
}

/** Shows what the API has answered, under the edits that are still on their way. */
function showAnswer<Row extends AnyRecord>(source: RecordSource<Row>, answer: Row): void {
  const queue = queueOf(source.object, answer.id)
  queue.answered = answer
  // The first is the one that was answered.
  showChange(source, answer.id, Object.assign({}, answer, ...queue.waiting.slice(1)))
}

/** Keeps an edit that was refused at its field, and shows there what is saved. */
function keep<Row extends AnyRecord>(
  source: RecordSource<Row>,
  edit: Edit<Row>,
  reason: string,
  /** False if the same would be refused again. */
  mayPass = true,
): void {
  const { opened, change, text } = edit
  const { field, shown } = change
  const { answered } = queueOf(source.object, opened.id)
  // The same record, as it was answered last.
  const known = answered && answered.version > opened.version ? (answered as Row) : opened
  showChange(source, opened.id, changeBack(field, known).shown)
  refuse(source.object, {
    id: opened.id,
    field: field.name,
    reason,
    text: text ?? textOf(field, { ...opened, ...shown }),
    opened,
    retry: mayPass ? () => void saveChange(source, edit) : undefined,
  })
  sayIfUnseen(source, opened, field.label, reason)
}

/** The person may be elsewhere when an answer comes. */
function sayIfUnseen<Row extends AnyRecord>(
  source: RecordSource<Row>,
  record: Row,
  label: string,
  reason: string,
): void {
  requestAnimationFrame(() => {
    if (document.querySelector(`[data-refused^="${record.id} "]`)) return
    void toastProblem({ message: `${label} of ${source.nameOf(record)} was not saved. ${reason}` })
  })
}

/** Someone else changed the same field: shows all three values and does what the person chooses. */
async function settleConflict<Row extends AnyRecord>(
  source: RecordSource<Row>,
  edit: Edit<Row>,
): Promise<boolean> {
  const { opened, change, text } = edit
  const { field } = change
  try {
    const theirs = await source.read(opened.id)
    showAnswer(source, theirs)
    const words = {
      yours: textOf(field, { ...opened, ...change.shown }),
      theirs: textOf(field, theirs),
      original: textOf(field, opened),
    }
    const answer = await ask<ConflictAnswer | undefined>((onAnswer) =>
      createElement(ConflictDialog, { field: field.label, ...words, onAnswer }),
    )
    if (answer === 'theirs') return false
    if (answer === undefined) {
      const now = words.theirs ? `to “${words.theirs}”` : 'and emptied it'
      keep(source, edit, `Someone else changed this ${now} meanwhile. What you typed is not saved.`)
      return false
    }
    const chosen = answer === 'mine' ? change : changeBack(field, opened)
    showChange(source, opened.id, chosen.shown)
    return await send(source, { opened: theirs, change: chosen, text }, false)
  } catch (error) {
    keep(source, edit, toProblem(error).message)
    return false
  }
}
