import { useLoaderData } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../call.ts'
import { paths } from '../paths.ts'
import { EmailField } from '../session/email-field.tsx'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, useProblemForm } from '../ui/form.tsx'
import { Link } from '../ui/link.tsx'
import { Entrance } from './entrance.tsx'

/** For who has forgotten their password: a mail where the installation sends some, else who can help. */
export default function ForgotScreen() {
  const { sends_mail } = useLoaderData({ from: '/forgot' })
  const [sentTo, setSentTo] = useState<string>()
  if (!sends_mail) {
    return (
      <Entrance
        title="Forgot your password?"
        lead="An admin of your workspace can make you a link, in Settings under Members."
      >
        <p className="text-muted">
          If there is none, whoever runs the server can, with{' '}
          <code className="whitespace-nowrap">rapport reset-password</code> and your email address.
        </p>
        <BackLink />
      </Entrance>
    )
  }
  if (sentTo !== undefined) {
    return (
      <Entrance
        title="Look into your mail"
        lead={`If somebody signs in with ${sentTo}, a link is on its way.`}
      >
        <p className="text-muted">It works once, for one hour.</p>
        <BackLink />
      </Entrance>
    )
  }
  return <ForgotForm onSent={setSentTo} />
}

function BackLink() {
  return (
    <Link href={paths.signIn()} className="mt-4 inline-block font-medium text-accent underline">
      Back to sign-in
    </Link>
  )
}

function ForgotForm({ onSent }: { onSent: (email: string) => void }) {
  const state = useProblemForm({
    defaultValues: { email: '' },
    unguarded: true,
    onSubmit: async (body) => {
      await call('POST /api/auth/forgot-password', { body })
      onSent(body.email)
    },
  })
  return (
    <Entrance title="Forgot your password?" lead="We send you a link with which you choose a new one.">
      <Form state={state} className="flex flex-col gap-4">
        <EmailField state={state} name="email" autoFocus />
        <FormProblem state={state} />
        <Button large look="primary" type="submit" busy={state.busy}>
          Send the link
        </Button>
      </Form>
      <BackLink />
    </Entrance>
  )
}
