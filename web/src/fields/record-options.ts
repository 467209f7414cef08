import { queryOptions, useQuery } from '@tanstack/react-query'
import { kinds, type RecordKind } from '../../../server/src/vocabulary.ts'
import { call, toProblem } from '../call.ts'
import { queryClient } from '../query-client.ts'
import type { Option } from '../vocabulary.ts'

const PICKED_FROM = 8

const page = { limit: PICKED_FROM, count: 'none' } as const
const firstOf = {
  company: async (signal: AbortSignal): Promise<Option[]> => {
    const { items } = await call('GET /api/companies', { query: { ...page, fields: 'name' }, signal })
    return items.map(({ id, name }) => ({ value: String(id), label: name }))
  },
  customer: async (signal: AbortSignal): Promise<Option[]> => {
    const query = { ...page, fields: 'first_name,last_name,email' }
    const { items } = await call('GET /api/customers', { query, signal })
    return items.map((row) => ({
      value: String(row.id),
      label: fullName(row) || row.email || `#${row.id}`,
      detail: (fullName(row) && row.email) || undefined,
    }))
  },
  product: (signal: AbortSignal) => soldProducts({ sort: 'product_name' }, signal),
  sales_representative: async (signal: AbortSignal): Promise<Option[]> => {
    const query = { ...page, fields: 'first_name,last_name', sort: 'last_name' } as const
    const { items } = await call('GET /api/sales-representatives', { query, signal })
    return items.map((row) => ({ value: String(row.id), label: fullName(row) }))
  },
} satisfies Partial<Record<RecordKind, (signal: AbortSignal) => Promise<Option[]>>>

/** Only what is sold: nothing else is offered for an order. */
async function soldProducts(
  asked: { q: string } | { sort: 'product_name' },
  signal: AbortSignal,
): Promise<Option[]> {
  const query = { ...page, ...asked, active: true, fields: 'product_name,sku' } as const
  const { items } = await call('GET /api/products', { query, signal })
  return items.map(({ id, product_name, sku }) => ({
    value: String(id),
    label: product_name,
    detail: sku ?? undefined,
  }))
}

/** The kinds whose records other records name. */
export type NamedKind = keyof typeof firstOf
export function isPicked(kind: RecordKind): kind is NamedKind {
  return kind in firstOf
}

/** Records of one kind as options of a Picker, found as one types; without text the newest or first ones. */
export const recordSearch = Object.fromEntries(
  kinds.filter(isPicked).map((kind) => [kind, searchOf(kind)]),
) as Record<NamedKind, ReturnType<typeof searchOf>> // Object.fromEntries knows texts only.

function searchOf(kind: NamedKind) {
  return async (text: string, signal: AbortSignal): Promise<Option[]> => {
    const q = text.trim()
    if (q === '') return firstOf[kind](signal)
    if (kind === 'product') return soldProducts({ q }, signal)
    const { items } = await call('GET /api/search', { query: { q, kind, limit: PICKED_FROM }, signal })
    return items.map((hit) => ({
      value: String(hit.id),
      label: hit.title,
      detail: hit.detail ?? undefined,
    }))
  }
}

export function fullName({ first_name, last_name }: { first_name: string; last_name: string }): string {
  return `${first_name} ${last_name}`.trim()
}

const readers: Record<NamedKind, (id: number) => Promise<string>> = {
  company: async (id: number) => (await call('GET /api/companies/:id', { params: { id } })).name,
  customer: async (id: number) => {
    const customer = await call('GET /api/customers/:id', { params: { id } })
    return fullName(customer) || customer.email || `#${id}`
  },
  product: async (id: number) => (await call('GET /api/products/:id', { params: { id } })).product_name,
  sales_representative: async (id: number) =>
    fullName(await call('GET /api/sales-representatives/:id', { params: { id } })),
}

/** The name of a record that is known by its id only, as in the filters of an address. */
export function useRecordName(kind: NamedKind | undefined, id: string): string | undefined {
  const { data, isError } = useQuery(nameQuery(kind, id))
  return data ?? (isError ? `#${id}` : undefined)
}

/** The same for code that is no component; a record that is gone for good is called by its id. */
export async function recordName(kind: NamedKind, id: string): Promise<string> {
  try {
    return await queryClient.fetchQuery(nameQuery(kind, id))
  } catch (error) {
    if (toProblem(error).status === 404) return `#${id}`
    throw error
  }
}

function nameQuery(kind: NamedKind | undefined, id: string) {
  return queryOptions({
    queryKey: ['name', kind, id],
    queryFn: () => (kind ? readers[kind](Number(id)) : ''),
    enabled: kind !== undefined && id !== '',
  })
}
