import { forgetOnSignOut } from '../session-state.ts'

const UNDO_STEPS_MAX = 20

const steps: (() => void)[] = []

/** Makes `undo` the next thing that Ctrl-Z takes back. Returns what runs it, once. */
export function onUndoKey(undo: () => unknown): () => void {
  const step = () => {
    const index = steps.indexOf(step)
    if (index < 0) return
    steps.splice(index, 1)
    undo()
  }
  steps.push(step)
  if (steps.length > UNDO_STEPS_MAX) steps.shift()
  return step
}

/** Takes back the latest change; false if there is none. */
export function undoLatest(): boolean {
  const step = steps.at(-1)
  step?.()
  return step !== undefined
}

forgetOnSignOut(() => {
  steps.length = 0
})
