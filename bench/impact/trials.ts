import type { Technique } from '../../server/src/config.ts'
import { Random } from '../../server/src/demo/draw/random.ts'
import { uncached } from '../load/uncached.ts'
import type { Team } from '../scenarios/team.ts'

/** Something switched off in the product, and the screen that it is meant for. */
export interface Trial {
  without: Technique
  screen: string
  /** Customers from which on it can be of use; with fewer it is measured, and no bar is set. */
  customersMin?: number
  /** Gives the address of each request for the screen in turn. */
  paths: (team: Team) => () => string
}

/** Addresses in turn, each time written in a way that the cache does not know. */
function fresh(paths: readonly string[]): () => string {
  let turn = 0
  return () => {
    const path = paths[turn % paths.length] ?? ''
    return uncached(path, Math.floor(turn++ / paths.length))
  }
}

/** Few enough that they come round again, and all over the list. */
const JUMPS = 500

export const trials: readonly Trial[] = [
  {
    without: 'shared-connections',
    screen: 'an order',
    paths: ({ samples }) => fresh(samples.orders.map((id) => `/api/orders/${id}`)),
  },
  {
    without: 'page-json',
    screen: 'customers by name, scrolled',
    paths: ({ samples }) =>
      fresh(samples.pagesByName.map(({ cursor }) => `/api/customers?sort=last_name&after=${cursor}`)),
  },
  {
    without: 'waypoints',
    customersMin: 100_000,
    screen: 'customers by name, a jump of the scroll bar',
    paths: ({ samples }) => {
      const random = new Random(1)
      const rows = Array.from({ length: JUMPS }, () => random.int(1, samples.customerCount))
      return fresh(rows.map((row) => `/api/customers?sort=last_name&at=${row}`))
    },
  },
  { without: 'cache', screen: 'customers, newest, asked again', paths: () => () => '/api/customers' },
]
