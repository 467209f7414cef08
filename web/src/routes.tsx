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
import { screenRoute } from './screen-route.tsx'
import { meQuery } from './session/session.ts'
import { Root, Shell } from './shell/shell.tsx'
import { NotFoundScreen, ProblemScreen } from './ui/problem-screen.tsx'

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundScreen,
  errorComponent: ProblemScreen,
})

const setup = createRoute({
  getParentRoute: () => root,
  path: paths.setup(),
  loader: async () => {
    const { needs_owner } = await call('GET /api/setup')
    if (!needs_owner) throw redirect({ href: paths.signIn() })
  },
  component: lazyRouteComponent(() => import('./entrance/setup-screen.tsx')),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn(),
  loader: async () => {
    const { needs_owner } = await call('GET /api/setup')
    if (needs_owner) throw redirect({ href: paths.setup() })
  },
  component: lazyRouteComponent(() => import('./entrance/sign-in-screen.tsx')),
})

const join = createRoute({
  getParentRoute: () => root,
  path: '/join/$token',
  component: lazyRouteComponent(() => import('./entrance/join-screen.tsx')),
})

const forgot = createRoute({
  getParentRoute: () => root,
  path: paths.forgot(),
  loader: () => call('GET /api/setup'),
  component: lazyRouteComponent(() => import('./entrance/forgot-screen.tsx')),
})

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset/$token',
  component: lazyRouteComponent(() => import('./entrance/reset-screen.tsx')),
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
  path: paths.home(),
  beforeLoad: () => {
    throw redirect({ href: paths.customers(), replace: true })
  },
})

const screens = [
  screenRoute(app, paths.customers(), () => import('./customers/customers-screen.tsx')),
  screenRoute(app, paths.customer('$id'), () => import('./customers/customer-screen.tsx')),
  screenRoute(app, paths.companies(), () => import('./companies/companies-screen.tsx')),
  screenRoute(app, paths.company('$id'), () => import('./companies/company-screen.tsx')),
  screenRoute(app, paths.orders(), () => import('./orders/orders-screen.tsx')),
  screenRoute(app, paths.newOrder(), () => import('./orders/new-order-screen.tsx')),
  screenRoute(app, paths.order('$id'), () => import('./orders/order-screen.tsx')),
  screenRoute(app, paths.products(), () => import('./products/products-screen.tsx')),
  screenRoute(app, paths.product('$id'), () => import('./products/product-screen.tsx')),
  screenRoute(app, paths.representatives(), () => import('./representatives/representatives-screen.tsx')),
  screenRoute(app, paths.representative('$id'), () => import('./representatives/representative-screen.tsx')),
  screenRoute(app, paths.imports(), () => import('./imports/import-screen.tsx')),
  screenRoute(app, paths.trash(), () => import('./trash/trash-screen.tsx')),
  screenRoute(app, paths.settings(), () => import('./settings/settings-screen.tsx')),
]

export const router = createRouter({
  routeTree: root.addChildren([setup, signIn, join, forgot, reset, app.addChildren([home, ...screens])]),
  // Plain texts both ways: the query of a list is the query of its API.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = searchText(search)
    return text ? `?${text}` : ''
  },
  // Every loader keeps its own cache.
  defaultPreloadStaleTime: 0,
  scrollRestoration: false,
})
