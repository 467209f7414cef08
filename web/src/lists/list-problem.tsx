import { CircleAlert } from 'lucide-react'
import type { ApiProblem } from '../call.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { type Filter, filterKey, operatorLabel } from './filters.ts'
import type { ListState } from './use-list-state.ts'

/** The filters because of which the server gave no rows. */
export function refusedFilters(problem: ApiProblem | undefined, filters: Filter[]): Filter[] {
  if (problem?.status !== 400) return []
  return filters.filter((filter) => problem.errors.some(({ path }) => path === `query/${filterKey(filter)}`))
}

interface ListProblemProps {
  problem: ApiProblem
  state: ListState
  onRetry: () => void
}

/** Why a list has no rows, and the way out. */
export function ListProblem({ problem, state, onRetry }: ListProblemProps) {
  const refused = refusedFilters(problem, state.filters)
  if (refused.length === 0) {
    return (
      <div className="p-4">
        <ProblemNote problem={problem} />
        <Button className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      </div>
    )
  }
  return (
    <div className="p-4">
      <div role="alert" className="flex items-start gap-2 rounded-control border border-danger px-3 py-2">
        <CircleAlert size={16} className="mt-0.5 flex-none text-danger" aria-hidden />
        <ul>
          {refused.map((filter) => (
            <li key={filterKey(filter)}>
              This filter cannot be used: {filter.field.label} {operatorLabel(filter.field, filter.operator)}{' '}
              “{filter.value}”. Change or remove it to see the list.
            </li>
          ))}
        </ul>
      </div>
      <Button
        className="mt-2"
        onClick={() => state.setFilters(state.filters.filter((filter) => !refused.includes(filter)))}
      >
        {refused.length === 1 ? 'Remove this filter' : 'Remove these filters'}
      </Button>
    </div>
  )
}
