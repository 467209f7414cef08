import { LRUCache } from 'lru-cache'

const LISTS_MAX = 50
const WAYPOINTS_LIFETIME_MS = 5 * 60_000
const ESTIMATES_MAX = 5_000
const ESTIMATE_LIFETIME_MS = 60_000
const SIZES_LIFETIME_MS = 10 * 60_000

/** A place in a list: the sort value and id of a row. */
export interface Place {
  value: string
  id: number
}

/** Places in a list at even distances from its start, as far as someone has jumped. */
export interface Waypoints {
  places: Place[]
  /** Whether they go to the end. */
  complete: boolean
  /** Of those that are being read. */
  reading: Promise<void> | undefined
}

/** What an app remembers of its lists. It chooses how they are read, never what is found; without it they take longer. */
export interface ListMemory {
  /** See lists/waypoints.ts. They age for some minutes: a jump lands near, not wrongly. */
  waypoints: LRUCache<string, Waypoints>
  /** How many rows the planner expects of filters. */
  estimates: LRUCache<string, number>
  /** How many tokens begin with a term, counted as far as `max`. */
  sizes: LRUCache<string, { n: number; max: number }>
}

export function openListMemory(): ListMemory {
  return {
    waypoints: new LRUCache({ max: LISTS_MAX, ttl: WAYPOINTS_LIFETIME_MS }),
    estimates: new LRUCache({ max: ESTIMATES_MAX, ttl: ESTIMATE_LIFETIME_MS }),
    sizes: new LRUCache({ max: ESTIMATES_MAX, ttl: SIZES_LIFETIME_MS }),
  }
}
