import { type KeyboardEvent, type RefObject, useRef } from 'react'
import type { InteractionKind } from '../../../server/src/vocabulary.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Input, TextArea } from '../ui/input.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { interactionKindLabels } from '../vocabulary.ts'
import { type Draft, hasText, type Talked, talks, useNote } from './notes.ts'

const kinds: InteractionKind[] = ['note', 'call', 'email', 'meeting']
const placeholders: Record<InteractionKind, string> = {
  note: 'Write a note… (N)',
  call: 'What was said?',
  email: 'What did you write?',
  meeting: 'What was decided?',
}

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
  const { draft, change, discard, save, busy, problem } = useNote(object, id)
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
