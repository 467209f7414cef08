import { recordKinds } from '../../server/src/vocabulary.ts'
import { type KindWithPage, kindsWithPage, type OneOf, type PageOf, pageOf } from './kinds.ts'

/** Where the list of a kind is, with the query of its API. */
export function listPath(kind: KindWithPage, search?: Record<string, string>): string {
  return withSearch(`/${pageOf(kind).name}`, search)
}

/** Where the page of a record is. */
export function recordPath(kind: KindWithPage, id: number | string): string {
  return `${listPath(kind)}/${id}`
}

type ListPaths = { [K in KindWithPage as PageOf<K>]: (search?: Record<string, string>) => string }
type RecordPaths = { [K in KindWithPage as OneOf<K>]: (id: number | string) => string }

/** `customers(search)` and `customer(id)`, and so on for each kind. */
const pathsOfKinds = Object.fromEntries(
  kindsWithPage.flatMap((kind) => [
    [pageOf(kind).name, (search?: Record<string, string>) => listPath(kind, search)],
    [recordKinds[kind].one, (id: number | string) => recordPath(kind, id)],
  ]),
) as ListPaths & RecordPaths // Object.fromEntries knows texts only.

/** Every address of the app; those that no kind of record has are spelled out nowhere else. */
export const paths = {
  ...pathsOfKinds,
  home: () => '/',
  setup: () => '/setup',
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  join: (token: string) => `/join/${encodeURIComponent(token)}`,
  forgot: () => '/forgot',
  reset: (token: string) => `/reset/${encodeURIComponent(token)}`,
  newOrder: (search?: { customer_id?: string }) => withSearch(`${listPath('order')}/new`, search),
  imports: () => '/import',
  importErrors: (id: number) => `/api/imports/${id}/errors.csv`,
  trash: (search?: Record<string, string>) => withSearch('/trash', search),
  settings: () => '/settings',
}

function withSearch(path: string, search: Record<string, string> = {}): string {
  const text = searchText(search)
  return text ? `${path}?${text}` : path
}

/** Brackets and commas stay readable: `last_name[prefix]=Sm`. */
export function searchText(search: Record<string, string>): string {
  return new URLSearchParams(search).toString().replace(/%5B/g, '[').replace(/%5D/g, ']').replace(/%2C/g, ',')
}
