import { createElement } from 'react'
import { ask } from '../ui/ask.tsx'
import { lazyDialog } from '../ui/lazy-dialog.tsx'

const Palette = lazyDialog(() => import('./palette.tsx'))
const KeySheet = lazyDialog(() => import('./key-sheet.tsx'))

let paletteOpen = false

/** One palette at a time. */
export async function openPalette(): Promise<void> {
  if (paletteOpen) return
  paletteOpen = true
  await ask((onClose) => createElement(Palette, { onClose: () => onClose(undefined) }))
  paletteOpen = false
}

export function openKeySheet(): Promise<void> {
  return ask((onClose) => createElement(KeySheet, { onClose: () => onClose(undefined) }))
}
