import { useState } from 'react'
import type { Role } from '../../../server/src/vocabulary.ts'
import { call } from '../call.ts'
import { useMe } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogCancel, DialogFooter } from '../ui/dialog.tsx'
import { Form, FormProblem, PickerField, type ProblemForm, TextField, useProblemForm } from '../ui/form.tsx'
import { type Option, roleOptions } from '../vocabulary.ts'
import LinkDialog from './link-dialog.tsx'

interface Values {
  email: string
  role: Option | null
}

const usual = roleOptions.find(({ value }) => value === 'representative') ?? null

export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { role: myRole } = useMe()
  const [link, setLink] = useState<string>()
  const state: ProblemForm<Values> = useProblemForm<Values>({
    defaultValues: { email: '', role: usual },
    onSubmit: async ({ email, role }) => {
      // The options are the API's own roles.
      const body = { email, role: role?.value as Role }
      const { url } = await call('POST /api/invitations', { body })
      // It is made: leaving loses nothing.
      state.form.reset({ email, role })
      setLink(url)
    },
  })
  if (link) return <LinkDialog label="Invitation link" link={link} onClose={onClose} />
  return (
    <Dialog title="Invite someone" onClose={onClose} dirty={state.form.formState.isDirty}>
      <Form state={state} className="contents">
        <DialogBody>
          <TextField
            state={state}
            name="email"
            label="Email"
            type="email"
            required="Enter the email address of the person."
          />
          <PickerField
            state={state}
            name="role"
            label="Role"
            options={roleOptions.filter(({ value }) => value !== 'owner' || myRole === 'owner')}
          />
          <FormProblem state={state} />
        </DialogBody>
        <DialogFooter>
          <DialogCancel />
          <Button large look="primary" type="submit" busy={state.busy}>
            Make a link
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  )
}
