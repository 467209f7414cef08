import { type KeyboardEvent, type RefObject, useRef, useState } from 'react'
import type { InteractionKind } from '../../../server/src/vocabulary.ts'
import { ApiProblem, call, toProblem } from '../call.ts'
import { readNumber } from '../numbers.ts'
import { queryClient } from '../query-client.ts'
import { forgetOnSignOut } from '../session-state.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Input, TextArea } from '../ui/input.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toast } from '../ui/toast.ts'
import { watchUnsaved } from '../ui/unsaved.ts'
import { interactionKindLabels } from '../vocabulary.ts'

interface Draft {
  kind: InteractionKind
  subject: string
  body: string
  minutes: string
}
const EMPTY: Draft = { kind: 'note', subject: '', body: '', minutes: '' }

const kinds: InteractionKind[] = ['note', 'call', 'email', 'meeting']
const placeholders: Record<InteractionKind, string> = {
  note: 'Write a note… (N)',
  call: 'What was said?',
  email: 'What did you write?',
  meeting: 'What was decided?',
}

/** What was typed and not saved stays while one looks at other records. */
const drafts = new Map<string, Draft>()
forgetOnSignOut(() => drafts.clear())
watchUnsaved(() => [...drafts.values()].some(hasText), 'tab')

export interface ComposerControl {
  /** Chooses what to write and puts the cursor there. */
  begin: (kind: InteractionKind) => void
}

interface ComposerProps {
  object: Talked
  id: number
  control: RefObject<ComposerControl | null>
}

/** Logs a note, call, email or meeting. */
export function Composer({ object, id, control }: ComposerProps) {
  const { draft, change, discard, save, busy, problem } = useDraft(object, id)
  const text = useRef<HTMLTextAreaElement>(null)
  const begin = (kind: InteractionKind) => {
    change({ kind })
    text.current?.focus()
  }
  control.current = { begin }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    void save()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl-Enter saves from any of its fields
    <div
      onKeyDown={onKeyDown}
      className="overflow-hidden rounded-card border border-line focus-within:border-accent"
    >
      <Kinds chosen={draft.kind} onChoose={begin} />
      {draft.kind !== 'note' && <SubjectLine draft={draft} onChange={change} />}
      <TextArea
        ref={text}
        aria-label={`Text of the ${draft.kind}`}
        placeholder={placeholders[draft.kind]}
        value={draft.body}
        onChange={(event) => change({ body: event.target.value })}
        className="block resize-y rounded-none border-none bg-transparent! outline-none!"
      />
      {problem && (
        <div className="p-2">
          <ProblemNote problem={problem} onRetry={problem.passing ? () => void save() : undefined} />
        </div>
      )}
      {hasText(draft) && (
        <div className="flex items-center justify-end gap-2 p-2">
          <Button look="quiet" onClick={discard}>
            Discard
          </Button>
          <Button look="primary" busy={busy} onClick={() => void save()}>
            Save {draft.kind}
          </Button>
        </div>
      )}
    </div>
  )
}

function hasText({ body, subject }: Draft): boolean {
  return body.trim() !== '' || subject.trim() !== ''
}

function talks({ kind }: Draft): boolean {
  return kind === 'call' || kind === 'meeting'
}

/** The field of an interaction that names the record. */
const naming = { customers: 'customer_id', companies: 'company_id' } as const
type Talked = keyof typeof naming

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

function useDraft(object: Talked, id: number) {
  const name = `${object} ${id}`
  const [draft, setDraft] = useState(drafts.get(name) ?? EMPTY)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const sent = useRef({ body: '', key: '' })
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part }
    drafts.set(name, next)
    setDraft(next)
  }
  const discard = () => {
    drafts.delete(name)
    setDraft({ ...EMPTY, kind: draft.kind })
  }
  const save = async () => {
    if (!hasText(draft) || busy) return
    setBusy(true)
    setProblem(undefined)
    try {
      const body = bodyOf(draft, object, id)
      const words = JSON.stringify(body)
      // A retry of the same words does not log them twice.
      if (sent.current.body !== words) sent.current = { body: words, key: crypto.randomUUID() }
      await call('POST /api/interactions', { body, idempotencyKey: sent.current.key })
      sent.current = { body: '', key: '' }
      // What was typed since it was sent stays.
      if (drafts.get(name) === draft) discard()
      await queryClient.invalidateQueries({ queryKey: ['timeline', object, id] })
      void toast(`${interactionKindLabels[draft.kind]} saved`)
    } catch (error) {
      setProblem(toProblem(error))
    } finally {
      setBusy(false)
    }
  }
  return { draft, change, discard, save, busy, problem }
}

function Kinds({ chosen, onChoose }: { chosen: InteractionKind; onChoose: (kind: InteractionKind) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: choosing what to write is no field of a form
    <div role="group" aria-label="What to write" className="flex gap-1 border-b border-line p-1">
      {kinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-pressed={chosen === kind}
          onClick={() => onChoose(kind)}
          className={classes(
            'h-6 rounded-control px-2 text-label',
            chosen === kind ? 'bg-hover font-medium' : 'text-muted hover:bg-hover',
          )}
        >
          {interactionKindLabels[kind]}
        </button>
      ))}
    </div>
  )
}

function SubjectLine({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const look = 'rounded-none border-none bg-transparent! outline-none!'
  return (
    <div className="flex border-b border-line">
      <Input
        aria-label="Subject"
        placeholder="Subject"
        maxLength={200}
        value={draft.subject}
        onChange={(event) => onChange({ subject: event.target.value })}
        className={look}
      />
      {talks(draft) && (
        <Input
          aria-label="Minutes"
          placeholder="Minutes"
          inputMode="numeric"
          value={draft.minutes}
          onChange={(event) => onChange({ minutes: event.target.value })}
          className={`${look} w-24! text-right tabular-nums`}
        />
      )}
    </div>
  )
}
