import { useEffect, useSyncExternalStore } from 'react'
import type { InteractionKind } from '../../../server/src/vocabulary.ts'
import { ApiProblem, call, IdempotencyKeys, toProblem } from '../call.ts'
import { readNumber } from '../numbers.ts'
import { queryClient } from '../query-client.ts'
import { forgetOnSignOut } from '../session-state.ts'
import { toast, toastProblem } from '../ui/toast.ts'
import { watchUnsaved } from '../ui/unsaved.ts'
import { interactionKindLabels } from '../vocabulary.ts'

export interface Draft {
  kind: InteractionKind
  subject: string
  body: string
  minutes: string
}
const EMPTY: Draft = { kind: 'note', subject: '', body: '', minutes: '' }

/** The field of an interaction that names the record. */
const naming = { customers: 'customer_id', companies: 'company_id' } as const
export type Talked = keyof typeof naming

/** What is written about one record, and whether it is being saved. */
interface Note {
  draft: Draft
  busy: boolean
  /** Why it was not saved. */
  problem: ApiProblem | undefined
  /** A retry of the same words does not log them twice. */
  keys: IdempotencyKeys | undefined
}
const NOTHING: Note = { draft: EMPTY, busy: false, problem: undefined, keys: undefined }

/** What was typed and not saved stays while one looks at other records. */
const notes = new Map<string, Note>()
const listeners = new Set<() => void>()
/** Those that are on the screen. */
const inSight = new Set<string>()
forgetOnSignOut(() => {
  notes.clear()
  inSight.clear()
  tell()
})
watchUnsaved(() => [...notes.values()].some(({ draft }) => hasText(draft)), 'tab')

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function noteOf(name: string): Note {
  return notes.get(name) ?? NOTHING
}

function update(name: string, part: Partial<Note>): void {
  notes.set(name, { ...noteOf(name), ...part })
  tell()
}

export function hasText({ body, subject }: Draft): boolean {
  return body.trim() !== '' || subject.trim() !== ''
}

export function talks({ kind }: Draft): boolean {
  return kind === 'call' || kind === 'meeting'
}

/** The note that is being written about a record. */
export function useNote(object: Talked, id: number) {
  const name = `${object} ${id}`
  const note = useSyncExternalStore(subscribe, () => noteOf(name))
  useEffect(() => {
    inSight.add(name)
    return () => void inSight.delete(name)
  }, [name])
  return {
    ...note,
    change: (part: Partial<Draft>) => update(name, { draft: { ...noteOf(name).draft, ...part } }),
    discard: () => discard(name),
    save: () => save(object, id, name),
  }
}

function discard(name: string): void {
  update(name, { ...NOTHING, busy: noteOf(name).busy, draft: { ...EMPTY, kind: noteOf(name).draft.kind } })
}

/** Saves it; the answer finds it wherever the person is by then. */
async function save(object: Talked, id: number, name: string): Promise<void> {
  const { draft, busy, keys = new IdempotencyKeys() } = noteOf(name)
  if (!hasText(draft) || busy) return
  update(name, { busy: true, problem: undefined, keys })
  try {
    const body = bodyOf(draft, object, id)
    await call('POST /api/interactions', { body, idempotencyKey: keys.of(body) })
    // What was typed since it was sent stays.
    if (notes.get(name)?.draft === draft) discard(name)
    else if (notes.has(name)) update(name, { keys: undefined })
    void toast(`${interactionKindLabels[draft.kind]} saved`)
    await queryClient.invalidateQueries({ queryKey: ['timeline', object, id] })
  } catch (error) {
    // Another person may have signed in since.
    if (!notes.has(name)) return
    const problem = toProblem(error)
    update(name, { problem })
    if (!inSight.has(name)) await toastProblem({ message: unseen(draft, problem) })
  } finally {
    if (notes.has(name)) update(name, { busy: false })
  }
}

function unseen({ kind, subject, body }: Draft, { message }: ApiProblem): string {
  return `The ${kind} “${startOf(subject.trim() || body.trim())}” was not saved. ${message} It waits where you wrote it.`
}

const START_LENGTH = 40

function startOf(text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > START_LENGTH || line !== text ? `${line.slice(0, START_LENGTH)}…` : line
}

function bodyOf(draft: Draft, object: Talked, id: number) {
  return {
    kind: draft.kind,
    [naming[object]]: id,
    ...(draft.kind !== 'note' && draft.subject.trim() && { subject: draft.subject.trim() }),
    ...(draft.body.trim() && { body: draft.body.trim() }),
    ...(talks(draft) && draft.minutes.trim() && { duration_minutes: minutesOf(draft.minutes) }),
  }
}

/** Whole minutes; what is none is refused, never made into some. */
function minutesOf(text: string): number {
  const read = readNumber(text, { digits: 0 })
  if ('refused' in read)
    throw new ApiProblem({ status: 400, detail: `Minutes: ${read.refused} Nothing was saved.` })
  return Number(read.value)
}
