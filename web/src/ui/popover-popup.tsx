import { Popover } from '@base-ui/react/popover'
import type { ReactNode, RefObject } from 'react'

interface PopoverPopupProps {
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
  align: 'start' | 'end'
  label: string
  children: ReactNode
}

export default function PopoverPopup({
  anchor,
  open,
  onOpenChange,
  align,
  label,
  children,
}: PopoverPopupProps) {
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} align={align} sideOffset={4} className="z-40">
          <Popover.Popup
            aria-label={label}
            finalFocus={anchor}
            className="appear max-h-[min(600px,var(--available-height))] overflow-y-auto rounded-card bg-raised p-1 shadow-popover outline-none"
          >
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
