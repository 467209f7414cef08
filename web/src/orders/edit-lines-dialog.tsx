import { call } from '../call.ts'
import { refreshLists } from '../grid/stores.ts'
import { queryClient } from '../query-client.ts'
import { CreateDialog } from '../records/create-dialog.tsx'
import { recordKey } from '../records/record-source.ts'
import { useProblemForm } from '../ui/form.tsx'
import { toast } from '../ui/toast.ts'
import { LinesEditor, type LinesForm } from './lines-editor.tsx'
import { type Order, orderSource } from './order.ts'
import { inputOf, typedLine } from './order-lines.ts'

export default function EditLinesDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const state = useProblemForm<LinesForm>({
    defaultValues: { items: order.items.map(typedLine) },
    onSubmit: async ({ items }) => {
      const saved = await call('PATCH /api/orders/:id', {
        params: { id: order.id },
        body: { version: order.version, items: items.flatMap((line) => inputOf(line) ?? []) },
      })
      queryClient.setQueryData(recordKey(orderSource.object, order.id), saved)
      refreshLists(orderSource.object)
      onClose()
      void toast(`Lines of ${order.order_number} saved`)
    },
  })
  return (
    <CreateDialog
      title={`Lines of ${order.order_number}`}
      action="Save lines"
      state={state}
      onClose={onClose}
      wide
    >
      <LinesEditor state={state} currency={order.currency} />
    </CreateDialog>
  )
}
