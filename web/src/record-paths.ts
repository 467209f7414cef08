import type { Response } from '../../server/src/api.ts'
import { paths } from './paths.ts'

type Kind = Response<'GET /api/search'>['items'][number]['kind']

const pathOf: Record<Kind, (id: number) => string> = {
  customer: paths.customer,
  company: paths.company,
  product: paths.product,
  order: paths.order,
  sales_representative: paths.representative,
}

/** Where the page of a found record is. */
export function recordPath(kind: Kind, id: number): string {
  return pathOf[kind](id)
}
