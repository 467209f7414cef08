import { useRouter } from '@tanstack/react-router'
import type { Body } from '../../../server/src/api.ts'
import { call } from '../call.ts'
import { recordSearch } from '../fields/record-options.ts'
import { paths } from '../paths.ts'
import { CreateDialog, typedTexts } from '../records/create-dialog.tsx'
import { refreshLists } from '../rows/stores.ts'
import { PickerField, TextField, useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'
import { type Option, stageOptions } from '../vocabulary.ts'
import { customerName } from './customer.ts'

interface Values {
  first_name: string
  last_name: string
  email: string
  phone: string
  job_title: string
  company_id: Option | null
  lifecycle_stage: Option | null
  assigned_sales_rep_id: Option | null
  city: string
  country: string
}

const EMPTY: Values = {
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  job_title: '',
  company_id: null,
  lifecycle_stage: stageOptions[0] ?? null,
  assigned_sales_rep_id: null,
  city: '',
  country: '',
}

function bodyOf({ company_id, assigned_sales_rep_id, lifecycle_stage, ...texts }: Values) {
  const body: Body<'POST /api/customers'> = {
    ...typedTexts(texts),
    last_name: texts.last_name.trim(),
    ...(company_id && { company_id: Number(company_id.value) }),
    ...(assigned_sales_rep_id && { assigned_sales_rep_id: Number(assigned_sales_rep_id.value) }),
    // The options are the API's own stages.
    ...(lifecycle_stage && { lifecycle_stage: lifecycle_stage.value as 'lead' }),
  }
  return body
}

export default function CreateCustomerDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const state = useProblemForm<Values>({
    defaultValues: EMPTY,
    onSubmit: async (values, { idempotencyKey, isHere }) => {
      const body = bodyOf(values)
      const customer = await call('POST /api/customers', { body, idempotencyKey: idempotencyKey(body) })
      refreshLists('customers')
      void toast(`${customerName(customer)} created`)
      if (!isHere()) return
      onClose()
      await router.navigate({ href: paths.customer(customer.id) })
    },
  })
  return (
    <CreateDialog title="New customer" action="Create customer" state={state} onClose={onClose}>
      <div className="grid grid-cols-2 gap-x-3 gap-y-4">
        <TextField state={state} name="first_name" label="First name" />
        <TextField state={state} name="last_name" label="Last name" required="Enter at least a last name." />
        <TextField state={state} name="email" label="Email" type="email" />
        <TextField state={state} name="phone" label="Phone" type="tel" />
        <PickerField
          state={state}
          name="company_id"
          label="Company"
          options={recordSearch.company}
          nullable
        />
        <TextField state={state} name="job_title" label="Job title" />
        <PickerField state={state} name="lifecycle_stage" label="Stage" options={stageOptions} />
        <PickerField
          state={state}
          name="assigned_sales_rep_id"
          label="Representative"
          options={recordSearch.sales_representative}
          nullable
        />
        <TextField state={state} name="city" label="City" />
        <TextField state={state} name="country" label="Country" />
      </div>
    </CreateDialog>
  )
}
