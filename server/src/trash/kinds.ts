import { companySource } from '../companies/queries.ts'
import { customerName } from '../customers/name.ts'
import { customerSource } from '../customers/queries.ts'
import { interactionSource } from '../interactions/queries.ts'
import type { ListSource } from '../lists/list-source.ts'
import { orderSource } from '../orders/queries.ts'
import { productSource } from '../products/queries.ts'
import { salesRepresentativeSource } from '../sales-representatives/queries.ts'
import { named } from '../visible.ts'
import type { Permission } from '../vocabulary.ts'
import type { TrashKindName } from './kind-names.ts'

/** How one kind of record stands in the trash. SQL is over `t`; constants, never input. */
export interface TrashKind {
  source: ListSource
  /** The right to delete and restore them. */
  permission: Permission
  title: string
  detail: string
  /** What it is found by, as the index that keep_record_kind() makes has it. */
  words: string
}

const customerOf = `(SELECT ${customerName('c')} FROM customers c WHERE ${named('c', 't.customer_id')})`
const companyOf = `(SELECT co.name FROM companies co WHERE ${named('co', 't.company_id')})`
const personWords = `trash_words(t.workspace_id, t.first_name || ' ' || t.last_name, t.email, t.phone)`

export const trashKinds: Record<TrashKindName, TrashKind> = {
  customers: {
    source: customerSource,
    permission: 'records:write',
    title: `coalesce(${customerName('t')}, '')`,
    detail: 'coalesce(t.email, t.phone)',
    words: personWords,
  },
  companies: {
    source: companySource,
    permission: 'records:write',
    title: 't.name',
    detail: 't.domain',
    words: 'trash_words(t.workspace_id, t.name, t.domain, t.phone)',
  },
  orders: {
    source: orderSource,
    permission: 'records:write',
    title: 't.order_number',
    detail: `coalesce(${customerOf}, ${companyOf})`,
    words: 'trash_words(t.workspace_id, NULL, t.order_number, NULL)',
  },
  products: {
    source: productSource,
    permission: 'catalogue:write',
    title: 't.product_name',
    detail: 't.sku',
    words: 'trash_words(t.workspace_id, t.product_name, t.sku, NULL)',
  },
  'sales-representatives': {
    source: salesRepresentativeSource,
    permission: 'team:write',
    title: `btrim(t.first_name || ' ' || t.last_name)`,
    detail: 'coalesce(t.email, t.phone)',
    words: personWords,
  },
  interactions: {
    source: interactionSource,
    permission: 'records:write',
    title: `coalesce(nullif(t.subject, ''), nullif(left(t.body, 80), ''), initcap(t.kind))`,
    detail: `coalesce(${customerOf}, ${companyOf})`,
    words: 'trash_words(t.workspace_id, t.subject, NULL, NULL)',
  },
}
