import type { KindParts } from '../records/kind.ts'
import { customerName } from './name.ts'
import { customerSource } from './queries.ts'
import { CustomerCreate } from './schema.ts'

export const customerKind: KindParts = {
  source: customerSource,
  title: `coalesce(${customerName('t')}, '')`,
  detail: 'coalesce(t.email, t.phone)',
  words: `trash_words(t.workspace_id, t.first_name || ' ' || t.last_name, t.email, t.phone)`,
  imported: {
    fields: CustomerCreate.properties,
    fallbacks: { first_name: '', last_name: '', lifecycle_stage: 'lead' },
    needsOneOf: ['first_name', 'last_name', 'email'],
  },
}
