import type { KindParts } from '../records/kind.ts'
import { salesRepresentativeSource } from './queries.ts'
import { SalesRepresentativeCreate } from './schema.ts'

// Who signs in as one is said by hand.
const { user_id: _linkedByHand, ...fields } = SalesRepresentativeCreate.properties

export const salesRepresentativeKind: KindParts = {
  source: salesRepresentativeSource,
  title: `btrim(t.first_name || ' ' || t.last_name)`,
  detail: 'coalesce(t.email, t.phone)',
  words: `trash_words(t.workspace_id, t.first_name || ' ' || t.last_name, t.email, t.phone)`,
  imported: { fields, fallbacks: { first_name: '', active: 'true' } },
}
