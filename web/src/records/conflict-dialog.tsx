import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'

interface ConflictDialogProps {
  field: string
  /** The values as people read them. */
  yours: string
  theirs: string
  original: string
  /** True to save one's own value over theirs. */
  onAnswer: (keepsMine: boolean) => void
}

/** Two people changed the same field: the later one sees what there was, what there is, and what they typed. */
export default function ConflictDialog({ field, yours, theirs, original, onAnswer }: ConflictDialogProps) {
  const values = { Yours: yours, 'Theirs, saved': theirs, Before: original }
  return (
    <Dialog title={`Someone else changed “${field}”`} onClose={() => onAnswer(false)}>
      <DialogBody>
        <p className="text-muted">
          It was changed after you read it. Theirs is saved; yours is kept here until you choose.
        </p>
        <dl className="grid grid-cols-[96px_1fr] gap-x-4 gap-y-2">
          {Object.entries(values).map(([label, value]) => (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd className="font-medium wrap-anywhere whitespace-pre-wrap">{value || 'Empty'}</dd>
            </div>
          ))}
        </dl>
      </DialogBody>
      <DialogFooter>
        <Button large onClick={() => onAnswer(false)}>
          Keep theirs
        </Button>
        <Button large look="primary" onClick={() => onAnswer(true)}>
          Save mine
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
