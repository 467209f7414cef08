import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'

/** Which value is to stand. */
export type ConflictAnswer = 'mine' | 'theirs' | 'original'

interface ConflictDialogProps {
  field: string
  /** The values as people read them. */
  yours: string
  theirs: string
  original: string
  /** Undefined if the person wants to decide later: what was typed is kept. */
  onAnswer: (answer: ConflictAnswer | undefined) => void
}

/** Two people changed the same field: the later one sees what there was, what there is, and what they typed. */
export default function ConflictDialog({ field, yours, theirs, original, onAnswer }: ConflictDialogProps) {
  const values = { Yours: yours, 'Theirs, saved': theirs, Before: original }
  return (
    <Dialog title={`Someone else changed “${field}”`} onClose={() => onAnswer(undefined)}>
      <DialogBody>
        <p className="text-muted">
          It was changed after you began. Theirs is saved; yours is kept here until you choose, also if you
          close this.
        </p>
        <dl className="grid grid-cols-[96px_1fr] gap-x-4 gap-y-2">
          {Object.entries(values).map(([label, value]) => (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd dir="auto" className="font-medium wrap-anywhere whitespace-pre-wrap">
                {value || 'Empty'}
              </dd>
            </div>
          ))}
        </dl>
      </DialogBody>
      <DialogFooter>
        {/* The first has the focus: it must be the one that undoes nobody's work that is saved. */}
        <Button large onClick={() => onAnswer('theirs')}>
          Keep theirs
        </Button>
        {original !== theirs && (
          <Button large look="quiet" onClick={() => onAnswer('original')}>
            Back to before
          </Button>
        )}
        <Button large look="primary" onClick={() => onAnswer('mine')}>
          Save mine
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
