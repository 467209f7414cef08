import { createElement } from 'react'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'

const CreateRepresentativeDialog = lazyDialog(() => import('./create-representative-dialog.tsx'))

/** Opens the dialog for a new representative; resolves when it is closed. */
export function createRepresentative(): Promise<void> {
  return ask((onClose) => createElement(CreateRepresentativeDialog, { onClose: () => onClose(undefined) }))
}
