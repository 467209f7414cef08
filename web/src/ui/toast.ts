import { onUndoKey } from './undo.ts'

const SHOWN_MS = 3_000
const SHOWN_WITH_UNDO_MS = 8_000

interface ToastOptions {
  /** Takes the change back; it is offered for eight seconds and under Ctrl-Z. */
  undo?: () => Promise<unknown> | undefined
  /** Where to see more of it. */
  link?: { label: string; go: () => unknown }
}

/** Says in the corner what was done. Loaded with the first toast, which waits until its place is mounted. */
export async function toast(sentence: string, { undo, link }: ToastOptions = {}): Promise<void> {
  const { mountToaster, show, dismiss } = await import('./toaster.tsx')
  await mountToaster()
  if (!undo) {
    show(sentence, { duration: SHOWN_MS })
    return
  }
  const takeBack = onUndoKey(() => {
    dismiss(id)
    return undo()
  })
  const onClick = () => {
    // Sonner gives the focus back on blur, wherever it is then going; better at once than under the next key.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    takeBack()
  }
  const id = show(sentence, {
    duration: SHOWN_WITH_UNDO_MS,
    action: { label: 'Undo', onClick },
    ...(link && { cancel: { label: link.label, onClick: () => void link.go() } }),
  })
}

/** Says that something failed, and why. */
export async function toastProblem(problem: { message: string }): Promise<void> {
  try {
    const { mountToaster, showError } = await import('./toaster.tsx')
    await mountToaster()
    showError(problem.message, { duration: SHOWN_WITH_UNDO_MS })
  } catch {
    // The network has gone before the first message was loaded.
    alert(problem.message)
  }
}

/** Loads what messages need before there is one: it may be that the network has gone. */
export function prepareToasts(): void {
  void import('./toaster.tsx').catch(() => undefined)
}
