import { useCallback, useSyncExternalStore } from 'react'

let printing = false
const printListeners = new Set<() => void>()
for (const [event, begins] of [
  ['beforeprint', true],
  ['afterprint', false],
] as const) {
  addEventListener(event, () => {
    printing = begins
    for (const listener of printListeners) listener()
  })
}

function subscribeToPrinting(listener: () => void): () => void {
  printListeners.add(listener)
  return () => printListeners.delete(listener)
}

const shown = new Map<string, boolean>()

/** Paper is narrower than most screens: what is shown stays as it was, with all that is typed there. */
function matches(query: string): boolean {
  const known = printing ? shown.get(query) : undefined
  const value = known ?? matchMedia(query).matches
  shown.set(query, value)
  return value
}

function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query)
      media.addEventListener('change', listener)
      const forget = subscribeToPrinting(listener)
      return () => {
        media.removeEventListener('change', listener)
        forget()
      }
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matches(query))
}

/** Whether the page is being put on paper; what is shown for it alone costs nothing until then. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribeToPrinting, () => printing)
}

/** At least 768 px: the sidebar and the grid; below, the bottom tabs and two-line rows. As `wide:` in CSS. */
export function useWide(): boolean {
  return useMedia('(width >= 768px)')
}
