import { useCallback, useSyncExternalStore } from 'react'

const listeners = new Map<string, Set<() => void>>()
const values = new Map<string, unknown>()

/** Reads what this browser remembers under a name. Text stays plain, so that theme.js can read it too. */
export function readPreference<T>(name: string, fallback: T): T {
  if (!values.has(name)) values.set(name, stored(name) ?? fallback)
  // Written only by writePreference under the same name, hence of the same type.
  return values.get(name) as T
}

function stored(name: string): unknown {
  try {
    const text = localStorage.getItem(`rapport.${name}`)
    if (text === null) return undefined
    return /^[[{\d]|^(true|false)$/.test(text) ? JSON.parse(text) : text
  } catch {
    // Storage may be forbidden or hold what an older version wrote: the fallback serves.
    return undefined
  }
}

/** Remembers a value in this browser and tells every component that shows it. */
export function writePreference<T>(name: string, value: T): void {
  values.set(name, value)
  try {
    localStorage.setItem(`rapport.${name}`, typeof value === 'string' ? value : JSON.stringify(value))
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  for (const listener of listeners.get(name) ?? []) listener()
}

// Another tab has remembered something else: what is shown here follows, and is not written over it. (Tests have no tabs.)
globalThis.addEventListener?.('storage', ({ key }) => {
  // Null: all of it was cleared.
  const names = key === null ? [...values.keys()] : [key.replace(/^rapport\./, '')]
  for (const name of names) {
    if (!values.delete(name)) continue
    for (const listener of listeners.get(name) ?? []) listener()
  }
})

/** Calls `listener` whenever a choice changes, here or in another tab. Returns its end. */
export function listenToPreference(name: string, listener: () => void): () => void {
  const others = listeners.get(name) ?? new Set()
  listeners.set(name, others.add(listener))
  return () => void others.delete(listener)
}

/** A choice that this browser remembers, such as the theme or the columns of a list. */
export function usePreference<T>(name: string, fallback: T): [T, (value: T) => void] {
  const subscribe = useCallback((listener: () => void) => listenToPreference(name, listener), [name])
  const value = useSyncExternalStore(subscribe, () => readPreference(name, fallback))
  const remember = useCallback((chosen: T) => writePreference(name, chosen), [name])
  return [value, remember]
}
