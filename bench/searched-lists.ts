import { openListMemory } from '../server/src/cache/list-memory.ts'
import { customerSource } from '../server/src/customers/queries.ts'
import type { Tx } from '../server/src/db/database.ts'
import type { Random } from '../server/src/demo/draw/random.ts'
import { readPageJson } from '../server/src/lists/list.ts'
import type { AnyListQuery } from '../server/src/lists/list-source.ts'
import type { Scope } from '../server/src/scope.ts'
import { lifecycleStages } from '../server/src/vocabulary.ts'
import { type LatencySummary, summarize } from './load/latencies.ts'
import type { Bar, Table } from './report/report.ts'
import { ms, times } from './report/report.ts'
import { pickSkewed, type Samples } from './scenarios/samples.ts'

const SLOWER_MAX = 2
/** Lists of each kind of search and page; each is asked for with the search and without. */
const LISTS = 40
const COUNT_CAP = 1_000

/** What a list is filtered by, besides the search. */
const filterings: ((random: Random, samples: Samples) => AnyListQuery)[] = [
  (random) => ({ lifecycle_stage: random.pick(lifecycleStages) }),
  (random, { representatives }) => ({ assigned_sales_rep_id: pickSkewed(random, representatives) }),
  (random, { customers }) => ({ city: pickSkewed(random, customers).city }),
  (random, { customers }) => ({
    city: pickSkewed(random, customers).city,
    lifecycle_stage: random.pick(lifecycleStages),
  }),
  (random, { customers }) => ({
    country: pickSkewed(random, customers).country,
    'lifecycle_stage[in]': 'lead,prospect',
  }),
]
const sorts = ['created_at', 'last_name', 'first_name', 'email'].flatMap((name) => [name, `-${name}`])

type Ask = (query: AnyListQuery) => Promise<{ total: { count: number } | null; next_cursor: string | null }>

/** How far into the list: the query of a page, from the list's own rows. */
const pages: Record<string, (ask: Ask, query: AnyListQuery, random: Random) => Promise<AnyListQuery>> = {
  'first page': async () => ({}),
  'page in the middle': async (ask, query) => {
    const { total } = await ask({ ...query, limit: 1 })
    const { next_cursor } = await ask({ ...query, limit: 1, at: Math.floor((total?.count ?? 0) / 2) })
    return { count: 'none', ...(next_cursor && { after: next_cursor }) }
  },
  'last page': async () => ({ before: 'end', count: 'none' }),
  'jump, once someone has jumped there': async (ask, query, random) => {
    const { total } = await ask({ ...query, limit: 1 })
    const at = random.int(0, Math.max(1, Math.min(total?.count ?? 1, COUNT_CAP)))
    await ask({ ...query, limit: 1, at, count: 'none' })
    return { at, count: 'none' }
  },
  'first page with all counted': async () => ({ count: 'exact' }),
}

export interface Timed {
  search: string
  page: string
  filter: string
  asked: AnyListQuery
  searchedMs: number
  plainMs: number
}

/** Times pages of filtered lists with a search and without, in turns. */
export async function timeSearchedLists(
  tx: Tx,
  scope: Scope,
  samples: Samples,
  searches: Record<string, () => string>,
  random: Random,
  rounds: number,
  clock: () => number = () => performance.now(),
): Promise<Timed[]> {
  const reader = { db: tx, listMemory: openListMemory() }
  const ask: Ask = async (query) => {
    const { text } = await readPageJson(reader, customerSource, scope, query)
    return JSON.parse(text) as Awaited<ReturnType<Ask>> // A page of a list.
  }
  const time = async (query: AnyListQuery) => {
    const from = clock()
    await readPageJson(reader, customerSource, scope, query)
    return clock() - from
  }
  const timed: Timed[] = []
  const lists = Math.max(filterings.length, Math.round((LISTS * rounds) / 3))
  for (const [search, typed] of Object.entries(searches)) {
    for (const [page, place] of Object.entries(pages)) {
      for (let n = 0; n < lists; n++) {
        const filters = filterings[n % filterings.length]?.(random, samples) ?? {}
        const plain = { ...filters, sort: random.pick(sorts) }
        const searched = { ...plain, q: typed() }
        const asked = [
          { ...searched, ...(await place(ask, searched, random)) },
          { ...plain, ...(await place(ask, plain, random)) },
        ]
        // The first time waits for the disk.
        for (const query of asked) await time(query)
        const [searchedMs = 0, plainMs = 0] = [await time(asked[0] ?? {}), await time(asked[1] ?? {})]
        timed.push({
          search,
          page,
          filter: Object.keys(filters).join(', '),
          asked: asked[0] ?? {},
          searchedMs,
          plainMs,
        })
      }
    }
  }
  return timed
}

interface Compared {
  name: string
  searched: LatencySummary
  plain: LatencySummary
  ratio: number
}

function compare(timed: Timed[], name: string): Compared {
  const searched = summarize(timed.map(({ searchedMs }) => searchedMs))
  const plain = summarize(timed.map(({ plainMs }) => plainMs))
  return { name, searched, plain, ratio: searched.p95 / plain.p95 }
}

function comparedBy(timed: Timed[], key: 'search' | 'page' | 'filter'): Compared[] {
  return [...Map.groupBy(timed, (each) => each[key])].map(([name, some]) => compare(some, name))
}

export function searchedListBars(timed: Timed[]): Bar[] {
  return [compare(timed, 'all'), ...comparedBy(timed, 'search')].map(({ name, searched, plain, ratio }) => ({
    text: `searched and filtered list, ${name}: p95 at most ${SLOWER_MAX} times that without the search`,
    measured: `${times(ratio)} (${ms(searched.p95)} and ${ms(plain.p95)} ms)`,
    holds: ratio <= SLOWER_MAX,
  }))
}

export function searchedListTables(timed: Timed[]): Table[] {
  const captions = {
    search: 'by what is searched for',
    page: 'by the page',
    filter: 'by what they are filtered by',
  } as const
  return (['search', 'page', 'filter'] as const).map((key) => ({
    caption: `Filtered lists with a search and without, ${captions[key]} (milliseconds)`,
    columns: [key, 'lists', 'p50', 'p95', 'p50 without', 'p95 without', 'p95 ratio'],
    rows: comparedBy(timed, key).map(({ name, searched, plain, ratio }) => [
      name,
      searched.count,
      ms(searched.p50),
      ms(searched.p95),
      ms(plain.p50),
      ms(plain.p95),
      times(ratio),
    ]),
  }))
}
