import { createElement } from 'react'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'

const CreateCompanyDialog = lazyDialog(() => import('./create-company-dialog.tsx'))

/** Opens the dialog for a new company; resolves when it is closed. */
export function createCompany(): Promise<void> {
  return ask((onClose) => createElement(CreateCompanyDialog, { onClose: () => onClose(undefined) }))
}
