import type { Response } from '../../../server/src/api.ts'
import { paths } from '../paths.ts'

type Kind = Response<'GET /api/search'>['items'][number]['kind']

const pathOf: Partial<Record<Kind, (id: number) => string>> = {
  customer: paths.customer,
}

/** Where the page of a found record is; undefined for kinds without one. */
export function recordPath(kind: Kind, id: number): string | undefined {
  return pathOf[kind]?.(id)
}
