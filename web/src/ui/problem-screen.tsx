import { useRouter } from '@tanstack/react-router'
import { toProblem } from '../call.ts'
import { paths } from '../paths.ts'
import { Button } from './button.tsx'
import { EmptyState } from './empty-state.tsx'
import { Link } from './link.tsx'
import { ProblemNote } from './problem-note.tsx'
import { Screen } from './screen.tsx'

export function NotFoundScreen() {
  return (
    <Screen title="Not found">
      <h1 className="sr-only">Not found</h1>
      <EmptyState sentence="There is nothing at this address; it may have been mistyped.">
        <Link href={paths.home()} className="font-medium text-accent underline">
          Go to the customers
        </Link>
      </EmptyState>
    </Screen>
  )
}

/** A screen that could not be shown. Signing in again is not its matter: see main.tsx. */
export function ProblemScreen({ error }: { error: unknown }) {
  const router = useRouter()
  const problem = toProblem(error)
  if (problem.status === 401) return null
  if (problem.status === 404) return <NotFoundScreen />
  return (
    <Screen title={problem.title}>
      <div className="mx-auto flex max-w-md flex-col gap-3 px-4 py-16">
        <h1 className="text-record font-semibold">{problem.title}</h1>
        <ProblemNote problem={problem} />
        <Button className="self-start" onClick={() => void router.invalidate()}>
          Try again
        </Button>
      </div>
    </Screen>
  )
}
