import { useQuery } from '@tanstack/react-query'
import { createElement } from 'react'
import type { Response } from '../../../server/src/api.ts'
import type { Role } from '../../../server/src/vocabulary.ts'
import { call, toProblem } from '../call.ts'
import { formatDay } from '../format.ts'
import { queryClient } from '../query-client.ts'
import { useMay, useMe } from '../session/session.ts'
import { ask } from '../ui/ask.tsx'
import { Button } from '../ui/button.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { Menu } from '../ui/menu.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { toast, toastProblem } from '../ui/toast.ts'
import { labelOf, roleOptions } from '../vocabulary.ts'
import { Row, Rows, Section } from './section.tsx'

type Member = Response<'GET /api/members'>['items'][number]

const Confirm = lazyDialog(() => import('../ui/confirm.tsx'))
const LinkDialog = lazyDialog(() => import('./link-dialog.tsx'))
const MEMBERS_KEY = ['members']

export function Members() {
  const { data, error, refetch } = useQuery({
    queryKey: MEMBERS_KEY,
    queryFn: ({ signal }) => call('GET /api/members', { signal }),
  })
  return (
    <Section title="Members" lead="Who works here, and what they may do.">
      {error && <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />}
      <Rows label="Members">
        {data?.items.map((member) => (
          <MemberRow key={member.user_id} member={member} />
        ))}
      </Rows>
    </Section>
  )
}

function MemberRow({ member }: { member: Member }) {
  const me = useMe()
  const mayWrite = useMay('members:write')
  const isMe = member.user_id === me.user.id
  const params = { user_id: member.user_id }
  const run = async (work: () => Promise<unknown>, sentence: string) => {
    try {
      await work()
      void toast(sentence)
    } catch (error) {
      await toastProblem(toProblem(error))
    }
    await queryClient.invalidateQueries({ queryKey: MEMBERS_KEY })
  }
  const setRole = (role: Role) =>
    run(
      () => call('PATCH /api/members/:user_id', { params, body: { role } }),
      `${member.name} is now ${labelOf(roleOptions, role).toLowerCase()}`,
    )
  const remove = async () => {
    if (await isSure(member))
      await run(() => call('DELETE /api/members/:user_id', { params }), `${member.name} was removed`)
  }
  const role = labelOf(roleOptions, member.role)
  return (
    <Row
      title={`${member.name}${isMe ? ' (you)' : ''}`}
      detail={`${member.email} · since ${formatDay(member.joined_at)}`}
    >
      {mayWrite && !isMe ? (
        <>
          <Menu
            align="end"
            entries={roleOptions
              .filter(({ value }) => value !== 'owner' || me.role === 'owner')
              .map(({ value, label }) => ({
                label,
                checked: value === member.role,
                // The options are the API's own roles.
                run: () => void setRole(value as Role),
              }))}
          >
            {(trigger) => (
              <Button {...trigger} aria-label={`${role}: change the role of ${member.name}`}>
                {role}
              </Button>
            )}
          </Menu>
          <Button
            aria-label={`Password link for ${member.name}`}
            onClick={() => void showPasswordLink(member)}
          >
            Password link
          </Button>
          <Button look="danger" aria-label={`Remove ${member.name}`} onClick={() => void remove()}>
            Remove
          </Button>
        </>
      ) : (
        <span className="text-muted">{role}</span>
      )}
    </Row>
  )
}

async function showPasswordLink({ user_id }: Member): Promise<void> {
  try {
    const { url } = await call('POST /api/members/:user_id/password-reset', { params: { user_id } })
    await ask<void>((close) =>
      createElement(LinkDialog, { label: 'Link to a new password', link: url, onClose: () => close() }),
    )
  } catch (error) {
    await toastProblem(toProblem(error))
  }
}

function isSure({ name }: Member): Promise<boolean> {
  return ask<boolean>((answer) =>
    createElement(Confirm, {
      title: `Remove ${name}?`,
      detail: 'They can no longer sign in to this workspace. Records and history stay.',
      action: 'Remove',
      onConfirm: () => answer(true),
      onCancel: () => answer(false),
    }),
  )
}
