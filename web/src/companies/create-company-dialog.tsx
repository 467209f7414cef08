import { useRouter } from '@tanstack/react-router'
import { call } from '../call.ts'
import { paths } from '../paths.ts'
import { CreateDialog, typedTexts } from '../records/create-dialog.tsx'
import { refreshLists } from '../rows/stores.ts'
import { TextField, useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'

const EMPTY = { name: '', domain: '', industry: '', phone: '', city: '', country: '' }

export default function CreateCompanyDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const state = useProblemForm<typeof EMPTY>({
    defaultValues: EMPTY,
    onSubmit: async (values, { idempotencyKey, isHere }) => {
      const body = { ...typedTexts(values), name: values.name.trim() }
      const company = await call('POST /api/companies', { body, idempotencyKey: idempotencyKey(body) })
      refreshLists('companies')
      void toast(`${company.name} created`)
      if (!isHere()) return
      onClose()
      await router.navigate({ href: paths.company(company.id) })
    },
  })
  return (
    <CreateDialog title="New company" action="Create company" state={state} onClose={onClose}>
      <div className="grid grid-cols-2 gap-x-3 gap-y-4">
        <TextField state={state} name="name" label="Name" required="Enter a name." className="col-span-2" />
        <TextField state={state} name="domain" label="Domain" placeholder="example.com" />
        <TextField state={state} name="industry" label="Industry" />
        <TextField state={state} name="phone" label="Phone" type="tel" />
        <TextField state={state} name="city" label="City" />
        <TextField state={state} name="country" label="Country" />
      </div>
    </CreateDialog>
  )
}
