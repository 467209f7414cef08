import type { LucideIcon } from 'lucide-react'

export interface MenuItem {
  label: string
  icon?: LucideIcon
  danger?: boolean
  /** Shows a tick, for one of several choices. */
  checked?: boolean
  run: () => void
}
export type MenuEntry = MenuItem | 'separator'
