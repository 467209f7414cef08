import { type ReactNode, Suspense, useSyncExternalStore } from 'react'

interface Question {
  id: number
  content: ReactNode
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
 * an answer. Render something loaded with `lazy()`.
 */
export function ask<T>(render: (answer: (value: T) => void) => ReactNode): Promise<T> {
  lastId += 1
  const id = lastId
  return new Promise((resolve) => {
    const answer = (value: T) => {
      set(questions.filter((question) => question.id !== id))
      resolve(value)
    }
    set([...questions, { id, content: render(answer) }])
  })
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where asked dialogs stand; rendered once, by the root. */
export function DialogHost() {
  const open = useSyncExternalStore(subscribe, () => questions)
  return open.map(({ id, content }) => (
    <Suspense key={id} fallback={null}>
      {content}
    </Suspense>
  ))
}
