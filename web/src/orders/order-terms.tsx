import { useEffect, useRef, useState } from 'react'
import { useWatch } from 'react-hook-form'
import { type OrderAmounts, shippingFault } from '../../../server/src/orders/totals.ts'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { formatMoney } from '../format.ts'
import { readPercent } from '../percent.ts'
import { Field } from '../ui/field.tsx'
import type { ProblemForm } from '../ui/form.tsx'
import { Input } from '../ui/input.tsx'
import { AmountLines } from './amount-lines.tsx'
import { amountsOf, inputsOf, type OrderForm, readAmount, type TypedTerms } from './typed-order.ts'

interface OrderTermsProps {
  state: ProblemForm<OrderForm>
  currency: Currency
}

type Term = keyof TypedTerms
const amounts = ['discount_amount', 'shipping_amount', 'charges_amount'] as const

/** Discounts, shipping and charges of an order, and how its total comes about. */
export function OrderTerms({ state, currency }: OrderTermsProps) {
  // The form is never without its values.
  const typed = useWatch({ control: state.form.control }) as OrderForm
  const was = useAmountsIn(state, currency)
  const label = (what: string) => `${what} (${currency})`
  const field = (name: Term, text: string) => (
    <TermField key={name} state={state} currency={currency} name={name} label={text} hint={was[name]} />
  )
  return (
    <div className="flex flex-col items-end gap-4">
      <div className="grid w-full grid-cols-2 gap-2 wide:grid-cols-4">
        {field('discount', 'Order discount %')}
        {field('discount_amount', label('Order discount'))}
        {field('shipping_amount', label('Shipping'))}
        {field('charges_amount', label('Other charges'))}
      </div>
      {/* Nothing is known of the total while no line is complete. */}
      <Total
        amounts={inputsOf(typed, currency).length > 0 ? amountsOf(typed, currency) : undefined}
        currency={currency}
      />
    </div>
  )
}

function Total({ amounts, currency }: { amounts: OrderAmounts | undefined; currency: Currency }) {
  return (
    <dl className="grid grid-cols-[auto_auto] gap-x-6 gap-y-1 text-right tabular-nums">
      {amounts && <AmountLines amounts={amounts} currency={currency} />}
      <dt className="text-page">Total</dt>
      <dd className="text-page font-semibold">
        <output aria-label="Order total">
          {amounts ? formatMoney(amounts.total_amount, currency) : '–'}
        </output>
      </dd>
    </dl>
  )
}

/** Takes amounts away that were typed in another currency; returns what they were. */
function useAmountsIn({ form }: ProblemForm<OrderForm>, currency: Currency): Partial<Record<Term, string>> {
  const before = useRef(currency)
  const typed = useRef<Partial<Record<Term, { currency: Currency; text: string; words: string }>>>({})
  const [was, setWas] = useState<Partial<Record<Term, string>>>({})
  useEffect(() => {
    if (before.current === currency) return
    const from = before.current
    before.current = currency
    const notes: Partial<Record<Term, string>> = {}
    for (const name of amounts) {
      const text = form.getValues(name)
      const read = readAmount(text, from)
      if ('refused' in read) continue
      if (Number(read.value) !== 0) {
        typed.current[name] = { currency: from, text, words: formatMoney(read.value, from) }
        form.setValue(name, '', { shouldDirty: true })
      }
      const last = typed.current[name]
      // Back in the currency that it was typed in, it is there again.
      if (last?.currency === currency) form.setValue(name, last.text, { shouldDirty: true })
      else if (last) notes[name] = `It was ${last.words}.`
    }
    setWas(notes)
  }, [form, currency])
  return was
}

interface TermFieldProps extends OrderTermsProps {
  name: Term
  label: string
  hint: string | undefined
}

function TermField({ state, currency, name, label, hint }: TermFieldProps) {
  const { error } = state.form.getFieldState(name, state.form.formState)
  const registered = state.form.register(name, {
    validate: (text) => {
      const read = name === 'discount' ? readPercent(text) : readAmount(text, currency)
      if ('refused' in read) return read.refused
      const { lines_amount } = amountsOf(state.form.getValues(), currency)
      return (name === 'shipping_amount' && shippingFault(lines_amount, read.value)) || true
    },
  })
  return (
    <Field label={label} error={error?.message} hint={hint}>
      {(attributes) => (
        <Input {...attributes} {...registered} inputMode="decimal" className="text-right tabular-nums" />
      )}
    </Field>
  )
}
