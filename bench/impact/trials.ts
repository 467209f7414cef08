import type { Technique } from '../../server/src/config.ts'
import { uncached } from '../load/uncached.ts'
import type { Team } from '../scenarios/team.ts'

/** Something switched off in the product, and the screen that it is meant for. */
export interface Trial {
  without: readonly Technique[]
  screen: string
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

export const trials: readonly Trial[] = [
  {
    without: ['shared-connections'],
    screen: 'an order',
    paths: ({ samples }) => fresh(samples.orders.map((id) => `/api/orders/${id}`)),
  },
  { without: ['cache'], screen: 'customers, newest, asked again', paths: () => () => '/api/customers' },
]
