import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import {
  Controller,
  type DefaultValues,
  type FieldPath,
  type FieldValues,
  type UseFormReturn,
  useForm,
} from 'react-hook-form'
import { type ApiProblem, IdempotencyKeys, isWriting, toProblem } from '../call.ts'
import type { Option } from '../vocabulary.ts'
import { Field } from './field.tsx'
import { Input, TextArea } from './input.tsx'
import { notChosen, type OptionSource, Picker, STILL_SEARCHED } from './picker.tsx'
import { ProblemNote } from './problem-note.tsx'
import { prepareQuestion, useUnsaved } from './unsaved.ts'

interface SubmitContext {
  /** The same for every retry of the same body, and another one once the body has changed. */
  idempotencyKey: (body: unknown) => string
  /** False once the person has left the form; then an answer no longer leads them anywhere. */
  isHere: () => boolean
}

export interface ProblemForm<T extends FieldValues> {
  form: UseFormReturn<T>
  submit: () => void
  busy: boolean
  /** What no field could show. */
  problem: ApiProblem | undefined
  /** What was refused of parts that have no field on the screen; it stands at the form's top. */
  misplaced: string[]
}

interface ProblemFormOptions<T extends FieldValues> {
  defaultValues: DefaultValues<T>
  onSubmit: (values: T, context: SubmitContext) => Promise<void>
  /** Nothing is lost by leaving, as at sign-in. */
  unguarded?: boolean
}

/**
 * A form whose errors come from the API: each one lands under its field (`/items/0/quantity` under
 * `items.0.quantity`), the first is focused, what has no field on the screen stands at the top, and what is wrong
 * with no part in particular stands above the buttons. Leaving the page asks while something is typed and not saved.
 */
export function useProblemForm<T extends FieldValues>({
  defaultValues,
  onSubmit,
  unguarded = false,
}: ProblemFormOptions<T>): ProblemForm<T> {
  const form = useForm<T>({ defaultValues })
  const [problem, setProblem] = useState<ApiProblem>()
  const [misplaced, setMisplaced] = useState<string[]>([])
  const [keys] = useState(() => new IdempotencyKeys())
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const { isDirty, isSubmitting } = form.formState
  // Once the answer is there, the form itself leads on.
  useUnsaved(() => !unguarded && isDirty && (!isSubmitting || isWriting()))
  useEffect(() => {
    if (isDirty && !unguarded) prepareQuestion()
  }, [isDirty, unguarded])
  const send = form.handleSubmit(async (values) => {
    setProblem(undefined)
    setMisplaced([])
    try {
      await onSubmit(values, { idempotencyKey: (body) => keys.of(body), isHere: () => here.current })
    } catch (error) {
      const thrown = toProblem(error)
      const rest = showErrors(form, thrown)
      setMisplaced(rest)
      if (thrown.errors.length === 0) setProblem(thrown)
    }
  })
  const submit = () => {
    if (isSubmitting) return
    // What the API refused last time would keep the form from being sent again.
    form.clearErrors()
    void send()
  }
  return { form, submit, busy: isSubmitting, problem, misplaced }
}

/** Shows each error under its field. Returns what is left: sentences about parts that no field shows. */
function showErrors<T extends FieldValues>(form: UseFormReturn<T>, problem: ApiProblem): string[] {
  const misplaced: string[] = []
  let placed = 0
  for (const { path, message } of problem.errors) {
    // Only names of fields on the screen are used as such.
    const name = path.slice(1).replaceAll('/', '.') as FieldPath<T>
    if (form.control._names.mount.has(name)) {
      form.setError(name, { message }, { shouldFocus: placed === 0 })
      placed += 1
    } else misplaced.push(problem.errors.length === 1 ? problem.message : message)
  }
  return [...new Set(misplaced)]
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
      <Misplaced sentences={state.misplaced} />
      {children}
    </form>
  )
}

/** Scrolled to, since the button that was pressed may be far below. */
function Misplaced({ sentences }: { sentences: string[] }) {
  if (sentences.length === 0) return null
  return (
    <div
      role="alert"
      ref={(element) => element?.scrollIntoView({ block: 'nearest' })}
      className="m-2 flex flex-col gap-1 rounded-control border border-danger px-3 py-2"
    >
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  )
}

export function FormProblem<T extends FieldValues>({ state }: { state: ProblemForm<T> }) {
  const { problem } = state
  return problem ? (
    <ProblemNote problem={problem} onRetry={problem.passing && !state.busy ? state.submit : undefined} />
  ) : null
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
  const waits = useRef(false)
  return (
    <Controller
      control={state.form.control}
      name={name}
      rules={{ validate: () => !waits.current || STILL_SEARCHED }}
      render={({ field, fieldState }) => (
        <Field label={label} error={fieldState.error?.message} className={className}>
          <Picker
            {...props}
            // The form keeps what onChange was given.
            value={field.value as Option | null}
            onChange={(option) => {
              state.form.clearErrors(name)
              field.onChange(option)
            }}
            onWaiting={(now) => {
              waits.current = now
            }}
            onBlur={(typed) => {
              field.onBlur()
              if (typed) state.form.setError(name, { message: notChosen(typed) })
            }}
            inputRef={field.ref}
          />
        </Field>
      )}
    />
  )
}
