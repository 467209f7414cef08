import type { LucideIcon } from 'lucide-react'
import { lazy, type ReactNode, type Ref, Suspense, useRef, useState } from 'react'

export interface MenuItem {
  label: string
  icon?: LucideIcon
  danger?: boolean
  /** Shows a tick, for one of several choices. */
  checked?: boolean
  run: () => void
}
export type MenuEntry = MenuItem | 'separator'

const loadPopup = () => import('./menu-popup.tsx')
const MenuPopup = lazy(loadPopup)

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
  const warm = () => void load()
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
  return { ref, open, setOpen, trigger }
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
  const { ref, open, setOpen, trigger } = useLazyTrigger('menu', loadPopup)
  const used = useRef(false)
  used.current ||= open
  return (
    <>
      {children(trigger)}
      {used.current && (
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
      )}
    </>
  )
}
