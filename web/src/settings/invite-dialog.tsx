import { useRef, useState } from 'react'
import type { Role } from '../../../server/src/vocabulary.ts'
import { call } from '../call.ts'
import { useMe } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogCancel, DialogFooter } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Form, FormProblem, PickerField, TextField, useProblemForm } from '../ui/form.tsx'
import { Input } from '../ui/input.tsx'
import { type Option, roleOptions } from '../vocabulary.ts'

interface Values {
  email: string
  role: Option | null
}

const usual = roleOptions.find(({ value }) => value === 'representative') ?? null

export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { role: myRole } = useMe()
  const [link, setLink] = useState<string>()
  const state = useProblemForm<Values>({
    defaultValues: { email: '', role: usual },
    onSubmit: async ({ email, role }) => {
      // The options are the API's own roles.
      const body = { email, role: role?.value as Role }
      const { url } = await call('POST /api/invitations', { body })
      setLink(url)
    },
  })
  if (link) return <InvitationLink link={link} onClose={onClose} />
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

function InvitationLink({ link, onClose }: { link: string; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState('')
  const copy = async () => {
    input.current?.select()
    try {
      await navigator.clipboard.writeText(link)
      setCopied('Copied.')
    } catch {
      // Browsers refuse where the page is not encrypted, or by a setting.
      setCopied('This browser does not let Rapport copy; it is selected, so copy it with the keyboard.')
    }
  }
  return (
    <Dialog title="Hand over this link" onClose={onClose} initialFocus={input}>
      <DialogBody>
        <p className="text-muted">It is shown only now. Send it to the person in a way that you trust.</p>
        <Field label="Invitation link">
          {(attributes) => (
            <Input
              {...attributes}
              ref={input}
              readOnly
              value={link}
              onFocus={(event) => event.target.select()}
            />
          )}
        </Field>
        <p role="status" className="text-label text-ok">
          {copied}
        </p>
      </DialogBody>
      <DialogFooter>
        <Button large onClick={onClose}>
          Done
        </Button>
        <Button large look="primary" onClick={() => void copy()}>
          Copy link
        </Button>
      </DialogFooter>
    </Dialog>
  )
}
