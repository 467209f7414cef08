import { concerns } from '../customers/name.ts'
import type { KindParts } from '../records/kind.ts'
import { interactionSource } from './queries.ts'
import { InteractionCreate } from './schema.ts'

export const interactionKind: KindParts = {
  source: interactionSource,
  title: `coalesce(nullif(t.subject, ''), nullif(left(t.body, 80), ''), initcap(t.kind))`,
  detail: concerns,
  words: 'trash_words(t.workspace_id, t.subject, NULL, NULL)',
  imported: {
    fields: InteractionCreate.properties,
    fallbacks: { subject: '' },
    needsOneOf: ['customer_id', 'company_id'],
  },
}
