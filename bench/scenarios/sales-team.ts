import { Random, type Sampler, sampler } from '../../server/src/demo/draw/random.ts'
import { interactionKinds, lifecycleStages, orderStatuses } from '../../server/src/vocabulary.ts'
import type { BenchRequest } from '../load/target.ts'
import { pickSkewed } from './samples.ts'
import type { Team } from './team.ts'

export type Group = 'lists' | 'records' | 'search' | 'reports' | 'writes'
export type Asked = Pick<BenchRequest, 'method' | 'path' | 'body' | 'answered'>

interface Step {
  random: Random
  team: Team
  /** Ask for a place in a list by its row number, as the plain system does, and not by a cursor. */
  byRow: boolean
  /** Version of a customer as of the last answer. */
  versions: Map<number, number>
}

export interface Screen {
  name: string
  group: Group
  /** In a hundred requests. */
  share: number
  ask: (step: Step) => Asked
}

const get = (path: string): Asked => ({ method: 'GET', path })
const send = (method: 'POST' | 'PATCH', path: string, body: unknown): Asked => ({
  method,
  path,
  body: JSON.stringify(body),
})
const customer = ({ random, team }: Step) => pickSkewed(random, team.samples.customers)
const place = ({ random, byRow }: Step, places: { row: number; cursor: string }[]) => {
  if (places.length === 0) return 'limit=50'
  const { row, cursor } = pickSkewed(random, places)
  return byRow ? `at=${row}` : `after=${cursor}`
}

/** What a sales team asks for: lists 35 %, records 20 %, search 15 %, reports 10 %, writes 20 %. */
export const screens: readonly Screen[] = [
  { name: 'customers, newest', group: 'lists', share: 7, ask: () => get('/api/customers') },
  {
    name: 'customers by name, scrolled',
    group: 'lists',
    share: 5,
    ask: (step) => get(`/api/customers?sort=last_name&${place(step, step.team.samples.pagesByName)}`),
  },
  {
    name: 'customers by age, scrolled',
    group: 'lists',
    share: 3,
    ask: (step) => get(`/api/customers?sort=-created_at&${place(step, step.team.samples.pagesByAge)}`),
  },
  {
    name: 'customers of a stage',
    group: 'lists',
    share: 5,
    ask: ({ random }) => get(`/api/customers?lifecycle_stage=${random.pick(lifecycleStages)}`),
  },
  {
    name: 'customers of a representative',
    group: 'lists',
    share: 4,
    ask: ({ random, team }) =>
      get(`/api/customers?assigned_sales_rep_id=${pickSkewed(random, team.samples.representatives)}`),
  },
  {
    name: 'customers of a city and stage',
    group: 'lists',
    share: 3,
    ask: (step) => {
      const stage = step.random.pick(lifecycleStages)
      return get(
        `/api/customers?city=${encodeURIComponent(customer(step).city || 'none')}&lifecycle_stage=${stage}&sort=last_name`,
      )
    },
  },
  { name: 'orders, newest', group: 'lists', share: 4, ask: () => get('/api/orders') },
  {
    name: 'orders of a status',
    group: 'lists',
    share: 2,
    ask: ({ random }) => get(`/api/orders?status=${random.pick(orderStatuses)}`),
  },
  { name: 'orders, largest', group: 'lists', share: 2, ask: () => get('/api/orders?sort=-total_amount') },
  {
    name: 'customer',
    group: 'records',
    share: 10,
    ask: (step) => get(`/api/customers/${customer(step).id}`),
  },
  {
    name: 'timeline',
    group: 'records',
    share: 10,
    ask: (step) => get(`/api/customers/${customer(step).id}/timeline`),
  },
  {
    name: 'customers by last name',
    group: 'search',
    share: 7,
    ask: (step) => get(`/api/customers?last_name=${encodeURIComponent(customer(step).last_name)}`),
  },
  {
    name: 'customers by start of name',
    group: 'search',
    share: 3,
    ask: (step) =>
      get(
        `/api/customers?${encodeURIComponent('last_name[prefix]')}=${encodeURIComponent(customer(step).last_name.slice(0, 3))}`,
      ),
  },
  {
    name: 'search',
    group: 'search',
    share: 5,
    ask: (step) => get(`/api/search?q=${encodeURIComponent(customer(step).last_name.slice(0, 5))}`),
  },
  { name: 'top products', group: 'reports', share: 2, ask: () => get('/api/reports/top-products') },
  { name: 'revenue by month', group: 'reports', share: 2, ask: () => get('/api/reports/revenue-by-month') },
  {
    name: 'representatives',
    group: 'reports',
    share: 1.5,
    ask: () => get('/api/reports/representatives'),
  },
  {
    name: 'customers by stage',
    group: 'reports',
    share: 1.5,
    ask: () => get('/api/reports/customers-by-stage'),
  },
  { name: 'average order', group: 'reports', share: 1, ask: () => get('/api/reports/average-order') },
  {
    name: 'orders above average',
    group: 'reports',
    share: 2,
    ask: () => get('/api/reports/orders-above-average'),
  },
  { name: 'change a customer', group: 'writes', share: 8, ask: changeCustomer },
  {
    name: 'log an interaction',
    group: 'writes',
    share: 8,
    ask: (step) =>
      send('POST', '/api/interactions', {
        kind: step.random.pick(interactionKinds),
        customer_id: customer(step).id,
        sales_rep_id: pickSkewed(step.random, step.team.samples.representatives),
        subject: 'Called about the offer',
      }),
  },
  { name: 'create an order', group: 'writes', share: 4, ask: (step) => createOrder(step) },
]

