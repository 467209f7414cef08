import { useCallback, useSyncExternalStore } from 'react'

function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

/** At least 768 px: the sidebar and the grid; below, the bottom tabs and two-line rows. As `wide:` in CSS. */
export function useWide(): boolean {
  return useMedia('(width >= 768px)')
}
