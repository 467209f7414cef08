import { Menu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { RefObject } from 'react'
import { classes } from './classes.ts'
import type { MenuEntry } from './menu-entry.ts'

interface MenuPopupProps {
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
  entries: MenuEntry[]
  align: 'start' | 'end'
  side: 'top' | 'bottom'
  finalFocus?: () => HTMLElement | true
}

export default function MenuPopup({
  anchor,
  open,
  onOpenChange,
  entries,
  align,
  side,
  finalFocus,
}: MenuPopupProps) {
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      {/* A region while it is open: what floats belongs to no other landmark. */}
      <Menu.Portal role="region" aria-label="Menu">
        <Menu.Positioner anchor={anchor} align={align} side={side} sideOffset={4} className="z-40">
          <Menu.Popup
            finalFocus={() => {
              const place = finalFocus?.() ?? true
              return place === true ? anchor.current : place
            }}
            className="appear min-w-44 rounded-card bg-raised p-1 shadow-popover outline-none"
          >
            {entries.map((entry, index) =>
              entry === 'separator' ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: separators have nothing else
                <Menu.Separator key={index} className="my-1 h-px bg-line" />
              ) : (
                <Menu.Item
                  key={entry.label}
                  onClick={entry.run}
                  className={classes(
                    'flex h-7 items-center gap-2 rounded-control px-2 outline-none data-highlighted:bg-hover',
                    entry.danger && 'text-danger',
                  )}
                >
                  {entry.icon && <entry.icon size={14} aria-hidden />}
                  {entry.label}
                  {entry.checked && <Check size={14} className="ml-auto" aria-label="chosen" />}
                </Menu.Item>
              ),
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
