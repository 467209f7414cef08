import { Plus, Trash2 } from 'lucide-react'
import { memo, useEffect, useId, useRef, useState } from 'react'
import { Controller, useFieldArray, useWatch } from 'react-hook-form'
import type { Currency } from '../../../server/src/vocabulary.ts'
import { recordSearch } from '../fields/record-options.ts'
import { formatMoney } from '../format.ts'
import { readPercent } from '../percent.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import type { ProblemForm } from '../ui/form.tsx'
import { Input } from '../ui/input.tsx'
import { notChosen, Picker, STILL_SEARCHED } from '../ui/picker.tsx'
import type { Option } from '../vocabulary.ts'
import { OrderTerms } from './order-terms.tsx'
import {
  EMPTY_LINE,
  type OrderForm,
  readLinePrice,
  readQuantity,
  type TypedLine,
  totalOfLine,
} from './typed-order.ts'
import { usePrice } from './use-price.ts'

const LINES_MAX = 200

interface LinesEditorProps {
  state: ProblemForm<OrderForm>
  currency: Currency
}

/** The lines of an order, what holds for all of it, and totals that follow as one types. */
export function LinesEditor({ state, currency }: LinesEditorProps) {
  const { fields, append, remove } = useFieldArray({ control: state.form.control, name: 'items' })
  const changed = usePricesIn(state, currency)
  const refused = state.form.formState.errors.items
  const reason = refused?.root?.message ?? refused?.message
  return (
    <section aria-label="Lines" className="flex flex-col gap-3">
      <p role="status" className={changed ? 'text-muted' : 'sr-only'}>
        {changed}
      </p>
      {fields.map((field, index) => (
        <LineRow
          key={field.id}
          state={state}
          index={index}
          currency={currency}
          refused={refused?.[index]}
          onRemove={fields.length > 1 ? remove : undefined}
        />
      ))}
      {reason && (
        <p role="alert" className="text-danger">
          {reason}
        </p>
      )}
      <Button
        icon={Plus}
        className="self-start"
        disabled={fields.length >= LINES_MAX}
        onClick={() => append(EMPTY_LINE)}
      >
        Add line
      </Button>
      <OrderTerms state={state} currency={currency} />
    </section>
  )
}

/**
 * In another currency the figures are other ones: the prices of products are asked anew, and what a person has typed is
 * taken away, with a word about what it was. Returns what happened, for the screen.
 */
function usePricesIn({ form }: ProblemForm<OrderForm>, currency: Currency): string {
  const before = useRef(currency)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (before.current === currency) return
    const from = before.current
    before.current = currency
    const lines = form.getValues('items')
    for (const [index, line] of lines.entries()) {
      if (!line.product_id && line.unit_price.trim() === '' && !line.price_was) continue
      const isTyped = line.price === 'typed' && line.unit_price.trim() !== ''
      const was = isTyped ? { currency: from, text: line.unit_price } : line.price_was
      // Back in the currency that it was typed in, it is there again.
      const isBack = was?.currency === currency
      form.setValue(`items.${index}.unit_price`, isBack ? was.text : '', { shouldDirty: true })
      form.setValue(`items.${index}.price`, was ? 'typed' : 'asked')
      form.setValue(`items.${index}.price_was`, isBack ? undefined : was)
      form.setValue(`items.${index}.price_note`, was && !isBack ? noteOf(was, currency) : '')
    }
    setSaid(
      lines.some(({ product_id }) => product_id)
        ? `The order is in ${currency} now: prices of products are asked anew, and prices and amounts typed in ${from} were taken away.`
        : '',
    )
  }, [form, currency])
  return said
}

function noteOf(was: NonNullable<TypedLine['price_was']>, currency: Currency): string {
  const read = readLinePrice(was.text, was.currency)
  const words =
    'value' in read ? formatMoney(read.value, was.currency) : `“${was.text.trim()}” in ${was.currency}`
  return `It was ${words}. Enter it in ${currency}.`
}

interface LineRowProps extends LinesEditorProps {
  index: number
  /** What was refused of the line. */
  refused: unknown
  onRemove: ((index: number) => void) | undefined
}

/** Of two hundred lines only the one that is typed into renders; the form itself stays the same. */
const LineRow = memo(
  Line,
  (before, now) =>
    before.index === now.index &&
    before.currency === now.currency &&
    before.refused === now.refused &&
    before.state.form === now.state.form &&
    (before.onRemove === undefined) === (now.onRemove === undefined),
)

