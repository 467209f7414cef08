import { useRouter } from '@tanstack/react-router'
import { call } from '../call.ts'
import { readPrice } from '../numbers.ts'
import { paths } from '../paths.ts'
import { readPercent } from '../percent.ts'
import { CreateDialog, typedTexts } from '../records/create-dialog.tsx'
import { refreshLists } from '../rows/stores.ts'
import { useMe } from '../session/session.ts'
import { PickerField, type ProblemForm, TextField, useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'
import type { Option } from '../vocabulary.ts'

const fineness: Option[] = [
  { value: '0', label: 'Whole ones' },
  { value: '1', label: 'Tenths' },
  { value: '2', label: 'Hundredths' },
  { value: '3', label: 'Thousandths' },
]
const EMPTY = {
  product_name: '',
  sku: '',
  category: '',
  unit_price: '',
  unit: 'piece',
  tax_rate: '',
  quantity_digits: (fineness[0] ?? null) as Option | null, // The form may lose it.
  description: '',
}

export default function CreateProductDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const { workspace } = useMe()
  const refuse = (name: 'unit_price' | 'tax_rate', message: string) =>
    state.form.setError(name, { message }, { shouldFocus: true })
  const state: ProblemForm<typeof EMPTY> = useProblemForm<typeof EMPTY>({
    defaultValues: EMPTY,
    onSubmit: async ({ quantity_digits, ...values }, { idempotencyKey, isHere }) => {
      const unit_price = readPrice(values.unit_price, workspace.currency)
      if ('refused' in unit_price) return refuse('unit_price', unit_price.refused)
      const tax_rate = readPercent(values.tax_rate)
      if ('refused' in tax_rate) return refuse('tax_rate', tax_rate.refused)
      const body = {
        ...typedTexts(values),
        quantity_digits: Number(quantity_digits?.value ?? 0),
        product_name: values.product_name.trim(),
        unit_price: unit_price.value,
        tax_rate: tax_rate.value,
      }
      const product = await call('POST /api/products', { body, idempotencyKey: idempotencyKey(body) })
      refreshLists('products')
      void toast(`${product.product_name} created`)
      if (!isHere()) return
      onClose()
      await router.navigate({ href: paths.product(product.id) })
    },
  })
  return (
    <CreateDialog title="New product" action="Create product" state={state} onClose={onClose}>
      <TextField state={state} name="product_name" label="Name" required="Enter a name." />
      <div className="grid grid-cols-2 gap-x-3 gap-y-4">
        <TextField
          state={state}
          name="unit_price"
          label={`Unit price (${workspace.currency})`}
          inputMode="decimal"
          required="Enter a price, e.g. 12.50."
        />
        <TextField state={state} name="sku" label="SKU" />
        <TextField state={state} name="unit" label="Sold by" hint="piece, hour, kg …" />
        <PickerField state={state} name="quantity_digits" label="In" options={fineness} />
        <TextField state={state} name="tax_rate" label="Tax %" inputMode="decimal" />
        <TextField state={state} name="category" label="Category" />
      </div>
      <TextField state={state} name="description" label="Description" multiline />
    </CreateDialog>
  )
}
