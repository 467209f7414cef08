import { CircleAlert } from 'lucide-react'
import type { ApiProblem } from '../call.ts'
import { Button } from './button.tsx'

interface ProblemNoteProps {
  problem: ApiProblem
  /** Does the same again. */
  onRetry?: () => void
}

/** What happened, what was kept and what to do, in the server's own words. */
export function ProblemNote({ problem, onRetry }: ProblemNoteProps) {
  return (
    <div role="alert" className="flex items-start gap-2 rounded-control border border-danger px-3 py-2">
      <CircleAlert size={16} className="mt-0.5 flex-none text-danger" aria-hidden />
      <p className="flex-1">
        {problem.message}
        {problem.status >= 500 && problem.requestId && (
          <span className="block text-label text-muted">Request {problem.requestId}</span>
        )}
      </p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  )
}
