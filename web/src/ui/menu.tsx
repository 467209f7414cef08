import { type ReactNode, type Ref, Suspense, useRef, useState } from 'react'
import { DialogGuard, lazyDialog } from './lazy-dialog.tsx'
import type { MenuEntry } from './menu-entry.ts'

const loadPopup = () => import('./menu-popup.tsx')
const MenuPopup = lazyDialog(loadPopup)

interface TriggerProps {
  ref: Ref<HTMLButtonElement>
  'aria-haspopup': 'menu' | 'dialog'
  'aria-expanded': boolean
  onPointerDown: () => void
  onClick: () => void
  onPointerEnter: () => void
  onFocus: () => void
}

/** State of a button that opens something loaded on first use; loading starts when the pointer nears it. */
export function useLazyTrigger(kind: 'menu' | 'dialog', load: () => Promise<unknown>) {
  const ref = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  // A press outside closes the popup before the click arrives, also when it is on the button itself.
  const wasOpen = useRef(false)
  // It is loaded again, and its failure told, when it is opened.
  const warm = () => void load().catch(() => undefined)
  const used = useRef(false)
  used.current ||= open
  const trigger: TriggerProps = {
    ref,
    'aria-haspopup': kind,
    'aria-expanded': open,
    onPointerDown: () => {
      wasOpen.current = open
    },
    onClick: () => {
      setOpen(!wasOpen.current)
      wasOpen.current = false
    },
    onPointerEnter: warm,
    onFocus: warm,
  }
  return {
    ref,
    open,
    setOpen,
    trigger,
    /** Whether its popup is on the page, open or not. */
    used: used.current,
    onFailed: () => {
      used.current = false
      setOpen(false)
    },
  }
}

interface MenuProps {
  entries: MenuEntry[]
  /** Spread the props on a Button or IconButton. */
  children: (trigger: TriggerProps) => ReactNode
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  /** Where the focus goes when it closes; without one, or for true, back to the button. */
  finalFocus?: () => HTMLElement | true
}

/** A button with a menu. */
export function Menu({ entries, children, align = 'start', side = 'bottom', finalFocus }: MenuProps) {
  const { ref, open, setOpen, trigger, used, onFailed } = useLazyTrigger('menu', loadPopup)
  return (
    <>
      {children(trigger)}
      {used && (
        <DialogGuard onFailed={onFailed}>
          <Suspense fallback={null}>
            <MenuPopup
              anchor={ref}
              open={open}
              onOpenChange={setOpen}
              entries={entries}
              align={align}
              side={side}
              finalFocus={finalFocus}
            />
          </Suspense>
        </DialogGuard>
      )}
    </>
  )
}
