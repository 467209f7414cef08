import { randomUUID } from 'node:crypto'
import type { TestApp } from '../fixtures/app.ts'
import { givenUp } from '../fixtures/given-up.ts'
import { createWorkspace, type Member, type RequestParts } from '../fixtures/workspace.ts'

/** In every text of the other workspace; nobody else may ever read it. */
export const SECRET = 'Zanzibar'

/** Records of a workspace that the asking one has nothing to do with. */
export interface Theirs {
  member: Member
  customer: number
  company: number
  product: number
  representative: number
  order: number
  interaction: number
  import: number
  invitation: number
  job: string
  sessionId: string
}

/** A workspace with one of everything. */
export async function createTheirs(app: TestApp): Promise<Theirs> {
  const workspace = await createWorkspace(app, `${SECRET} Inc.`)
  const member = await workspace.join('owner')
  const company = await member.ok('POST /api/companies', { body: { name: `${SECRET} Ltd`, notes: SECRET } })
  const representative = await member.ok('POST /api/sales-representatives', { body: { last_name: SECRET } })
  const customer = await member.ok('POST /api/customers', {
    body: { last_name: SECRET, company_id: company.id, assigned_sales_rep_id: representative.id },
  })
  const product = await member.ok('POST /api/products', {
    body: { product_name: `${SECRET} spice`, unit_price: '5' },
  })
  const order = await member.ok('POST /api/orders', {
    body: {
      order_number: SECRET,
      customer_id: customer.id,
      status: 'completed',
      items: [{ product_id: product.id, quantity: 1 }],
    },
  })
  const interaction = await member.ok('POST /api/interactions', {
    body: { kind: 'note', customer_id: customer.id, subject: SECRET },
  })
  const gone = await member.ok('POST /api/customers', { body: { last_name: SECRET } })
  await member.send('DELETE /api/customers/:id', { params: { id: gone.id } })
  const invitation = await member.ok('POST /api/invitations', {
    body: { email: `${SECRET.toLowerCase()}@example.com`, role: 'manager' },
  })
  const imported = await app.db
    .insertInto('imports')
    .values({ workspace_id: workspace.id, mapping: SECRET, status: 'completed' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const session = await app.db
    .selectFrom('sessions')
    .where('user_id', '=', member.scope.userId)
    .select('id')
    .executeTakeFirstOrThrow()
  return {
    member,
    customer: customer.id,
    company: company.id,
    product: product.id,
    representative: representative.id,
    order: order.id,
    interaction: interaction.id,
    import: imported.id,
    invitation: invitation.id,
    job: await givenUp(app, { workspaceId: workspace.id, reason: SECRET }),
    sessionId: session.id,
  }
}

type Right = 'records' | 'sell' | 'catalogue' | 'team' | 'import' | 'members' | 'workspace' | 'purge' | 'jobs'

/** Who may do what, said apart from the server's own table. */
export const rolesWith = {
  records: ['read_only', 'representative', 'manager', 'admin', 'owner'],
  sell: ['representative', 'manager', 'admin', 'owner'],
  catalogue: ['manager', 'admin', 'owner'],
  team: ['manager', 'admin', 'owner'],
  import: ['manager', 'admin', 'owner'],
  members: ['admin', 'owner'],
  workspace: ['admin', 'owner'],
  purge: ['admin', 'owner'],
  jobs: ['admin', 'owner'],
  anyone: ['read_only', 'representative', 'manager', 'admin', 'owner'],
} as const

export interface RouteCase {
  /** public: without a session; anyone: whoever is signed in. */
  access: Right | 'public' | 'anyone'
  /** A request of an owner that speaks of the other workspace. */
  parts?: (theirs: Theirs) => RequestParts
  /** The answer to it. */
  status: number
}

type Name = Exclude<keyof Theirs, 'member' | 'sessionId' | 'job'>

/** The routes of one kind of record. `create` speaks of their records, so it is refused. */
function recordRoutes(
  base: string,
  name: Name,
  write: Right,
  { create, change }: { create: (theirs: Theirs) => object; change: object },
): Record<string, RouteCase> {
  const params = (theirs: Theirs) => ({ params: { id: theirs[name] } })
  const several = (theirs: Theirs) => ({ body: { ids: [theirs[name]] } })
  return {
    [`GET ${base}`]: { access: 'records', parts: () => ({ query: { limit: 200 } }), status: 200 },
    [`GET ${base}/:id`]: { access: 'records', parts: params, status: 404 },
    [`POST ${base}`]: { access: write, parts: (theirs) => ({ body: create(theirs) }), status: 400 },
    [`PATCH ${base}/:id`]: {
      access: write,
      parts: (theirs) => ({ ...params(theirs), body: { version: 1, ...change } }),
      status: 404,
    },
    [`DELETE ${base}/:id`]: { access: write, parts: params, status: 404 },
    [`POST ${base}/:id/restore`]: { access: write, parts: params, status: 404 },
    [`POST ${base}/bulk/delete`]: { access: write, parts: several, status: 404 },
    [`POST ${base}/bulk/restore`]: { access: write, parts: several, status: 404 },
  }
}

const records: Record<string, RouteCase> = {
  ...recordRoutes('/api/customers', 'customer', 'sell', {
    create: ({ company, representative }) => ({
      last_name: 'X',
      company_id: company,
      assigned_sales_rep_id: representative,
    }),
    change: { city: 'Oslo' },
  }),
  // A company and a product refer to nothing, so what is refused is a value.
  ...recordRoutes('/api/companies', 'company', 'sell', {
    create: () => ({ name: '' }),
    change: { city: 'Oslo' },
  }),
  ...recordRoutes('/api/products', 'product', 'catalogue', {
    create: () => ({ product_name: '', unit_price: '1' }),
    change: { sku: 'X' },
  }),
  ...recordRoutes('/api/sales-representatives', 'representative', 'team', {
    create: ({ member, representative }) => ({
      last_name: 'X',
      manager_id: representative,
      user_id: member.scope.userId,
    }),
    change: { region: 'North' },
  }),
  ...recordRoutes('/api/orders', 'order', 'sell', {
    create: ({ customer, product }) => ({
      customer_id: customer,
      items: [{ product_id: product, quantity: 1 }],
    }),
    change: { notes: 'X' },
  }),
  ...recordRoutes('/api/interactions', 'interaction', 'sell', {
    create: ({ customer }) => ({ kind: 'call', customer_id: customer }),
    change: { subject: 'X' },
  }),
  'GET /api/customers/:id/timeline': {
    access: 'records',
    parts: ({ customer }) => ({ params: { id: customer } }),
    status: 404,
  },
  'GET /api/companies/:id/timeline': {
    access: 'records',
    parts: ({ company }) => ({ params: { id: company } }),
    status: 404,
  },
  'GET /api/search': { access: 'records', parts: () => ({ query: { q: SECRET } }), status: 200 },
}

const reports: Record<string, RouteCase> = Object.fromEntries(
  [
    'top-products',
    'revenue-by-month',
    'representatives',
    'customers-by-stage',
    'average-order',
    'orders-above-average',
  ].map((name) => [`GET /api/reports/${name}`, { access: 'records', status: 200 }]),
)

const theirCustomers = ({ customer }: Theirs) => ({
  params: { kind: 'customers' },
  body: { ids: [customer] },
})
const trash: Record<string, RouteCase> = {
  'GET /api/trash': { access: 'records', status: 200 },
  'GET /api/trash/:kind': {
    access: 'records',
    parts: () => ({ params: { kind: 'customers' }, query: { q: SECRET } }),
    status: 200,
  },
  'POST /api/trash/:kind': { access: 'sell', parts: theirCustomers, status: 404 },
  'POST /api/trash/:kind/restore': { access: 'sell', parts: theirCustomers, status: 404 },
  'POST /api/trash/:kind/purge': { access: 'purge', parts: theirCustomers, status: 404 },
}

const jobId = ({ job: id }: Theirs) => ({ params: { id } })
const jobs: Record<string, RouteCase> = {
  'GET /api/background-work': { access: 'jobs', status: 200 },
  'POST /api/background-work/:id/retry': { access: 'jobs', parts: jobId, status: 404 },
  'DELETE /api/background-work/:id': { access: 'jobs', parts: jobId, status: 404 },
}

const importId = ({ import: id }: Theirs) => ({ params: { id } })
const imports: Record<string, RouteCase> = {
  'POST /api/imports': { access: 'import', parts: () => ({ body: {} }), status: 415 },
  'POST /api/imports/sample': { access: 'import', status: 202 },
  'GET /api/imports': { access: 'import', status: 200 },
  'GET /api/imports/:id': { access: 'import', parts: importId, status: 404 },
  'GET /api/imports/:id/errors.csv': { access: 'import', parts: importId, status: 404 },
}

const userId = ({ member }: Theirs) => ({ params: { user_id: member.scope.userId } })
const unknownToken = () => ({ params: { token: randomUUID() } })
const password = 'correct horse battery'
const membership: Record<string, RouteCase> = {
  'GET /api/setup': { access: 'public', status: 200 },
  'POST /api/setup/owner': {
    access: 'public',
    parts: () => ({ body: { name: 'X', email: 'x@example.com', password, workspace_name: 'X' } }),
    status: 409,
  },
  'POST /api/auth/sign-in': {
    access: 'public',
    parts: () => ({ body: { email: 'nobody@example.com', password } }),
    status: 401,
  },
  'POST /api/auth/sign-out': { access: 'anyone', status: 204 },
  'POST /api/auth/sign-out-everywhere': { access: 'anyone', status: 204 },
  'GET /api/auth/me': { access: 'anyone', status: 200 },
  'POST /api/auth/password': {
    access: 'anyone',
    parts: () => ({ body: { current_password: 'x', new_password: password } }),
    status: 403,
  },
  'GET /api/auth/sessions': { access: 'anyone', status: 200 },
  'DELETE /api/auth/sessions/:session_id': {
    access: 'anyone',
    parts: ({ sessionId }) => ({ params: { session_id: sessionId } }),
    status: 404,
  },
  'GET /api/members': { access: 'records', status: 200 },
  'PATCH /api/members/:user_id': {
    access: 'members',
    parts: (theirs) => ({ ...userId(theirs), body: { role: 'read_only' } }),
    status: 404,
  },
  'POST /api/members/:user_id/password-reset': { access: 'members', parts: userId, status: 404 },
  'DELETE /api/members/:user_id': { access: 'members', parts: userId, status: 404 },
  'POST /api/auth/forgot-password': {
    access: 'public',
    parts: () => ({ body: { email: 'nobody@example.com' } }),
    status: 409,
  },
  'GET /api/password-resets/:token': { access: 'public', parts: unknownToken, status: 404 },
  'POST /api/password-resets/:token': {
    access: 'public',
    parts: () => ({ ...unknownToken(), body: { password } }),
    status: 404,
  },
  'GET /api/invitations': { access: 'members', status: 200 },
  'POST /api/invitations': {
    access: 'members',
    parts: () => ({ body: { email: `${randomUUID()}@example.com`, role: 'read_only' } }),
    status: 201,
  },
  'DELETE /api/invitations/:id': {
    access: 'members',
    parts: ({ invitation }) => ({ params: { id: invitation } }),
    status: 404,
  },
  'GET /api/invitations/by-token/:token': { access: 'public', parts: unknownToken, status: 404 },
  'POST /api/invitations/by-token/:token/accept': {
    access: 'public',
    parts: () => ({ ...unknownToken(), body: { name: 'X', password } }),
    status: 404,
  },
  'GET /api/workspace': { access: 'records', status: 200 },
  'PATCH /api/workspace': {
    access: 'workspace',
    parts: () => ({ body: { version: 1, name: 'Ours' } }),
    status: 200,
  },
}

/** Every route of the API: who may call it, and what it answers to someone who speaks of another workspace's records. */
export const routeCases: Record<string, RouteCase> = {
  ...membership,
  ...records,
  ...reports,
  ...trash,
  ...imports,
  ...jobs,
}
