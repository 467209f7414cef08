import { createElement, lazy } from 'react'
import { ask } from '../ui/ask.tsx'

const CreateRepresentativeDialog = lazy(() => import('./create-representative-dialog.tsx'))

/** Opens the dialog for a new representative; resolves when it is closed. */
export function createRepresentative(): Promise<void> {
  return ask((onClose) => createElement(CreateRepresentativeDialog, { onClose: () => onClose(undefined) }))
}
