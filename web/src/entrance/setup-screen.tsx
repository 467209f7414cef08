import { useRouter } from '@tanstack/react-router'
import { call } from '../call.ts'
import { paths } from '../paths.ts'
import { EmailField } from '../session/email-field.tsx'
import { beginSession } from '../session/session.ts'
import { browserTimeZone, timeZoneOptions } from '../session/time-zones.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, PickerField, TextField, useProblemForm } from '../ui/form.tsx'
import type { Option } from '../vocabulary.ts'
import { Entrance } from './entrance.tsx'

interface Values {
  name: string
  email: string
  password: string
  workspace_name: string
  time_zone: Option | null
}

/** The first thing that a new installation shows. */
export default function SetupScreen() {
  const router = useRouter()
  const state = useProblemForm<Values>({
    defaultValues: { name: '', email: '', password: '', workspace_name: '', time_zone: browserTimeZone },
    unguarded: true,
    onSubmit: async ({ time_zone, ...texts }) => {
      const body = { ...texts, time_zone: time_zone?.value }
      beginSession(await call('POST /api/setup/owner', { body }))
      await router.navigate({ href: paths.home(), replace: true })
    },
  })
  return (
    <Entrance title="Set up Rapport" lead="You become the owner; others are invited later.">
      <Form state={state} className="flex flex-col gap-4">
        <TextField
          state={state}
          name="workspace_name"
          label="Workspace"
          placeholder="Your company"
          required="Enter the name of your company."
          autoFocus
        />
        <TextField
          state={state}
          name="name"
          label="Your name"
          autoComplete="name"
          required="Enter your name."
        />
        <EmailField state={state} name="email" />
        <TextField
          state={state}
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          required="Choose a password of at least 10 characters."
        />
        <PickerField state={state} name="time_zone" label="Time zone" options={timeZoneOptions} />
        <FormProblem state={state} />
        <Button large look="primary" type="submit" busy={state.busy}>
          Create workspace
        </Button>
      </Form>
    </Entrance>
  )
}