function Line({ state, index, currency, onRemove }: LineRowProps) {
  const line = useWatch({ control: state.form.control, name: `items.${index}` }) ?? EMPTY_LINE
  const total = totalOfLine(line, currency)
  const { asking, problem, again } = usePrice(state, index, line, currency)
  const place = { state, index, currency }
  const noteId = useId()
  return (
    <fieldset className="grid grid-cols-6 items-start gap-2 border-b border-line pb-3 wide:grid-cols-[1fr_84px_104px_84px_64px_112px_28px] wide:border-0 wide:pb-0">
      <legend className="sr-only">Line {index + 1}</legend>
      <ProductField {...place} />
      <LineText
        {...place}
        field="quantity"
        label="Quantity"
        hint={line.unit}
        rule={(_, now) => readQuantity(now)}
      />
      <LineText
        {...place}
        field="unit_price"
        label={`Price (${currency})`}
        hint={asking ? 'Asking …' : undefined}
        noteId={line.price_note ? noteId : undefined}
        rule={(text) => readLinePrice(text, currency)}
      />
      <LineText {...place} field="discount" label="Discount %" rule={readPercent} />
      <LineText {...place} field="tax_rate" label="Tax %" rule={readPercent} />
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
        onClick={() => onRemove?.(index)}
        className="mt-[22px] justify-self-end"
      />
      {line.price_note && (
        <p id={noteId} className="col-span-full text-label text-muted wide:text-right">
          {line.price_note}
        </p>
      )}
      {problem && (
        <div role="alert" className="col-span-full flex flex-wrap items-center gap-2 text-danger">
          The price of “{line.product_id?.label}” could not be read. Enter it, or
          <Button onClick={again}>Try again</Button>
        </div>
      )}
    </fieldset>
  )
}

interface PlaceProps extends LinesEditorProps {
  index: number
}

/** Another product has another price: it is asked for. */
function ProductField({ state, index }: PlaceProps) {
  const { form } = state
  const waits = useRef(false)
  const choose = (option: Option | null) => {
    form.clearErrors(`items.${index}.product_id`)
    const before = form.getValues(`items.${index}.product_id`)?.value
    form.setValue(`items.${index}.product_id`, option, { shouldDirty: true, shouldValidate: true })
    if (!option || option.value === before) return
    form.setValue(`items.${index}.unit_price`, '', { shouldDirty: true })
    form.setValue(`items.${index}.price_note`, '')
    form.setValue(`items.${index}.price_was`, undefined)
    form.setValue(`items.${index}.unit`, '')
    form.setValue(`items.${index}.quantity_digits`, EMPTY_LINE.quantity_digits)
    form.setValue(`items.${index}.price`, 'asked')
  }
  return (
    <Controller
      control={form.control}
      name={`items.${index}.product_id`}
      rules={{
        validate: (value) => (waits.current ? STILL_SEARCHED : value !== null || 'Choose a product.'),
      }}
      render={({ field, fieldState }) => (
        <Field label="Product" error={fieldState.error?.message} className="col-span-6 wide:col-span-1">
          <Picker
            value={field.value}
            options={recordSearch.product}
            onChange={choose}
            onWaiting={(now) => {
              waits.current = now
            }}
            onBlur={(typed) => {
              field.onBlur()
              if (typed) form.setError(`items.${index}.product_id`, { message: notChosen(typed) })
            }}
            inputRef={field.ref}
          />
        </Field>
      )}
    />
  )
}

interface LineTextProps extends PlaceProps {
  field: 'quantity' | 'unit_price' | 'discount' | 'tax_rate'
  label: string
  hint?: string
  /** Of a note on it that stands elsewhere. */
  noteId?: string
  rule: (text: string, line: TypedLine) => { value: string } | { refused: string }
}

function LineText({ state, index, field, label, hint, noteId, rule }: LineTextProps) {
  const name = `items.${index}.${field}` as const
  const { error } = state.form.getFieldState(name, state.form.formState)
  const registered = state.form.register(name, {
    validate: (text) => {
      const read = rule(text, state.form.getValues(`items.${index}`))
      return 'value' in read || read.refused
    },
    onChange: () => {
      if (field !== 'unit_price') return
      // Whoever types a price does not want it replaced.
      state.form.setValue(`items.${index}.price`, 'typed')
      state.form.setValue(`items.${index}.price_note`, '')
    },
  })
  return (
    <Field label={label} error={error?.message} hint={hint} className="col-span-3 wide:col-span-1">
      {(attributes) => (
        <Input
          {...attributes}
          aria-describedby={[attributes['aria-describedby'], noteId].filter(Boolean).join(' ') || undefined}
          {...registered}
          inputMode="decimal"
          className="text-right tabular-nums"
        />
      )}
    </Field>
  )
}
