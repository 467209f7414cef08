import { call } from '../call.ts'
import { queryClient } from '../query-client.ts'
import { useMe } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, TextField, useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'
import { Section } from './section.tsx'

export function PasswordForm() {
  const { user } = useMe()
  const state = useProblemForm({
    defaultValues: { current_password: '', new_password: '' },
    onSubmit: async (body) => {
      await call('POST /api/auth/password', { body })
      state.form.reset()
      await queryClient.invalidateQueries({ queryKey: ['sessions'] })
      void toast('Password changed; your other sessions have ended')
    },
  })
  return (
    <Section title="Password" lead="Changing it ends your other sessions.">
      <Form state={state} className="flex max-w-[352px] flex-col gap-4">
        {/* Tells password managers whose password it is. */}
        <input type="hidden" autoComplete="username" value={user.email} />
        <TextField
          state={state}
          name="current_password"
          label="Current password"
          type="password"
          autoComplete="current-password"
          required="Enter your current password."
        />
        <TextField
          state={state}
          name="new_password"
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          required="Choose a password of at least 10 characters."
        />
        <FormProblem state={state} />
        <Button large type="submit" busy={state.busy} className="self-start">
          Change password
        </Button>
      </Form>
    </Section>
  )
}
