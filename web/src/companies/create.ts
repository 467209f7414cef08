import { createElement, lazy } from 'react'
import { ask } from '../ui/ask.tsx'

const CreateCompanyDialog = lazy(() => import('./create-company-dialog.tsx'))

/** Opens the dialog for a new company; resolves when it is closed. */
export function createCompany(): Promise<void> {
  return ask((onClose) => createElement(CreateCompanyDialog, { onClose: () => onClose(undefined) }))
}
