import type { Scope } from '../server/src/auth/scope.ts'
import type { Database } from '../server/src/db/database.ts'
import { Random } from '../server/src/demo/random.ts'
import { search as searchRecords } from '../server/src/search/queries.ts'
import { openData } from './data.ts'
import { type LatencySummary, summarize } from './load/latencies.ts'
import type { BenchOptions } from './options.ts'
import { look } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { ms, type Report } from './report/report.ts'
import { pickSkewed, type Samples } from './scenarios/samples.ts'
import { openTeams } from './scenarios/team.ts'

const P99_MAX_MS = 20
const SEARCHES = 200
const WARM_UP = 20
const LIMIT = 10

type Customer = Samples['customers'][number] & { first_name: string; phone: string; email: string }
/** What someone types who looks for a customer. */
type Typing = (customer: Customer, random: Random) => string

const kinds: Record<string, Typing> = {
  'two letters': ({ last_name }) => last_name.slice(0, 2),
  'start of a last name': ({ last_name }) => last_name.slice(0, 5),
  'whole last name': ({ last_name }) => last_name,
  'first and last name': ({ first_name, last_name }) => `${first_name} ${last_name}`,
  'start of both names': ({ first_name, last_name }) => `${first_name.slice(0, 3)} ${last_name.slice(0, 3)}`,
  'email address': ({ email }) => email,
  'digits of a phone number': ({ phone }) => phone.replace(/\D/g, '').slice(-7),
  'one typo in a last name': ({ last_name }) => `${last_name.slice(0, 2)}x${last_name.slice(3)}`,
  'absent word': (_customer, random) => `zq${random.int(1e8, 9e8).toString(36)}`,
}

/** The search in SQL, from the query function to its rows: no HTTP, no cache. */
export async function search(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  try {
    const [team] = await openTeams(data, 1)
    if (!team) throw new Error('The data has no workspace.')
    const seen = await look(data.pool)
    const { rows } = await data.pool.query<Customer>(
      `SELECT id, first_name, last_name, coalesce(phone, '') AS phone, coalesce(email, '') AS email,
         coalesce(city, '') AS city, coalesce(country, '') AS country FROM customers
       WHERE workspace_id = $1 AND id = ANY ($2::bigint[]) AND first_name <> '' AND phone <> '' AND email <> '' ORDER BY id`,
      [team.scope.workspaceId, team.samples.customers.map(({ id }) => id)],
    )
    const results = new Map<string, LatencySummary>()
    for (const [kind, typing] of Object.entries(kinds)) {
      results.set(kind, await measure(data.db, team.scope, rows, typing, SEARCHES * options.rounds))
    }
    return publish({ ...report(options, results), seen }, options)
  } finally {
    await data.close()
  }
}

async function measure(
  db: Database,
  scope: Scope,
  customers: Customer[],
  typing: Typing,
  count: number,
): Promise<LatencySummary> {
  const random = new Random(13)
  const samples: number[] = []
  for (let n = -WARM_UP; n < count; n++) {
    const q = typing(pickSkewed(random, customers), random)
    const from = performance.now()
    await searchRecords(db, scope, { q, limit: LIMIT })
    if (n >= 0) samples.push(performance.now() - from)
  }
  return summarize(samples)
}

function report({ customers }: BenchOptions, results: Map<string, LatencySummary>): Omit<Report, 'seen'> {
  return {
    name: 'search',
    title: 'Search: common, rare and absent words',
    customers,
    bars: [...results].map(([kind, { p99 }]) => ({
      text: `${kind}: p99 at most ${P99_MAX_MS} ms`,
      measured: `${ms(p99)} ms`,
      holds: p99 <= P99_MAX_MS,
    })),
    tables: [
      {
        caption: 'Milliseconds',
        columns: ['what is typed', 'searches', 'p50', 'p95', 'p99'],
        rows: [...results].map(([kind, { count, p50, p95, p99 }]) => [
          kind,
          count,
          ms(p50),
          ms(p95),
          ms(p99),
        ]),
      },
    ],
    method: [
      'The query function of the product, from the call to its rows, one search at a time over all kinds of records, in the workspace with half of the customers. What is typed is made from the names of customers, common ones more often.',
    ],
    notes: [],
  }
}
