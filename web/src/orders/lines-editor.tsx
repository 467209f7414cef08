import { Plus, Trash2 } from 'lucide-react'
import { Controller, type FieldError, type FieldPath, useFieldArray, useWatch } from 'react-hook-form'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { call } from '../call.ts'
import { formatMoney } from '../format.ts'
import { recordSearch } from '../records/record-options.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import type { ProblemForm } from '../ui/form.tsx'
import { Input } from '../ui/input.tsx'
import { Picker } from '../ui/picker.tsx'
import type { Option } from '../vocabulary.ts'
import { EMPTY_LINE, lineRules, type TypedLine, totalOf, totalOfLine } from './order-lines.ts'

const LINES_MAX = 200

/** Any form whose values have order lines. */
export interface LinesForm {
  items: TypedLine[]
}

interface LinesEditorProps {
  state: ProblemForm<LinesForm>
  currency: Currency
}

/** The lines of an order with product search, prices and totals that follow as one types. */
export function LinesEditor({ state, currency }: LinesEditorProps) {
  const { fields, append, remove } = useFieldArray({ control: state.form.control, name: 'items' })
  const lines = useWatch({ control: state.form.control, name: 'items' })
  return (
    <section aria-label="Lines" className="flex flex-col gap-3">
      {fields.map((field, index) => (
        <LineRow
          key={field.id}
          state={state}
          index={index}
          currency={currency}
          line={lines[index] ?? EMPTY_LINE}
          onRemove={fields.length > 1 ? () => remove(index) : undefined}
        />
      ))}
      <div className="flex items-center justify-between">
        <Button icon={Plus} disabled={fields.length >= LINES_MAX} onClick={() => append(EMPTY_LINE)}>
          Add line
        </Button>
        <p className="text-page">
          Total{' '}
          <output aria-label="Order total" className="font-semibold tabular-nums">
            {formatMoney(totalOf(lines, currency), currency)}
          </output>
        </p>
      </div>
    </section>
  )
}

interface LineRowProps extends LinesEditorProps {
  index: number
  line: TypedLine
  onRemove: (() => void) | undefined
}

function LineRow({ state, index, currency, line, onRemove }: LineRowProps) {
  const { form } = state
  const total = totalOfLine(line, currency)
  return (
    <fieldset className="grid grid-cols-6 items-start gap-2 border-b border-line pb-3 wide:grid-cols-[1fr_72px_110px_90px_120px_28px] wide:border-0 wide:pb-0">
      <legend className="sr-only">Line {index + 1}</legend>
      <ProductField state={state} index={index} currency={currency} />
      <LineText state={state} name={`items.${index}.quantity`} label="Quantity" rule={lineRules.quantity} />
      <LineText
        state={state}
        name={`items.${index}.unit_price`}
        label={`Price (${currency})`}
        rule={lineRules.unit_price}
      />
      <LineText state={state} name={`items.${index}.discount`} label="Discount %" rule={lineRules.discount} />
      <div className="col-span-5 flex flex-col gap-1 text-right wide:col-span-1">
        <span className="text-label font-medium text-muted">Line total</span>
        <output
          aria-label={`Total of line ${index + 1}`}
          className="flex h-8 items-center justify-end tabular-nums"
        >
          {total === undefined ? '–' : formatMoney(total, currency)}
        </output>
      </div>
      <IconButton
        icon={Trash2}
        label={`Remove line ${index + 1}`}
        disabled={!onRemove}
        onClick={onRemove}
        className="mt-[22px]"
      />
      {form.formState.errors.items?.[index]?.root && (
        <ErrorLine error={form.formState.errors.items[index].root} />
      )}
    </fieldset>
  )
}

function ErrorLine({ error }: { error: FieldError }) {
  return <p className="col-span-full text-label text-danger">{error.message}</p>
}

/** Choosing a product fills in its price, if it is sold in the currency of the order. */
function ProductField({ state, index, currency }: LinesEditorProps & { index: number }) {
  const { form } = state
  const choose = async (option: Option | null) => {
    form.setValue(`items.${index}.product_id`, option, { shouldDirty: true, shouldValidate: true })
    if (!option) return
    const product = await call('GET /api/products/:id', { params: { id: Number(option.value) } })
    if (product.currency !== currency) return
    form.setValue(`items.${index}.unit_price`, product.unit_price, {
      shouldDirty: true,
      shouldValidate: true,
    })
  }
  return (
    <Controller
      control={form.control}
      name={`items.${index}.product_id`}
      rules={{ validate: (value) => value !== null || 'Choose a product.' }}
      render={({ field, fieldState }) => (
        <Field label="Product" error={fieldState.error?.message} className="col-span-6 wide:col-span-1">
          <Picker
            value={field.value}
            options={recordSearch.product}
            onChange={(option) => void choose(option)}
            onBlur={field.onBlur}
            inputRef={field.ref}
          />
        </Field>
      )}
    />
  )
}

interface LineTextProps {
  state: ProblemForm<LinesForm>
  name: FieldPath<LinesForm>
  label: string
  rule: (text: string) => true | string
}

function LineText({ state, name, label, rule }: LineTextProps) {
  const { error } = state.form.getFieldState(name, state.form.formState)
  // Only the texts of lines are named here.
  const registered = state.form.register(name, { validate: (value) => rule(value as string) })
  return (
    <Field label={label} error={error?.message} className="col-span-2 wide:col-span-1">
      {(attributes) => (
        <Input {...attributes} {...registered} inputMode="decimal" className="text-right tabular-nums" />
      )}
    </Field>
  )
}
