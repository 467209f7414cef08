import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { call, toProblem } from '../call.ts'
import { paths } from '../paths.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, TextField, useProblemForm } from '../ui/form.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Entrance } from './entrance.tsx'

/** Where a link for a forgotten password leads. */
export default function ResetScreen() {
  const { token = '' }: { token?: string } = useParams({ strict: false })
  const [done, setDone] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['password reset', token],
    queryFn: ({ signal }) => call('GET /api/password-resets/:token', { params: { token }, signal }),
    // After its use the link is gone, and that is no problem.
    enabled: !done,
  })
  if (done) {
    return (
      <Entrance
        title="Your password is changed"
        lead="You are signed out everywhere. Sign in with the new one."
      >
        <SignInLink />
      </Entrance>
    )
  }
  // A link that was good stays so while one types, be it that asking again fails.
  if (error && !data) {
    return (
      <Entrance title="This link does not work" lead="It works once. Ask for a new one.">
        <ProblemNote problem={toProblem(error)} />
        <SignInLink />
      </Entrance>
    )
  }
  return data ? <ResetForm token={token} email={data.email} onDone={() => setDone(true)} /> : null
}

function SignInLink() {
  return (
    <Link href={paths.signIn()} className="mt-4 inline-block font-medium text-accent underline">
      Sign in
    </Link>
  )
}

function ResetForm({ token, email, onDone }: { token: string; email: string; onDone: () => void }) {
  const state = useProblemForm({
    defaultValues: { password: '' },
    unguarded: true,
    onSubmit: async (body) => {
      await call('POST /api/password-resets/:token', { params: { token }, body })
      onDone()
    },
  })
  return (
    <Entrance title="Choose a new password" lead={`For ${email}. It ends all sessions of yours.`}>
      <Form state={state} className="flex flex-col gap-4">
        <TextField
          state={state}
          name="password"
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          required="Choose a password of at least 10 characters."
          autoFocus
        />
        <FormProblem state={state} />
        <Button large look="primary" type="submit" busy={state.busy}>
          Change password
        </Button>
      </Form>
    </Entrance>
  )
}
