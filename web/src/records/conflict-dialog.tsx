import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { type AnyRecord, type FieldChange, type RecordField, textOf } from './field.ts'

interface ConflictDialogProps<Row extends AnyRecord> {
  field: RecordField<Row>
  original: Row
  theirs: Row
  change: FieldChange<Row>
  /** True to save one's own value over theirs. */
  onAnswer: (keepsMine: boolean) => void
}

/** Two people changed the same field: the later one sees what there was, what there is, and what they typed. */
export default function ConflictDialog<Row extends AnyRecord>({
  field,
  original,
  theirs,
  change,
  onAnswer,
}: ConflictDialogProps<Row>) {
  const values = [
    ['Yours', { ...original, ...change.shown }],
    ['Theirs, saved', theirs],
    ['Before', original],
  ] as const
  return (
    <Dialog title={`Someone else changed “${field.label}”`} onClose={() => onAnswer(false)}>
      <DialogBody>
        <p className="text-muted">
          It was changed after you read it. Theirs is saved; yours is kept here until you choose.
        </p>
        <dl className="grid grid-cols-[96px_1fr] gap-x-4 gap-y-2">
          {values.map(([label, row]) => (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd className="font-medium wrap-anywhere whitespace-pre-wrap">{textOf(field, row) || 'Empty'}</dd>
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
