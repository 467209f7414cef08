import { FileUp, type LucideIcon, Trash2 } from 'lucide-react'
import { may } from '../../server/src/auth/permissions.ts'
import type { Permission } from '../../server/src/vocabulary.ts'
import { kindLabel, kindsWithPage, pageOf } from './kinds.ts'
import { listPath, paths } from './paths.ts'
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
  ...kindsWithPage.map((kind) => ({ ...pageOf(kind), label: kindLabel(kind), href: listPath(kind) })),
  { label: 'Import', icon: FileUp, href: paths.imports(), key: 'i', permission: 'import:run' },
  { label: 'Trash', icon: Trash2, href: paths.trash(), key: 'x' },
]

/** The sections that a person's role lets them use. */
export function useSections(): Section[] {
  const { role } = useMe()
  return sections.filter(({ permission }) => !permission || may(role, permission))
}
