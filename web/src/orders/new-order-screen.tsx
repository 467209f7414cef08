import { useQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useWatch } from 'react-hook-form'
import type { Body } from '../../../server/src/api.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { call, toProblem } from '../call.ts'
import { fullName, recordSearch } from '../fields/record-options.ts'
import { paths } from '../paths.ts'
import { useMe } from '../session/session.ts'
import { Button } from '../ui/button.tsx'
import { Form, FormProblem, PickerField, type ProblemForm, TextField, useProblemForm } from '../ui/form.tsx'
import { Link } from '../ui/link.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Screen, ScreenHeader } from '../ui/screen.tsx'
import { toast } from '../ui/toast.ts'
import { currencyOptions, type Option, orderStatusOptions } from '../vocabulary.ts'
import { LinesEditor } from './lines-editor.tsx'
import { refreshOrders } from './order.ts'
import { EMPTY_LINE, EMPTY_TERMS, inputsOf, type OrderForm as LinesForm, termsOf } from './typed-order.ts'

interface Values extends LinesForm {
  customer_id: Option | null
  status: Option | null
  order_date: string
  notes: string
}

/** A page of its own: an order is longer than a dialog, and its address can name the customer. */
export default function NewOrderScreen() {
  const search: { customer_id?: string } = useSearch({ strict: false })
  const id = Number(search.customer_id)
  const asked = Number.isInteger(id) && id > 0
  const {
    data: customer,
    error,
    refetch,
  } = useQuery({
    queryKey: ['record', 'customers', id],
    queryFn: ({ signal }) => call('GET /api/customers/:id', { params: { id }, signal }),
    enabled: asked,
  })
  return (
    <Screen title="New order">
      <ScreenHeader back={{ title: 'Orders', href: paths.orders() }} />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-6 wide:px-8">
        <div className="mx-auto flex max-w-[860px] flex-col gap-5">
          <h1 className="text-record font-semibold">New order</h1>
          {asked && !customer && error && (
            <>
              <ProblemNote problem={toProblem(error)} onRetry={() => void refetch()} />
              <Link href={paths.newOrder()} className="self-start text-accent underline">
                New order for another customer
              </Link>
            </>
          )}
          {(!asked || customer) && (
            <OrderForm
              customer={
                customer
                  ? {
                      value: String(customer.id),
                      label: fullName(customer) || customer.email || `#${customer.id}`,
                    }
                  : null
              }
            />
          )}
        </div>
      </div>
    </Screen>
  )
}

function OrderForm({ customer }: { customer: Option | null }) {
  const router = useRouter()
  const { workspace } = useMe()
  const state = useProblemForm<Values>({
    defaultValues: {
      customer_id: customer,
      status: orderStatusOptions.find(({ value }) => value === 'confirmed') ?? null,
      order_date: '',
      currency: currencyOptions.find(({ value }) => value === workspace.currency) ?? null,
      notes: '',
      items: [EMPTY_LINE],
      ...EMPTY_TERMS,
    },
    onSubmit: async (values, { idempotencyKey, isHere }) => {
      const body = bodyOf(values, currencyOf(values))
      const order = await call('POST /api/orders', { body, idempotencyKey: idempotencyKey(body) })
      refreshOrders()
      void toast(`Order ${order.order_number} created`)
      if (isHere()) await router.navigate({ href: paths.order(order.id) })
    },
  })
  // In a tab of its own there is nowhere to go back to.
  const leave = () =>
    router.history.canGoBack() ? router.history.back() : void router.navigate({ href: paths.orders() })
  const chosen = useWatch({ control: state.form.control, name: 'currency' })
  const currencyOf = ({ currency }: Pick<Values, 'currency'>) =>
    (currency?.value ?? workspace.currency) as Currency // The options are the API's own.
  return (
    <Form state={state} className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-x-3 gap-y-4 wide:grid-cols-4">
        <PickerField
          state={state}
          name="customer_id"
          label="Customer"
          options={recordSearch.customer}
          nullable
          className="col-span-2 wide:col-span-1"
        />
        <PickerField state={state} name="status" label="Status" options={orderStatusOptions} />
        <TextField state={state} name="order_date" label="Date" type="date" hint="Today, if empty." />
        <PickerField state={state} name="currency" label="Currency" options={currencyOptions} />
      </div>
      <LinesEditor
        // The editor knows only the lines of this form.
        state={state as unknown as ProblemForm<LinesForm>}
        currency={currencyOf({ currency: chosen })}
      />
      <TextField state={state} name="notes" label="Notes" multiline />
      <FormProblem state={state} />
      <div className="flex justify-end gap-2">
        <Button large onClick={leave}>
          Cancel
        </Button>
        <Button large look="primary" type="submit" busy={state.busy}>
          Create order
        </Button>
      </div>
    </Form>
  )
}

function bodyOf(values: Values, currency: Currency): Body<'POST /api/orders'> {
  return {
    ...(values.customer_id && { customer_id: Number(values.customer_id.value) }),
    // The options are the API's own statuses and currencies.
    ...(values.status && { status: values.status.value as 'draft' }),
    currency,
    ...termsOf(values, currency),
    ...(values.order_date && { order_date: values.order_date }),
    ...(values.notes.trim() && { notes: values.notes.trim() }),
    items: inputsOf(values, currency),
  }
}
