/** Every address of the app, and the only place where one is spelled out. */
export const paths = {
  home: () => '/',
  setup: () => '/setup',
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  join: (token: string) => `/join/${encodeURIComponent(token)}`,
  forgot: () => '/forgot',
  reset: (token: string) => `/reset/${encodeURIComponent(token)}`,
  customers: (search?: Record<string, string>) => withSearch('/customers', search),
  customer: (id: number | string) => `/customers/${id}`,
  companies: (search?: Record<string, string>) => withSearch('/companies', search),
  company: (id: number | string) => `/companies/${id}`,
  orders: (search?: Record<string, string>) => withSearch('/orders', search),
  order: (id: number | string) => `/orders/${id}`,
  newOrder: (search?: { customer_id?: string }) => withSearch('/orders/new', search),
  products: () => '/products',
  product: (id: number | string) => `/products/${id}`,
  representatives: () => '/representatives',
  representative: (id: number | string) => `/representatives/${id}`,
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
