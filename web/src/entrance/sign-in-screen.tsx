import { useRouter, useSearch } from '@tanstack/react-router'
import { call } from '../call.ts'
import { paths } from '../paths.ts'
import { EmailField } from '../session/email-field.tsx'
import { beginSession } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, TextField, useProblemForm } from '../ui/form.tsx'
import { Link } from '../ui/link.tsx'
import { Entrance } from './entrance.tsx'

export default function SignInScreen() {
  const router = useRouter()
  // The router parses the query into plain texts; see routes.tsx.
  const { next }: { next?: string } = useSearch({ strict: false })
  const state = useProblemForm({
    defaultValues: { email: '', password: '' },
    unguarded: true,
    onSubmit: async (body) => {
      beginSession(await call('POST /api/auth/sign-in', { body }))
      await router.navigate({ href: safeNext(next), replace: true })
    },
  })
  return (
    <Entrance title="Sign in" lead="With the email address that you were invited with.">
      <Form state={state} className="flex flex-col gap-4">
        <EmailField state={state} name="email" autoFocus />
        <TextField
          state={state}
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required="Enter your password."
        />
        <FormProblem state={state} />
        <Button large look="primary" type="submit" busy={state.busy}>
          Sign in
        </Button>
      </Form>
      <Link href={paths.forgot()} className="mt-4 inline-block text-accent underline">
        Forgot your password?
      </Link>
    </Entrance>
  )
}

/** Only an address of this app: a link to sign-in must not lead elsewhere. */
function safeNext(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : paths.home()
}
