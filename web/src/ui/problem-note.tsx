import { CircleAlert } from 'lucide-react'
import type { ApiProblem } from '../call.ts'

/** What happened, what was kept and what to do, in the server's own words. */
export function ProblemNote({ problem }: { problem: ApiProblem }) {
  return (
    <div role="alert" className="flex items-start gap-2 rounded-control border border-danger px-3 py-2">
      <CircleAlert size={16} className="mt-0.5 text-danger" aria-hidden />
      <p>
        {problem.message}
        {problem.status >= 500 && problem.requestId && (
          <span className="block text-label text-muted">Request {problem.requestId}</span>
        )}
      </p>
    </div>
  )
}
