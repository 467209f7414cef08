/** Every address of the app, and the only place where one is spelled out. */
export const paths = {
  home: () => '/',
  setup: () => '/setup',
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  join: (token: string) => `/join/${encodeURIComponent(token)}`,
  customers: (search?: Record<string, string>) => withSearch('/customers', search),
  customer: (id: number | string) => `/customers/${id}`,
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
