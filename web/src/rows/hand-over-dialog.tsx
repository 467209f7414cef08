import { useState } from 'react'
import type { RecordReferences } from '../../../server/src/errors.ts'
import { kindOfPath, type RecordPath, recordKinds } from '../../../server/src/vocabulary.ts'
import { type ApiProblem, toProblem } from '../call.ts'
import { isPicked, recordSearch } from '../fields/record-options.ts'
import { formatCount } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Picker } from '../ui/picker.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import type { Option } from '../vocabulary.ts'
import type { TakeOver } from './take-over.ts'

interface HandOverDialogProps {
  kind: RecordPath
  ids: number[]
  named: string
  references: RecordReferences[]
  /** Throws what refused it. */
  onDelete: (takeOver: TakeOver) => Promise<void>
  onClose: () => void
}

/** "57 customers, 1 representative and 2 draft orders". */
function listed(references: RecordReferences[]): string {
  const parts = references.map(({ object, count, exact }) => {
    const { one, many } = recordKinds[object]
    // Orders that are sold keep whom they name.
    const draft = object === 'order' ? 'draft ' : ''
    return `${formatCount(count)}${exact ? '' : '+'} ${draft}${count === 1 ? one : many}`
  })
  return new Intl.ListFormat('en-GB').format(parts)
}

/** Asks who takes over what belongs to records that are about to be deleted. */
export default function HandOverDialog({
  kind,
  ids,
  named,
  references,
  onDelete,
  onClose,
}: HandOverDialogProps) {
  const [taker, setTaker] = useState<Option | null>(null)
  const [busy, setBusy] = useState<TakeOver>()
  const [problem, setProblem] = useState<ApiProblem>()
  const options = useOthers(kind, ids)
  const remove = async (takeOver: TakeOver) => {
    setBusy(takeOver)
    setProblem(undefined)
    try {
      await onDelete(takeOver)
    } catch (error) {
      setProblem(toProblem(error))
      setBusy(undefined)
    }
  }
  return (
    <Dialog title={`Delete ${named}`} onClose={() => busy === undefined && onClose()}>
      <DialogBody>
        <p>
          {listed(references)} {references.length === 1 && references[0]?.count === 1 ? 'belongs' : 'belong'}{' '}
          to {named}. What was sold and what was said keeps its names.
        </p>
        <Field label="Who takes over">
          <Picker value={taker} options={options} placeholder="Choose" onChange={setTaker} />
        </Field>
        {problem && <ProblemNote problem={problem} />}
      </DialogBody>
      <DialogFooter>
        <Button large busy={busy !== undefined} onClick={onClose}>
          Cancel
        </Button>
        <Button large busy={busy !== undefined} onClick={() => void remove('nobody')}>
          {busy === 'nobody' ? 'Deleting …' : 'Leave as nobody’s'}
        </Button>
        <Button
          large
          look="danger"
          disabled={taker === null}
          busy={busy !== undefined}
          onClick={() => taker && void remove(Number(taker.value))}
        >
          {typeof busy === 'number' ? 'Handing over …' : 'Hand over and delete'}
        </Button>
      </DialogFooter>
    </Dialog>
  )
}

/** Records of the same kind that stay. The function is the same as long as the dialog is open. */
function useOthers(kind: RecordPath, ids: number[]) {
  const [options] = useState(() => async (text: string, signal: AbortSignal) => {
    const name = kindOfPath[kind]
    const found = isPicked(name) ? await recordSearch[name](text, signal) : []
    return found.filter(({ value }) => !ids.includes(Number(value)))
  })
  return options
}
