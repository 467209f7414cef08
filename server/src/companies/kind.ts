import type { KindParts } from '../records/kind.ts'
import { companySource } from './queries.ts'
import { CompanyCreate } from './schema.ts'

export const companyKind: KindParts = {
  source: companySource,
  title: 't.name',
  detail: 't.domain',
  words: 'trash_words(t.workspace_id, t.name, t.domain, t.phone)',
  imported: { fields: CompanyCreate.properties },
}
