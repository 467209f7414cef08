import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { call, toProblem } from '../call.ts'
import { formatAgo } from '../format.ts'
import { paths } from '../paths.ts'
import { queryClient } from '../query-client.ts'
import { endHere } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toastProblem } from '../ui/toast.ts'
import { mayLeave } from '../ui/unsaved.ts'
import { Row, Rows, Section } from './section.tsx'

const SESSIONS_KEY = ['sessions']

/** Where the person is signed in. */
export function Sessions() {
  const router = useRouter()
  const { data, error, refetch } = useQuery({
    queryKey: SESSIONS_KEY,
    queryFn: ({ signal }) => call('GET /api/auth/sessions', { signal }),
  })
  const end = async (session_id: string) => {
    try {
      await call('DELETE /api/auth/sessions/:session_id', { params: { session_id } })
    } catch (problem) {
      await toastProblem(toProblem(problem))
    }
    await queryClient.invalidateQueries({ queryKey: SESSIONS_KEY })
  }
  const endAll = async () => {
    if (!(await mayLeave())) return
    try {
      await call('POST /api/auth/sign-out-everywhere')
      await router.navigate({ href: paths.signIn(), ignoreBlocker: true })
      endHere()
    } catch (problem) {
      await toastProblem(toProblem(problem))
    }
  }
  return (
    <Section title="Sessions" lead="Where you are signed in.">
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />}
      <Rows label="Sessions">
        {data?.items.map((session) => (
          <Row
            key={session.id}
            title={`${browserName(session.user_agent)}${session.current ? ' (this one)' : ''}`}
            detail={`${session.ip_address ?? 'Unknown address'} · used ${formatAgo(session.last_seen_at)}`}
          >
            {!session.current && (
              <Button
                aria-label={`End the session of ${browserName(session.user_agent)}`}
                onClick={() => void end(session.id)}
              >
                End
              </Button>
            )}
          </Row>
        ))}
      </Rows>
      <Button large look="danger" className="self-start" onClick={() => void endAll()}>
        Sign out everywhere
      </Button>
    </Section>
  )
}

const browsers: [name: string, mark: RegExp][] = [
  ['Edge', /Edg\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /Chrome\//],
  ['Safari', /Safari\//],
]
const systems: [name: string, mark: RegExp][] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
]

/** "Firefox on Linux"; what browsers say of themselves is a guess at best. */
function browserName(userAgent: string | null): string {
  const named = (known: [string, RegExp][]) => known.find(([, mark]) => mark.test(userAgent ?? ''))?.[0]
  const browser = named(browsers) ?? 'A program'
  const system = named(systems)
  return system ? `${browser} on ${system}` : browser
}
