import { type ReactNode, Suspense } from 'react'
import { DialogGuard, lazyDialog } from './lazy-dialog.tsx'
import { useLazyTrigger } from './menu.tsx'

const loadPopup = () => import('./popover-popup.tsx')
const PopoverPopup = lazyDialog(loadPopup)

interface PopoverProps {
  /** Names the panel for screen readers. */
  label: string
  children: (trigger: ReturnType<typeof useLazyTrigger>['trigger']) => ReactNode
  panel: (close: () => void) => ReactNode
  align?: 'start' | 'end'
}

/** A button with a small panel. */
export function Popover({ label, children, panel, align = 'start' }: PopoverProps) {
  const { ref, open, setOpen, trigger, used, onFailed } = useLazyTrigger('dialog', loadPopup)
  return (
    <>
      {children(trigger)}
      {used && (
        <DialogGuard onFailed={onFailed}>
          <Suspense fallback={null}>
            <PopoverPopup anchor={ref} open={open} onOpenChange={setOpen} align={align} label={label}>
              {panel(() => setOpen(false))}
            </PopoverPopup>
          </Suspense>
        </DialogGuard>
      )}
    </>
  )
}
