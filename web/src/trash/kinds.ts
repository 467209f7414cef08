import type { TrashKindName } from '../../../server/src/trash/kind-names.ts'
import type { Permission } from '../../../server/src/vocabulary.ts'
import { paths } from '../paths.ts'

/** One kind of record as the trash speaks of it. */
export interface TrashKind {
  name: TrashKindName
  label: string
  one: string
  many: string
  /** The right to restore them. */
  permission: Permission
  /** The page of one; those without are shown where they belong. */
  path?: (id: number) => string
  /** What else goes, or stays, when one is deleted for good. */
  goesAlong: string
}

export const trashKinds: [TrashKind, ...TrashKind[]] = [
  {
    name: 'customers',
    label: 'Customers',
    one: 'customer',
    many: 'customers',
    permission: 'records:write',
    path: paths.customer,
    goesAlong:
      'History and the notes and calls that concern nobody else go too. Orders stay, but name nobody.',
  },
  {
    name: 'companies',
    label: 'Companies',
    one: 'company',
    many: 'companies',
    permission: 'records:write',
    path: paths.company,
    goesAlong:
      'History and the notes and calls that concern nobody else go too. Orders stay, but name no company.',
  },
  {
    name: 'orders',
    label: 'Orders',
    one: 'order',
    many: 'orders',
    permission: 'records:write',
    path: paths.order,
    goesAlong: 'Lines and history go too. Reports do not change: what is in the trash is not counted.',
  },
  {
    name: 'products',
    label: 'Products',
    one: 'product',
    many: 'products',
    permission: 'catalogue:write',
    path: paths.product,
    goesAlong: 'History goes too. Products that stand on orders are kept.',
  },
  {
    name: 'sales-representatives',
    label: 'Representatives',
    one: 'representative',
    many: 'representatives',
    permission: 'team:write',
    path: paths.representative,
    goesAlong: 'History goes too. Orders, notes and calls stay, but name no representative.',
  },
  {
    name: 'interactions',
    label: 'Notes and calls',
    one: 'note or call',
    many: 'notes and calls',
    permission: 'records:write',
    goesAlong: 'History goes too.',
  },
]
