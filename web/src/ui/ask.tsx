import { type ReactNode, Suspense, useSyncExternalStore } from 'react'
import { DialogGuard } from './lazy-dialog.tsx'

interface Question {
  id: number
  content: ReactNode
  /** Ends it without an answer. */
  close: () => void
}

let questions: Question[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: Question[]): void {
  questions = next
  for (const listener of listeners) listener()
}

/**
 * Opens a dialog from anywhere, also from code that is no component: `render` gets the function that closes it with
 * an answer. Render something of `lazyDialog()`.
 */
export function ask<T>(render: (answer: (value: T) => void) => ReactNode): Promise<T> {
  lastId += 1
  const id = lastId
  return new Promise((resolve) => {
    const answer = (value: T) => {
      set(questions.filter((question) => question.id !== id))
      resolve(value)
    }
    // Whoever asked takes no answer as the careful one, as after Escape.
    set([...questions, { id, content: render(answer), close: () => answer(undefined as T) }])
  })
}

/** Closes every dialog that was opened by ask(), each without an answer. */
export function closeDialogs(): void {
  for (const question of questions) question.close()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where asked dialogs stand; rendered once, by the root. */
export function DialogHost() {
  const open = useSyncExternalStore(subscribe, () => questions)
  return open.map(({ id, content, close }) => (
    <DialogGuard key={id} onFailed={close}>
      <Suspense fallback={null}>{content}</Suspense>
    </DialogGuard>
  ))
}
