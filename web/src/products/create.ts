import { createElement } from 'react'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'

const CreateProductDialog = lazyDialog(() => import('./create-product-dialog.tsx'))

/** Opens the dialog for a new product; resolves when it is closed. */
export function createProduct(): Promise<void> {
  return ask((onClose) => createElement(CreateProductDialog, { onClose: () => onClose(undefined) }))
}
