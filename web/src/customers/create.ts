import { createElement } from 'react'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'

const CreateCustomerDialog = lazyDialog(() => import('./create-customer-dialog.tsx'))

/** Opens the dialog for a new customer; resolves when it is closed. */
export function createCustomer(): Promise<void> {
  return ask((onClose) => createElement(CreateCustomerDialog, { onClose: () => onClose(undefined) }))
}
