import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { Browser, type Cluster, type Node } from './nodes.ts'
import { signInAs } from './sign-in.ts'
import { openShop, type Shop } from './summaries.ts'

/** Two people of one workspace, each with a browser, before a cluster. */
export interface Team {
  shop: Shop
  browsers: [Browser, Browser]
}

const CUSTOMERS = 6
const ATTEMPTS_MAX = 20_000

export async function joinTeam({ truth }: Cluster): Promise<Team> {
  const shop = await openShop(truth.db, CUSTOMERS)
  const member = async () => {
    const { cookie } = await signInAs(truth, 'admin', shop.scope.workspaceId)
    return new Browser(cookie)
  }
  return { shop, browsers: [await member(), await member()] }
}

/** Addresses of answers that are kept, of every kind. */
export function readsOf(shop: Shop): string[] {
  return [
    '/api/customers?limit=20',
    '/api/customers?limit=20&lifecycle_stage=customer&sort=last_name',
    `/api/customers/${shop.customers[0]}`,
    `/api/customers/${shop.customers[1]}`,
    '/api/orders?limit=20',
    '/api/orders?limit=20&status=confirmed',
    '/api/products?limit=20',
    '/api/interactions?limit=20',
    '/api/search?q=custom',
    '/api/reports/top-products',
    '/api/reports/revenue-by-month',
    '/api/reports/representatives',
    '/api/reports/customers-by-stage',
    '/api/reports/average-order',
    '/api/reports/orders-above-average',
  ]
}

type Write = (shop: Shop, n: number, node: Node) => Promise<[method: string, path: string, body?: unknown]>

async function versionOf(node: Node, table: string, id: number): Promise<number> {
  const { rows } = await sql<{
    version: number
  }>`SELECT version FROM ${sql.table(table)} WHERE id = ${id}`.execute(node.db)
  return rows[0]?.version ?? 1
}

function at(ids: number[], n: number): number {
  return ids[n % ids.length] ?? 0
}

async function lastOrder(node: Node): Promise<number> {
  const { rows } = await sql<{ id: number }>`SELECT max(id) AS id FROM orders`.execute(node.db)
  return rows[0]?.id ?? 1
}

const stages = ['lead', 'prospect', 'customer', 'churned']

/** Requests that change something; some are refused, as a record may be in the trash. */
export const writes: Write[] = [
  async (_shop, n) => [
    'POST',
    '/api/customers',
    { last_name: `Customer ${n}`, lifecycle_stage: at4(stages, n) },
  ],
  async ({ customers }, n, node) => {
    const id = at(customers, n)
    const version = await versionOf(node, 'customers', id)
    return [
      'PATCH',
      `/api/customers/${id}`,
      { version, last_name: `Custom ${n}`, lifecycle_stage: at4(stages, n) },
    ]
  },
  async ({ customers }, n) => ['DELETE', `/api/customers/${at(customers, n)}`],
  async ({ customers }, n) => ['POST', `/api/customers/${at(customers, n)}/restore`],
  async ({ products }, n) => [
    'POST',
    '/api/orders',
    { status: 'confirmed', items: [{ product_id: at(products, n), quantity: 1 + (n % 9) }] },
  ],
  async (_shop, n, node) => {
    const id = await lastOrder(node)
    const version = await versionOf(node, 'orders', id)
    return ['PATCH', `/api/orders/${id}`, { version, status: n % 2 ? 'cancelled' : 'shipped' }]
  },
  async ({ customers }, n) => [
    'POST',
    '/api/interactions',
    { kind: 'call', customer_id: at(customers, n), subject: `Call ${n}` },
  ],
  async ({ products }, n, node) => {
    const id = at(products, n)
    const version = await versionOf(node, 'products', id)
    return ['PATCH', `/api/products/${id}`, { version, product_name: `Product ${n}` }]
  },
  async (_shop, n, node) => {
    const { rows } = await sql<{ version: number }>`SELECT version FROM workspaces`.execute(node.db)
    return ['PATCH', '/api/workspace', { version: rows[0]?.version ?? 1, currency: n % 2 ? 'EUR' : 'USD' }]
  },
]

function at4(values: string[], n: number): string {
  return values[n % values.length] ?? ''
}

/** Writes through a node; a server error fails the test, a refusal does not. */
export async function write(
  team: Team,
  browser: Browser,
  node: Node,
  which: number,
  n: number,
): Promise<void> {
  const make = writes[which % writes.length]
  assert.ok(make)
  const [method, path, body] = await make(team.shop, n, node)
  const { status, text } = await browser.send(node, method, path, body)
  assert.ok(status < 500, `${method} ${path} answered ${status}: ${text}`)
}

/** What a node answers is what the database says. */
export async function assertTrue(
  cluster: Cluster,
  browser: Browser,
  node: Node,
  path: string,
): Promise<void> {
  const given = await browser.send(node, 'GET', path)
  const real = await browser.send(cluster.truth, 'GET', path)
  assert.deepEqual([given.status, given.text], [real.status, real.text], `${node.name} ${path}`)
}

/** Asks again until it holds. Every attempt is a round trip or more; nothing waits for a time. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) if (await holds()) return
  assert.fail(`${what}: not after ${ATTEMPTS_MAX} attempts`)
}

/** The node has heard of what others wrote: its answer is the database's. */
export function untilTrue(cluster: Cluster, browser: Browser, node: Node, path: string): Promise<void> {
  return until(`${node.name} answers ${path} as the database`, async () => {
    const given = await browser.send(node, 'GET', path)
    const real = await browser.send(cluster.truth, 'GET', path)
    return given.text === real.text
  })
}

/** The node answers from its cache again, and what it answers is true every time. */
export function untilCached(cluster: Cluster, browser: Browser, node: Node, path: string): Promise<void> {
  const { hits } = node.cache.counters
  return until(`${node.name} uses its cache`, async () => {
    await assertTrue(cluster, browser, node, path)
    return node.cache.counters.hits > hits
  })
}
