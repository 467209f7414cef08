import { useQuery } from '@tanstack/react-query'
import { useParams, useRouter } from '@tanstack/react-router'
import type { Response } from '../../../server/src/api.ts'
import { call, toProblem } from '../call.ts'
import { paths } from '../paths.ts'
import { beginSession } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, TextField, useProblemForm } from '../ui/form.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { labelOf, roleOptions } from '../vocabulary.ts'
import { Entrance } from './entrance.tsx'

type Invitation = Response<'GET /api/invitations/by-token/:token'>

/** Where an invitation link leads. */
export default function JoinScreen() {
  const { token = '' }: { token?: string } = useParams({ strict: false })
  const { data, error } = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call('GET /api/invitations/by-token/:token', { params: { token }, signal }),
  })
  // A link that was good stays so while one types, be it that asking again fails.
  if (error && !data) {
    return (
      <Entrance title="This link does not work" lead="Ask whoever invited you for a new one.">
        <ProblemNote problem={toProblem(error)} />
        <Link href={paths.signIn()} className="mt-4 inline-block font-medium text-accent underline">
          Sign in
        </Link>
      </Entrance>
    )
  }
  return data ? <JoinForm token={token} invitation={data} /> : null
}

function JoinForm({ token, invitation }: { token: string; invitation: Invitation }) {
  const router = useRouter()
  const isNew = !invitation.has_account
  const state = useProblemForm({
    defaultValues: { name: '', password: '' },
    unguarded: true,
    onSubmit: async ({ name, password }) => {
      const body = isNew ? { name, password } : { password }
      beginSession(await call('POST /api/invitations/by-token/:token/accept', { params: { token }, body }))
      await router.navigate({ href: paths.home(), replace: true })
    },
  })
  const role = labelOf(roleOptions, invitation.role).toLowerCase()
  return (
    <Entrance title={`Join ${invitation.workspace_name}`} lead={`As ${role}, with ${invitation.email}.`}>
      <Form state={state} className="flex flex-col gap-4">
        {isNew && (
          <TextField
            state={state}
            name="name"
            label="Your name"
            autoComplete="name"
            required="Enter your name."
            autoFocus
          />
        )}
        <TextField
          state={state}
          name="password"
          label="Password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          hint={isNew ? 'At least 10 characters.' : 'The one that you sign in with already.'}
          required={isNew ? 'Choose a password of at least 10 characters.' : 'Enter your password.'}
          autoFocus={!isNew}
        />
        <FormProblem state={state} />
        <Button large look="primary" type="submit" busy={state.busy}>
          Join
        </Button>
      </Form>
    </Entrance>
  )
}
