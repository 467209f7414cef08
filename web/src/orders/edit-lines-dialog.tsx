import { createElement } from 'react'
import { useWatch } from 'react-hook-form'
import type { Body } from '../../../server/src/api.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { call, toProblem } from '../call.ts'
import { CreateDialog } from '../records/create-dialog.tsx'
import { showChange } from '../rows/save.ts'
import { ask } from '../ui/ask.tsx'
import { PickerField, useProblemForm } from '../ui/form.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { currencyOptions } from '../vocabulary.ts'
import type { LinesAnswer } from './lines-conflict-dialog.tsx'
import { LinesEditor } from './lines-editor.tsx'
import { type Order, orderSource, refreshOrders } from './order.ts'
import { inputsOf, type OrderForm, termsOf, typedOrder } from './typed-order.ts'

const LinesConflictDialog = lazyDialog(() => import('./lines-conflict-dialog.tsx'))

type Change = Omit<Body<'PATCH /api/orders/:id'>, 'version'>

/** Lines, currency and terms of an order, compared with what it was when the dialog opened. */
export default function EditLinesDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const state = useProblemForm<OrderForm>({
    defaultValues: typedOrder(order),
    onSubmit: async (values) => {
      const change = changeOf(order, values)
      if (Object.keys(change).length === 0) return onClose()
      const saved = await save(order, values, change, order.version)
      if (!saved) return
      showChange(orderSource, order.id, saved)
      refreshOrders()
      onClose()
      void toast(`Lines of ${order.order_number} saved`)
    },
  })
  const currency = useWatch({ control: state.form.control, name: 'currency' })
  return (
    <CreateDialog
      title={`Lines of ${order.order_number}`}
      action="Save lines"
      state={state}
      onClose={onClose}
      wide
    >
      <PickerField
        state={state}
        name="currency"
        label="Currency"
        options={currencyOptions}
        className="wide:w-40"
      />
      <LinesEditor state={state} currency={currencyOf(currency, order)} />
    </CreateDialog>
  )
}

function currencyOf(option: OrderForm['currency'], order: Order): Currency {
  return (option?.value ?? order.currency) as Currency // The options are the API's own currencies.
}

/** What the form says otherwise than the order did when it was opened. */
function changeOf(order: Order, values: OrderForm): Change {
  const currency = currencyOf(values.currency, order)
  const before = partsOf(typedOrder(order), order.currency)
  const now = partsOf(values, currency)
  const differs = (name: keyof typeof now) => JSON.stringify(now[name]) !== JSON.stringify(before[name])
  const changed = Object.keys(now).filter((name) => differs(name as keyof typeof now)) // Its own keys.
  // Figures are those of a currency: with another one all are sent.
  const sent = changed.includes('currency') ? Object.keys(now) : changed
  return Object.fromEntries(Object.entries(now).filter(([name]) => sent.includes(name)))
}

function partsOf(values: OrderForm, currency: Currency) {
  return { currency, items: inputsOf(values, currency), ...termsOf(values, currency) }
}

/** Saves a change; where someone else was faster, as the person decides. Undefined to go on editing. */
async function save(
  order: Order,
  values: OrderForm,
  change: Change,
  version: number,
): Promise<Order | undefined> {
  try {
    return await call('PATCH /api/orders/:id', { params: { id: order.id }, body: { version, ...change } })
  } catch (error) {
    if (toProblem(error).conflicts.length === 0) throw error
  }
  const theirs = await call('GET /api/orders/:id', { params: { id: order.id } })
  const mine = { values, currency: currencyOf(values.currency, order) }
  const answer = await ask<LinesAnswer | undefined>((onAnswer) =>
    createElement(LinesConflictDialog, { mine, theirs, original: order, onAnswer }),
  )
  if (answer === undefined) return undefined
  if (answer === 'theirs') return theirs
  const wanted = answer === 'mine' ? change : wholeOf(order)
  return save(order, values, wanted, theirs.version)
}

/** Everything that the dialog can change, as it was. */
function wholeOf(order: Order): Change {
  return partsOf(typedOrder(order), order.currency)
}
