import {
  BadgeCheck,
  Building2,
  FileUp,
  type LucideIcon,
  Package,
  ShoppingCart,
  Trash2,
  Users,
} from 'lucide-react'
import { may } from '../../server/src/auth/permissions.ts'
import type { Permission } from '../../server/src/vocabulary.ts'
import { paths } from './paths.ts'
import { useMe } from './session/session.ts'

/** A place in the sidebar, the bottom tabs and the palette. */
export interface Section {
  label: string
  icon: LucideIcon
  href: string
  /** Second key after G. */
  key: string
  /** Shown only to those who may. */
  permission?: Permission
}

const sections: Section[] = [
  { label: 'Customers', icon: Users, href: paths.customers(), key: 'c' },
  { label: 'Companies', icon: Building2, href: paths.companies(), key: 'm' },
  { label: 'Orders', icon: ShoppingCart, href: paths.orders(), key: 'o' },
  { label: 'Products', icon: Package, href: paths.products(), key: 'p' },
  { label: 'Representatives', icon: BadgeCheck, href: paths.representatives(), key: 'r' },
  { label: 'Import', icon: FileUp, href: paths.imports(), key: 'i', permission: 'import:run' },
  { label: 'Trash', icon: Trash2, href: paths.trash(), key: 'x' },
]

/** The sections that a person's role lets them use. */
export function useSections(): Section[] {
  const { role } = useMe()
  return sections.filter(({ permission }) => !permission || may(role, permission))
}