const ITEMS_MAX = 5

function createOrder(step: Step): Asked {
  const { random, team } = step
  const items = Array.from({ length: random.int(1, ITEMS_MAX) }, () => ({
    product_id: pickSkewed(random, team.samples.products),
    quantity: random.int(1, 10),
  }))
  const unique = [...new Map(items.map((item) => [item.product_id, item])).values()]
  return send('POST', '/api/orders', { customer_id: customer(step).id, status: 'confirmed', items: unique })
}

/** With the version of the last answer, as the web app sends it; every customer in turn, so that none conflicts. */
function changeCustomer({ random, team, versions }: Step): Asked {
  const { customers } = team.samples
  const turn = versions.get(-team.scope.workspaceId) ?? 0
  versions.set(-team.scope.workspaceId, turn + 1)
  const { id } = customers[turn % customers.length] as { id: number } // Inside by the remainder.
  const version = versions.get(id) ?? 1
  // Not what an earlier run with the same seed has set, which would be no change.
  const body = { version, job_title: `Buyer ${version}, ${random.int(1, 1_000_000)}` }
  return {
    ...send('PATCH', `/api/customers/${id}`, body),
    answered: (status, text) => {
      if (status < 400) versions.set(id, (JSON.parse(text) as { version: number }).version)
      // Someone changed it in another run: go on from what it is now.
      else if (status === 409) versions.set(id, (versions.get(id) ?? 1) + 1)
    },
  }
}

export interface Scenario {
  /** The next request of the mix, or of one screen of the first team. */
  next: (screen?: Screen) => BenchRequest
}

/** The same seed and data give the same requests. `versions` are those of the customers in the database. */
export function salesTeam(
  teams: readonly Team[],
  { seed, byRow = false, versions }: { seed: number; byRow?: boolean; versions: Map<number, number> },
): Scenario {
  const random = new Random(seed)
  const drawTeam: Sampler = sampler(teams.map(({ weight }) => weight))
  const drawScreen: Sampler = sampler(screens.map(({ share }) => share))
  return {
    next: (screen) => {
      const team = teams[screen ? 0 : drawTeam(random)]
      const drawn = screen ?? screens[drawScreen(random)]
      if (!team || !drawn) throw new Error('There is no workspace to work in.')
      const asked = drawn.ask({ random, team, byRow, versions })
      const headers: Record<string, string> = { ...team.headers }
      if (asked.body !== undefined) headers['content-type'] = 'application/json'
      return { ...asked, screen: drawn.name, headers }
    },
  }
}

/** Versions of all customers that `changeCustomer` may choose, read at the start of a run. */
export async function readVersions(
  query: (text: string, values: unknown[]) => Promise<{ rows: { id: number; version: number }[] }>,
  teams: readonly Team[],
): Promise<Map<number, number>> {
  const versions = new Map<number, number>()
  for (const { scope, samples } of teams) {
    const ids = samples.customers.map(({ id }) => id)
    const { rows } = await query(
      'SELECT id, version FROM customers WHERE workspace_id = $1 AND id = ANY ($2::bigint[])',
      [scope.workspaceId, ids],
    )
    for (const { id, version } of rows) versions.set(id, version)
  }
  return versions
}
