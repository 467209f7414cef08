import { type KeyboardEvent, type RefObject, useRef, useState } from 'react'
import type { InteractionKind } from '../../../server/src/vocabulary.ts'
import { type ApiProblem, call, toProblem } from '../call.ts'
import { queryClient } from '../query-client.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Input, TextArea } from '../ui/input.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toast } from '../ui/toast.ts'
import { interactionKindLabels } from '../vocabulary.ts'
import type { TimelineObject } from './timeline.tsx'

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

export interface ComposerControl {
  /** Chooses what to write and puts the cursor there. */
  begin: (kind: InteractionKind) => void
}

interface ComposerProps {
  object: TimelineObject
  id: number
  control: RefObject<ComposerControl | null>
}

/** Logs a note, call, email or meeting. */
export function Composer({ object, id, control }: ComposerProps) {
  const key = `${object} ${id}`
  const [draft, setDraft] = useState(drafts.get(key) ?? EMPTY)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const text = useRef<HTMLTextAreaElement>(null)
  const sent = useRef({ body: '', key: '' })
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part }
    drafts.set(key, next)
    setDraft(next)
  }
  control.current = {
    begin: (kind) => {
      change({ kind })
      text.current?.focus()
    },
  }
  const hasText = draft.body.trim() !== '' || draft.subject.trim() !== ''
  const talks = draft.kind === 'call' || draft.kind === 'meeting'
  const save = async () => {
    if (!hasText || busy) return
    const body = {
      kind: draft.kind,
      ...(object === 'customers' ? { customer_id: id } : { company_id: id }),
      ...(draft.kind !== 'note' && draft.subject.trim() && { subject: draft.subject.trim() }),
      ...(draft.body.trim() && { body: draft.body.trim() }),
      ...(talks && draft.minutes && { duration_minutes: Number(draft.minutes) }),
    }
    const words = JSON.stringify(body)
    if (sent.current.body !== words) sent.current = { body: words, key: crypto.randomUUID() }
    setBusy(true)
    setProblem(undefined)
    try {
      await call('POST /api/interactions', { body, idempotencyKey: sent.current.key })
      drafts.delete(key)
      sent.current = { body: '', key: '' }
      setDraft({ ...EMPTY, kind: draft.kind })
      await queryClient.invalidateQueries({ queryKey: ['timeline', object, id] })
      void toast(`${interactionKindLabels[draft.kind]} saved`)
    } catch (error) {
      setProblem(toProblem(error))
    } finally {
      setBusy(false)
    }
  }
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
      {/* biome-ignore lint/a11y/useSemanticElements: choosing what to write is no field of a form */}
      <div role="group" aria-label="What to write" className="flex gap-1 border-b border-line p-1">
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={draft.kind === kind}
            onClick={() => control.current?.begin(kind)}
            className={classes(
              'h-6 rounded-control px-2 text-label',
              draft.kind === kind ? 'bg-hover font-medium' : 'text-muted hover:bg-hover',
            )}
          >
            {interactionKindLabels[kind]}
          </button>
        ))}
      </div>
      {draft.kind !== 'note' && (
        <div className="flex border-b border-line">
          <Input
            aria-label="Subject"
            placeholder="Subject"
            maxLength={200}
            value={draft.subject}
            onChange={(event) => change({ subject: event.target.value })}
            className="rounded-none border-none bg-transparent! outline-none!"
          />
          {talks && (
            <Input
              aria-label="Minutes"
              placeholder="Minutes"
              inputMode="numeric"
              value={draft.minutes}
              onChange={(event) => change({ minutes: event.target.value.replace(/\D/g, '').slice(0, 5) })}
              className="w-24! rounded-none border-none bg-transparent! outline-none! text-right tabular-nums"
            />
          )}
        </div>
      )}
      <TextArea
        ref={text}
        aria-label={`Text of the ${draft.kind}`}
        placeholder={placeholders[draft.kind]}
        value={draft.body}
        onChange={(event) => change({ body: event.target.value })}
        className="block rounded-none border-none bg-transparent! outline-none! resize-y"
      />
      {problem && (
        <div className="p-2">
          <ProblemNote problem={problem} />
        </div>
      )}
      {hasText && (
        <div className="flex items-center justify-end gap-2 p-2">
          <Button
            look="quiet"
            onClick={() => {
              drafts.delete(key)
              setDraft({ ...EMPTY, kind: draft.kind })
            }}
          >
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
