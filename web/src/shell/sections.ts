import { type LucideIcon, Users } from 'lucide-react'
import { may } from '../../../server/src/auth/permissions.ts'
import type { Permission } from '../../../server/src/vocabulary.ts'
import { paths } from '../paths.ts'
import { useMe } from '../session/session.ts'

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

const sections: Section[] = [{ label: 'Customers', icon: Users, href: paths.customers(), key: 'c' }]

/** The sections that a person's role lets them use. */
export function useSections(): Section[] {
  const { role } = useMe()
  return sections.filter(({ permission }) => !permission || may(role, permission))
}
