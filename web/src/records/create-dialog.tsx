import type { ReactNode } from 'react'
import type { FieldValues } from 'react-hook-form'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogBody, DialogCancel, DialogFooter } from '../ui/dialog.tsx'
import { Form, FormProblem, type ProblemForm } from '../ui/form.tsx'

interface CreateDialogProps<T extends FieldValues> {
  title: string
  action: string
  state: ProblemForm<T>
  onClose: () => void
  wide?: boolean
  children: ReactNode
}

/** The frame of every dialog with a form: title, fields, what went wrong, Cancel and the action. */
export function CreateDialog<T extends FieldValues>({
  title,
  action,
  state,
  onClose,
  wide,
  children,
}: CreateDialogProps<T>) {
  return (
    <Dialog title={title} onClose={onClose} wide={wide} dirty={state.form.formState.isDirty}>
      <Form state={state} className="contents">
        <DialogBody>
          {children}
          <FormProblem state={state} />
        </DialogBody>
        <DialogFooter>
          <DialogCancel />
          <Button large look="primary" type="submit" busy={state.busy}>
            {action}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  )
}

/** The texts that were typed; what is empty is left to the API's defaults. */
export function typedTexts<T extends Record<string, string>>(values: T): Partial<T> {
  const typed = Object.entries(values).flatMap(([name, text]) => (text.trim() ? [[name, text.trim()]] : []))
  return Object.fromEntries(typed)
}
