import { useRouter } from '@tanstack/react-router'
import { call } from '../call.ts'
import { fullName } from '../fields/record-options.ts'
import { paths } from '../paths.ts'
import { CreateDialog, typedTexts } from '../records/create-dialog.tsx'
import { refreshLists } from '../rows/stores.ts'
import { TextField, useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'

const EMPTY = { first_name: '', last_name: '', title: '', email: '', phone: '', region: '' }

export default function CreateRepresentativeDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const state = useProblemForm<typeof EMPTY>({
    defaultValues: EMPTY,
    onSubmit: async (values, { idempotencyKey, isHere }) => {
      const body = { ...typedTexts(values), last_name: values.last_name.trim() }
      const created = await call('POST /api/sales-representatives', {
        body,
        idempotencyKey: idempotencyKey(body),
      })
      refreshLists('representatives')
      void toast(`${fullName(created)} created`)
      if (!isHere()) return
      onClose()
      await router.navigate({ href: paths.representative(created.id) })
    },
  })
  return (
    <CreateDialog title="New representative" action="Create representative" state={state} onClose={onClose}>
      <div className="grid grid-cols-2 gap-x-3 gap-y-4">
        <TextField state={state} name="first_name" label="First name" />
        <TextField state={state} name="last_name" label="Last name" required="Enter a last name." />
        <TextField state={state} name="title" label="Title" />
        <TextField state={state} name="region" label="Region" />
        <TextField state={state} name="email" label="Email" type="email" />
        <TextField state={state} name="phone" label="Phone" type="tel" />
      </div>
    </CreateDialog>
  )
}
