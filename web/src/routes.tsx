import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { call } from './call.ts'
import { paths, searchText } from './paths.ts'
import { queryClient } from './query-client.ts'
import { meQuery } from './session/session.ts'
import { NotFoundScreen, ProblemScreen } from './shell/problem-screen.tsx'
import { Root, Shell } from './shell/shell.tsx'

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundScreen,
  errorComponent: ProblemScreen,
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  loader: async () => {
    const { needs_owner } = await call('GET /api/setup')
    if (!needs_owner) throw redirect({ href: paths.signIn() })
  },
  component: lazyRouteComponent(() => import('./session/setup-screen.tsx')),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  loader: async () => {
    const { needs_owner } = await call('GET /api/setup')
    if (needs_owner) throw redirect({ href: paths.setup() })
  },
  component: lazyRouteComponent(() => import('./session/sign-in-screen.tsx')),
})

const join = createRoute({
  getParentRoute: () => root,
  path: '/join/$token',
  component: lazyRouteComponent(() => import('./session/join-screen.tsx')),
})

/** Every screen below it needs a session; without one the API's 401 leads to sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  loader: () => queryClient.ensureQueryData(meQuery),
  component: Shell,
})

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  beforeLoad: () => {
    throw redirect({ href: paths.customers(), replace: true })
  },
})

const customers = createRoute({
  getParentRoute: () => app,
  path: '/customers',
  component: lazyRouteComponent(() => import('./customers/customers-screen.tsx')),
})

const customer = createRoute({
  getParentRoute: () => app,
  path: '/customers/$id',
  component: lazyRouteComponent(() => import('./customers/customer-screen.tsx')),
})

const companies = createRoute({
  getParentRoute: () => app,
  path: '/companies',
  component: lazyRouteComponent(() => import('./companies/companies-screen.tsx')),
})

const company = createRoute({
  getParentRoute: () => app,
  path: '/companies/$id',
  component: lazyRouteComponent(() => import('./companies/company-screen.tsx')),
})

const orders = createRoute({
  getParentRoute: () => app,
  path: '/orders',
  component: lazyRouteComponent(() => import('./orders/orders-screen.tsx')),
})

const newOrder = createRoute({
  getParentRoute: () => app,
  path: '/orders/new',
  component: lazyRouteComponent(() => import('./orders/new-order-screen.tsx')),
})

const order = createRoute({
  getParentRoute: () => app,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('./orders/order-screen.tsx')),
})

const products = createRoute({
  getParentRoute: () => app,
  path: '/products',
  component: lazyRouteComponent(() => import('./products/products-screen.tsx')),
})

const product = createRoute({
  getParentRoute: () => app,
  path: '/products/$id',
  component: lazyRouteComponent(() => import('./products/product-screen.tsx')),
})

const representatives = createRoute({
  getParentRoute: () => app,
  path: '/representatives',
  component: lazyRouteComponent(() => import('./representatives/representatives-screen.tsx')),
})

const representative = createRoute({
  getParentRoute: () => app,
  path: '/representatives/$id',
  component: lazyRouteComponent(() => import('./representatives/representative-screen.tsx')),
})

const imports = createRoute({
  getParentRoute: () => app,
  path: '/import',
  component: lazyRouteComponent(() => import('./imports/import-screen.tsx')),
})

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-screen.tsx')),
})

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    signIn,
    join,
    app.addChildren([
      home,
      customers,
      customer,
      companies,
      company,
      orders,
      newOrder,
      order,
      products,
      product,
      representatives,
      representative,
      imports,
      settings,
    ]),
  ]),
  // Plain texts both ways: the query of a list is the query of its API.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = searchText(search)
    return text ? `?${text}` : ''
  },
  defaultPreload: 'intent',
  scrollRestoration: false,
})
