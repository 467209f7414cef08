import type { Scope } from '../scope.ts'
import { sizesOf, TOKENS_COUNTED_FAR, TOKENS_COUNTED_MAX, type Words } from '../search/matches.ts'
import type { Counting } from './count.ts'
import { expectedRows } from './estimate.ts'
import type { Filters } from './filters.ts'
import { buildFilters } from './filters.ts'
import type { ListReader, ListSource, Order } from './list-source.ts'
import { COUNT_CAP } from './schema.ts'

/** A list with words to search for. */
export interface Searched {
  source: ListSource
  scope: Scope
  words: Words
  filters: Filters
  order: Order
  limit: number
  counting: Counting
}

/** Rows that a walk passes before it gives up, with ids in a hash and with documents. */
export const HASH_WALK_MAX = 60_000
export const DOCUMENT_WALK_MAX = 5_000

/** Records for each token, as names and addresses have it: some begin alike in several of their words. */
const MATCHES_PER_TOKEN = 0.6
/** Times as often as by chance that a record which meets one word meets another: names go together. */
const TOGETHER = 4
/** Times as many tokens of another term from which the documents are the cheaper way to test for it. */
const COMMONER = 12
/** Times as far as by chance that a walk may have to go: what is searched for and what is filtered by go together or not. */
const WALK_INSURED = 2
/** The share that filters keep from which words begin to matter to the choice. */
const FILTERED_SHARE_MAX = 0.5

/** Microseconds, measured at 1,000,000 customers. They choose a plan, never a result. */
const COST = { token: 0.3, row: 3, rowOfFilter: 2, document: 3, passed: 0.3 }

/** What the choice of a way knows. All but `words` are estimates. */
export interface Expected {
  /** With the rarest term first. */
  words: Words
  /** Whether the ids come from the rarest term's tokens and documents, not from the tokens of all terms. */
  byDocuments: boolean
  /** Microseconds to find all ids. */
  idsCost: number
  /** Rows of the whole list, those that the filters keep, and those that meet the words. */
  all: number
  filtered: number
  matches: number
  /** Whether a b-tree gives the rows of the filters in the order of the sort. */
  served: boolean
}

export async function expectedOf(reader: ListReader, searched: Searched): Promise<Expected> {
  const { source, scope, words, filters, order } = searched
  const all = Math.max(1, await expectedRows(reader, source, buildFilters(source, scope, {})))
  const kept = filters.none ? all : await expectedRows(reader, source, filters)
  const filtered = Math.min(all, Math.max(1, kept))
  const choosy = words.terms.length > 1 || filtered < all * FILTERED_SHARE_MAX
  const sizes = await sizesOf(
    reader.db,
    reader.listMemory.sizes,
    scope,
    words,
    choosy ? TOKENS_COUNTED_FAR : TOKENS_COUNTED_MAX,
  )
  const [rarest = 0, ...others] = sizes.map(({ n }) => n)
  const othersTokens = others.reduce((sum, n) => sum + n, 0)
  const byDocuments = others.some((n) => n > COMMONER * rarest || n >= TOKENS_COUNTED_FAR)
  const matchesOf = (tokens: number) => Math.max(1, tokens * MATCHES_PER_TOKEN)
  return {
    words: { ...words, terms: sizes.map(({ term }) => term) },
    byDocuments,
    idsCost:
      (rarest + (byDocuments ? 0 : othersTokens)) * COST.token +
      (byDocuments ? matchesOf(rarest) * COST.document : 0),
    all,
    filtered,
    matches: others.reduce(
      (matches, n) => Math.max(1, matches * Math.min(1, (TOGETHER * matchesOf(n)) / all)),
      matchesOf(rarest),
    ),
    served: filters.none || filters.servedInOrderOf === order.name,
  }
}

/** Where the rows of a searched list come from, and by what they are tried for the words. */
export const ways = [
  'hits',
  'filters and hash',
  'filters and documents',
  'walk and hash',
  'walk and documents',
] as const
export type Way = (typeof ways)[number]

/** The way to find a part of a searched list that should cost least. */
export function chooseWay(searched: Searched, expected: Expected): Way {
  const { filters, limit, counting } = searched
  const { all, filtered, matches, idsCost, served } = expected
  const share = filtered / all
  // Rows of the walk, and those of them that are looked up.
  const passed = Math.min(all, (limit * all) / matches / (served ? 1 : share / WALK_INSURED))
  const lookedUp = served ? limit : limit / share
  const counted = costOfCount(searched, expected)
  const byTokens = counting === 'exact' ? idsCost : ((3 * COUNT_CAP) / share) * COST.token
  const costs: Record<Way, number> = {
    hits: idsCost + matches * COST.row,
    'filters and hash': filters.none ? Infinity : idsCost + filtered * COST.rowOfFilter,
    'filters and documents': filters.none ? Infinity : filtered * (COST.rowOfFilter + COST.document),
    'walk and hash':
      passed > HASH_WALK_MAX ? Infinity : idsCost + passed * COST.passed + lookedUp * COST.row + counted,
    'walk and documents':
      passed > DOCUMENT_WALK_MAX
        ? Infinity
        : passed * (COST.row + (served ? 1 : share) * COST.document) +
          (counting === 'none' ? 0 : byTokens + counted),
  }
  return ways.reduce<Way>((best, way) => (costs[way] < costs[best] ? way : best), 'hits')
}

/** What a walk pays besides to count the rows that the filters keep, once the ids are there. */
function costOfCount({ filters, counting }: Searched, { all, filtered, matches }: Expected): number {
  if (filters.none || counting === 'none') return 0
  if (counting === 'capped') return Math.min(matches, (COUNT_CAP * all) / filtered) * COST.row
  const tried = filters.servedInOrderOf === undefined ? COST.rowOfFilter : COST.passed
  return Math.min(matches * COST.row, filtered * tried)
}
