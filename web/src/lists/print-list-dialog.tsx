import { useEffect, useState } from 'react'
import { type ApiProblem, toProblem } from '../call.ts'
import { formatCount } from '../format.ts'
import { Dialog, DialogBody, DialogCancel, DialogFooter } from '../ui/dialog.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'

interface PrintListDialogProps {
  what: string
  max: number
  fetch: (signal: AbortSignal, onCount: (rows: number) => void) => Promise<unknown>
  /** With what was fetched, or undefined if the person has had enough. */
  onDone: (fetched: unknown) => void
}

/** Says how far fetching a list has come, and lets go of it. */
export default function PrintListDialog({ what, max, fetch, onDone }: PrintListDialogProps) {
  const [attempt, setAttempt] = useState(1)
  const [count, setCount] = useState(0)
  const [problem, setProblem] = useState<ApiProblem>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: fetched once for each attempt
  useEffect(() => {
    const abort = new AbortController()
    setProblem(undefined)
    setCount(0)
    fetch(abort.signal, setCount).then(onDone, (error) => {
      if (!abort.signal.aborted) setProblem(toProblem(error))
    })
    return () => abort.abort()
  }, [attempt])
  return (
    <Dialog title={`Print ${what}`} onClose={() => onDone(undefined)}>
      <DialogBody>
        {problem ? (
          <>
            <p>The list did not come whole, so nothing was printed.</p>
            <ProblemNote problem={problem} onRetry={() => setAttempt(attempt + 1)} />
          </>
        ) : (
          <p role="status">
            Fetching the rows, up to {formatCount(max)}: {formatCount(count)} have come …
          </p>
        )}
      </DialogBody>
      <DialogFooter>
        <DialogCancel />
      </DialogFooter>
    </Dialog>
  )
}
