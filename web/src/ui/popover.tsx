import { lazy, type ReactNode, Suspense, useRef } from 'react'
import { useLazyTrigger } from './menu.tsx'

const loadPopup = () => import('./popover-popup.tsx')
const PopoverPopup = lazy(loadPopup)

interface PopoverProps {
  /** Names the panel for screen readers. */
  label: string
  children: (trigger: ReturnType<typeof useLazyTrigger>['trigger']) => ReactNode
  panel: (close: () => void) => ReactNode
  align?: 'start' | 'end'
  /** Tells the owner, for instance to open it with a key. */
  openRef?: { current: (() => void) | undefined }
}

/** A button with a small panel. */
export function Popover({ label, children, panel, align = 'start', openRef }: PopoverProps) {
  const { ref, open, setOpen, trigger } = useLazyTrigger('dialog', loadPopup)
  const used = useRef(false)
  used.current ||= open
  if (openRef) openRef.current = () => setOpen(true)
  return (
    <>
      {children(trigger)}
      {used.current && (
        <Suspense fallback={null}>
          <PopoverPopup anchor={ref} open={open} onOpenChange={setOpen} align={align} label={label}>
            {panel(() => setOpen(false))}
          </PopoverPopup>
        </Suspense>
      )}
    </>
  )
}
