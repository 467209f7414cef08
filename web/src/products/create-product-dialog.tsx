import { useRouter } from '@tanstack/react-router'
import { call } from '../call.ts'
import { refreshLists } from '../grid/stores.ts'
import { paths } from '../paths.ts'
import { CreateDialog, typedTexts } from '../records/create-dialog.tsx'
import { useMe } from '../session/session.ts'
import { TextField, useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'

const EMPTY = { product_name: '', sku: '', category: '', unit_price: '', description: '' }

export default function CreateProductDialog({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const { workspace } = useMe()
  const state = useProblemForm<typeof EMPTY>({
    defaultValues: EMPTY,
    onSubmit: async (values, { idempotencyKey, isHere }) => {
      const body = {
        ...typedTexts(values),
        product_name: values.product_name.trim(),
        unit_price: values.unit_price.trim(),
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
        <TextField state={state} name="category" label="Category" className="col-span-2" />
      </div>
      <TextField state={state} name="description" label="Description" multiline />
    </CreateDialog>
  )
}
