import { Button } from '../ui/button.tsx'
import { type Refusal, refusalKey } from './refusals.ts'

interface RefusalNoteProps {
  refusal: Refusal
  /** Opens what was typed, where it has no editor beside it. */
  onEdit?: () => void
  onDiscard: () => void
  className?: string
}

/** Why an edit was not saved, beside what was typed; it stays until something is done about it. */
export function RefusalNote({ refusal, onEdit, onDiscard, className = '' }: RefusalNoteProps) {
  return (
    <div
      role="alert"
      dir="ltr"
      data-refused={refusalKey(refusal.id, refusal.field)}
      className={`text-label whitespace-normal ${className}`}
    >
      <p className="text-danger">{refusal.reason}</p>
      {/* The editor that it stands beside stays open: it would be left, and saved, before the click. */}
      <div className="mt-1 flex gap-1" onPointerDown={(event) => event.preventDefault()}>
        {refusal.retry && <Button onClick={refusal.retry}>Try again</Button>}
        {onEdit && <Button onClick={onEdit}>Edit</Button>}
        <Button look="quiet" onClick={onDiscard}>
          Discard
        </Button>
      </div>
    </div>
  )
}
