import { companyKind } from './companies/kind.ts'
import { customerKind } from './customers/kind.ts'
import { interactionKind } from './interactions/kind.ts'
import { orderKind } from './orders/kind.ts'
import { productKind } from './products/kind.ts'
import type { KindParts } from './records/kind.ts'
import { salesRepresentativeKind } from './sales-representatives/kind.ts'
import type { RecordKind } from './vocabulary.ts'

/** What each kind of `recordKinds` gives to the search, the trash and the importer. */
export const kindParts: Readonly<Record<RecordKind, KindParts>> = {
  sales_representative: salesRepresentativeKind,
  company: companyKind,
  customer: customerKind,
  product: productKind,
  order: orderKind,
  interaction: interactionKind,
}
