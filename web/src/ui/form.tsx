import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import {
  Controller,
  type DefaultValues,
  type FieldPath,
  type FieldValues,
  type UseFormReturn,
  useForm,
} from 'react-hook-form'
import { type ApiProblem, toProblem } from '../call.ts'
import type { Option } from '../vocabulary.ts'
import { Field } from './field.tsx'
import { Input, TextArea } from './input.tsx'
import { type OptionSource, Picker } from './picker.tsx'
import { ProblemNote } from './problem-note.tsx'

interface SubmitContext {
  /** The same for every retry of the same body, and another one once the body has changed. */
  idempotencyKey: (body: unknown) => string
}

export interface ProblemForm<T extends FieldValues> {
  form: UseFormReturn<T>
  submit: () => void
  busy: boolean
  /** What no field could show. */
  problem: ApiProblem | undefined
}

/**
 * A form whose errors come from the API: each one lands under its field (`/items/0/quantity` under
 * `items.0.quantity`), the first is focused, and what belongs to no field stands above the buttons.
 */
export function useProblemForm<T extends FieldValues>({
  defaultValues,
  onSubmit,
}: {
  defaultValues: DefaultValues<T>
  onSubmit: (values: T, context: SubmitContext) => Promise<void>
}): ProblemForm<T> {
  const form = useForm<T>({ defaultValues })
  const [problem, setProblem] = useState<ApiProblem>()
  const sent = useRef({ body: '', key: '' })
  const idempotencyKey = (body: unknown) => {
    const text = JSON.stringify(body)
    if (sent.current.body !== text) sent.current = { body: text, key: crypto.randomUUID() }
    return sent.current.key
  }
  const send = form.handleSubmit(async (values) => {
    setProblem(undefined)
    try {
      await onSubmit(values, { idempotencyKey })
    } catch (error) {
      const thrown = toProblem(error)
      if (!showErrors(form, thrown)) setProblem(thrown)
    }
  })
  const submit = () => {
    // What the API refused last time would keep the form from being sent again.
    form.clearErrors()
    void send()
  }
  return { form, submit, busy: form.formState.isSubmitting, problem }
}

/** True if every error of the problem found its field. */
function showErrors<T extends FieldValues>(form: UseFormReturn<T>, problem: ApiProblem): boolean {
  let placed = 0
  for (const { path, message } of problem.errors) {
    // A path that the form does not have is reported as not placed.
    const name = path.slice(1).replaceAll('/', '.') as FieldPath<T>
    if (form.getFieldState(name) && form.getValues(name) !== undefined) {
      form.setError(name, { message }, { shouldFocus: placed === 0 })
      placed += 1
    }
  }
  return placed > 0 && placed === problem.errors.length
}

interface FormProps<T extends FieldValues> {
  state: ProblemForm<T>
  className?: string
  children: ReactNode
}

/** Enter in a field submits, and Ctrl-Enter from anywhere. */
export function Form<T extends FieldValues>({ state, className, children }: FormProps<T>) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      state.submit()
    }
  }
  return (
    <form
      noValidate
      className={className}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault()
        if (!state.busy) state.submit()
      }}
    >
      {children}
    </form>
  )
}

export function FormProblem<T extends FieldValues>({ state }: { state: ProblemForm<T> }) {
  return state.problem ? <ProblemNote problem={state.problem} /> : null
}

interface TextFieldProps<T extends FieldValues> {
  state: ProblemForm<T>
  name: FieldPath<T>
  label: string
  type?: 'text' | 'email' | 'password' | 'tel' | 'url' | 'number' | 'date'
  multiline?: boolean
  /** Refused when empty, with this sentence. */
  required?: string
  hint?: string
  autoComplete?: string
  autoFocus?: boolean
  inputMode?: 'decimal' | 'numeric'
  placeholder?: string
  className?: string
}

export function TextField<T extends FieldValues>({
  state,
  name,
  label,
  multiline,
  required,
  hint,
  className,
  ...props
}: TextFieldProps<T>) {
  const { error } = state.form.getFieldState(name, state.form.formState)
  const registered = state.form.register(name, { required: required ?? false })
  return (
    <Field
      label={label}
      error={error?.message}
      hint={hint}
      required={required !== undefined}
      className={className}
    >
      {(attributes) =>
        multiline ? (
          <TextArea {...attributes} {...registered} placeholder={props.placeholder} />
        ) : (
          <Input {...attributes} {...registered} {...props} />
        )
      }
    </Field>
  )
}

interface PickerFieldProps<T extends FieldValues> {
  state: ProblemForm<T>
  /** The form keeps the whole Option, or null. */
  name: FieldPath<T>
  label: string
  options: OptionSource
  nullable?: boolean
  className?: string
}

export function PickerField<T extends FieldValues>({
  state,
  name,
  label,
  className,
  ...props
}: PickerFieldProps<T>) {
  return (
    <Controller
      control={state.form.control}
      name={name}
      render={({ field, fieldState }) => (
        <Field label={label} error={fieldState.error?.message} className={className}>
          <Picker
            {...props}
            // The form keeps what onChange was given.
            value={field.value as Option | null}
            onChange={field.onChange}
            onBlur={field.onBlur}
            inputRef={field.ref}
          />
        </Field>
      )}
    />
  )
}
