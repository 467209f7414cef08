import type { FieldPath, FieldValues } from 'react-hook-form'
import { type ProblemForm, TextField } from '../ui/form.tsx'

interface EmailFieldProps<T extends FieldValues> {
  state: ProblemForm<T>
  /** The form has an email under this name. */
  name: FieldPath<T>
  autoFocus?: boolean
}

/** The address that a person signs in with; password managers know it as the user's name. */
export function EmailField<T extends FieldValues>(props: EmailFieldProps<T>) {
  return (
    <TextField
      {...props}
      label="Email"
      type="email"
      autoComplete="username"
      required="Enter your email address."
    />
  )
}
