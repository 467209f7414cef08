import { createContext, type ReactNode, useContext, useId } from 'react'
import { classes } from './classes.ts'

interface FieldAttributes {
  id: string
  'aria-invalid'?: true
  'aria-describedby'?: string
  'aria-required'?: true
}

const FieldContext = createContext<FieldAttributes | undefined>(undefined)

/** id and ARIA attributes for the control inside a Field; spread them on it. */
export function useFieldAttributes(): Partial<FieldAttributes> {
  return useContext(FieldContext) ?? {}
}

interface FieldProps {
  label: string
  /** One sentence below the control: why its value was refused. */
  error?: string
  hint?: string
  required?: boolean
  className?: string
  /** Controls take `useFieldAttributes()`, or are a function of them. */
  children: ReactNode | ((attributes: FieldAttributes) => ReactNode)
}

/** Label above, control, then error or hint. */
export function Field({ label, error, hint, required, className, children }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  const attributes: FieldAttributes = {
    id,
    ...(error && { 'aria-invalid': true as const }),
    ...(note && { 'aria-describedby': `${id}-note` }),
    ...(required && { 'aria-required': true as const }),
  }
  return (
    <div className={classes('flex flex-col gap-1', className)}>
      <label htmlFor={id} className="text-label font-medium text-muted">
        {label}
      </label>
      <FieldContext value={attributes}>
        {typeof children === 'function' ? children(attributes) : children}
      </FieldContext>
      {note && (
        <p id={`${id}-note`} className={classes('text-label', error ? 'text-danger' : 'text-muted')}>
          {note}
        </p>
      )}
    </div>
  )
}
