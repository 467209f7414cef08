import { BadgeCheck, Building2, type LucideIcon, Package, ShoppingCart, Users } from 'lucide-react'
import { type RecordKind, recordKinds } from '../../server/src/vocabulary.ts'

/** How the app shows one kind of record. */
interface KindLook {
  /** Kinds without are shown where they belong. */
  page?: {
    /** The address of its list; its caches and preferences are called so too. */
    name: string
    icon: LucideIcon
    /** Second key after G. */
    key: string
  }
  /** What else goes, or stays, when one is deleted for good. */
  goesAlong: string
}

/** In the order in which people see them. */
const looks = {
  customer: {
    page: { name: 'customers', icon: Users, key: 'c' },
    goesAlong:
      'History and the notes and calls that concern nobody else go too. Orders stay, but name nobody.',
  },
  company: {
    page: { name: 'companies', icon: Building2, key: 'm' },
    goesAlong:
      'History and the notes and calls that concern nobody else go too. Orders stay, but name no company.',
  },
  order: {
    page: { name: 'orders', icon: ShoppingCart, key: 'o' },
    goesAlong: 'Lines and history go too. Reports do not change: what is in the trash is not counted.',
  },
  product: {
    page: { name: 'products', icon: Package, key: 'p' },
    goesAlong: 'History goes too. Products that stand on orders are kept.',
  },
  sales_representative: {
    page: { name: 'representatives', icon: BadgeCheck, key: 'r' },
    goesAlong: 'History goes too. Orders, notes and calls stay, but name no representative.',
  },
  interaction: { goesAlong: 'History goes too.' },
} as const satisfies Record<RecordKind, KindLook>

type Looks = typeof looks
export type KindWithPage = {
  [K in RecordKind]: Looks[K] extends { page: unknown } ? K : never
}[RecordKind]
/** "customers". */
export type PageOf<K extends KindWithPage> = Looks[K]['page']['name']
/** "customer". */
export type OneOf<K extends RecordKind> = (typeof recordKinds)[K]['one']

// Object.keys knows texts only.
export const shownKinds = Object.keys(looks) as RecordKind[] // See above.
export const kindsWithPage = shownKinds.filter(hasPage)

export function hasPage(kind: RecordKind): kind is KindWithPage {
  return 'page' in looks[kind]
}

export function pageOf<K extends KindWithPage>(kind: K): Looks[K]['page'] {
  return looks[kind].page
}

export function goesAlong(kind: RecordKind): string {
  return looks[kind].goesAlong
}

/** What several are called where nothing stands before it: "Customers". */
export function kindLabel(kind: RecordKind): string {
  const { many } = recordKinds[kind]
  return many.charAt(0).toUpperCase() + many.slice(1)
}
