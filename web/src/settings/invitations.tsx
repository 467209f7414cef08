import { useQuery } from '@tanstack/react-query'
import { createElement } from 'react'
import { call, toProblem } from '../call.ts'
import { formatDay } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { ask } from '../ui/ask.tsx'
import { Button } from '../ui/button.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toastProblem } from '../ui/toast.ts'
import { labelOf, roleOptions } from '../vocabulary.ts'
import { Row, Rows, Section } from './section.tsx'

const InviteDialog = lazyDialog(() => import('./invite-dialog.tsx'))
const INVITATIONS_KEY = ['invitations']

/** Open invitations, and the way to make one. */
export function Invitations() {
  const { data, error, refetch } = useQuery({
    queryKey: INVITATIONS_KEY,
    queryFn: ({ signal }) => call('GET /api/invitations', { signal }),
  })
  const reload = () => queryClient.invalidateQueries({ queryKey: INVITATIONS_KEY })
  const invite = async () => {
    await ask((onClose) => createElement(InviteDialog, { onClose: () => onClose(undefined) }))
    await reload()
  }
  const withdraw = async (id: number) => {
    try {
      await call('DELETE /api/invitations/:id', { params: { id } })
    } catch (problem) {
      await toastProblem(toProblem(problem))
    }
    await reload()
  }
  return (
    <Section title="Invitations" lead="Each link works once, for seven days.">
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />}
      {data && data.items.length > 0 && (
        <Rows label="Invitations">
          {data.items.map(({ id, email, role, expires_at }) => (
            <Row
              key={id}
              title={email}
              detail={`${labelOf(roleOptions, role)} · until ${formatDay(expires_at)}`}
            >
              <Button aria-label={`Withdraw the invitation of ${email}`} onClick={() => void withdraw(id)}>
                Withdraw
              </Button>
            </Row>
          ))}
        </Rows>
      )}
      <Button large className="self-start" onClick={() => void invite()}>
        Invite someone
      </Button>
    </Section>
  )
}
