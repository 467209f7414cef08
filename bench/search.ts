import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../server/src/db/database.ts'
import { Random } from '../server/src/demo/draw/random.ts'
import { kindParts } from '../server/src/kinds.ts'
import type { Scope } from '../server/src/scope.ts'
import { search as searchRecords } from '../server/src/search/queries.ts'
import { openData } from './data.ts'
import { type LatencySummary, median, summarize } from './load/latencies.ts'
import type { BenchOptions } from './options.ts'
import { look } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { ms, type Report } from './report/report.ts'
import { pickSkewed, type Samples } from './scenarios/samples.ts'
import { openTeams } from './scenarios/team.ts'
import { searchedListBars, searchedListTables, type Timed, timeSearchedLists } from './searched-lists.ts'

const P99_MAX_MS = 20
const SEARCHES = 200
const LIMIT = 10
const COMMON_NAMES = 20
const RARE_NAMES = 200
const WRITTEN = 2_000

interface Drawn {
  random: Random
  customer: Samples['customers'][number] & { first_name: string; phone: string; email: string }
  commonFirst: string
  commonLast: string
  rareLast: string
  doubleLast: string
}

const kinds: Record<string, (drawn: Drawn) => string> = {
  'one letter': ({ random }) => String.fromCharCode(random.int(97, 123)),
  'two letters': ({ customer }) => customer.last_name.slice(0, 2),
  'start of a last name': ({ customer }) => customer.last_name.slice(0, 5),
  'common word': ({ commonLast }) => commonLast,
  'rare word': ({ rareLast }) => rareLast,
  'two words, rare together': ({ doubleLast }) => doubleLast,
  'absent word': ({ random }) => `zq${random.int(1e8, 9e8).toString(36).replace(/\d/g, 'x')}`,
  'first and last name': ({ customer }) => `${customer.first_name} ${customer.last_name}`,
  'two common words': ({ commonFirst, commonLast }) => `${commonFirst} ${commonLast}`,
  'start of two common words': ({ commonFirst, commonLast }) =>
    `${commonFirst.slice(0, 3)} ${commonLast.slice(0, 3)}`,
  'email address': ({ customer }) => customer.email,
  'start of a phone number': ({ customer }) => customer.phone.slice(0, 8),
  'last digits of a phone number': ({ customer }) => customer.phone.replace(/\D/g, '').slice(-7),
  'one typo in a last name': ({ customer: { last_name } }) =>
    `${last_name.slice(0, 2)}x${last_name.slice(3)}`,
}

/** Searches whose filtered lists are compared with the lists without. */
const listed = [
  'one letter',
  'start of a last name',
  'common word',
  'rare word',
  'absent word',
  'first and last name',
  'two common words',
]

/** The search in SQL, from the query function to its rows, and what it costs those who write: no HTTP, no cache. */
export async function search(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  try {
    const [team] = await openTeams(data, 1)
    if (!team) throw new Error('The data has no workspace.')
    const seen = await look(data.pool)
    const tx = await data.db.startTransaction().execute()
    try {
      await makeRepresentative(tx, team.scope)
      const draw = await drawer(tx, team.scope, team.samples)
      const results = new Map<string, Measured>()
      for (const [kind, typing] of Object.entries(kinds)) {
        results.set(kind, await measure(tx, team.scope, () => typing(draw()), SEARCHES * options.rounds))
      }
      const searches = Object.fromEntries(listed.map((kind) => [kind, () => kinds[kind]?.(draw()) ?? '']))
      const { scope, samples } = team
      const lists = await timeSearchedLists(tx, scope, samples, searches, new Random(17), options.rounds)
      const writeUs = await writeCost(tx, team.scope, options.rounds)
      return publish({ ...report(options, results, lists, writeUs), seen }, options)
    } finally {
      // The data is as it was for the next bench.
      await tx.rollback().execute()
    }
  } finally {
    await data.close()
  }
}

/** Whoever searches has customers of their own, which are looked for too. */
async function makeRepresentative(tx: Tx, scope: Scope): Promise<void> {
  await sql`
    UPDATE sales_representatives SET user_id = ${scope.userId}
    WHERE workspace_id = ${scope.workspaceId} AND id = (
      SELECT assigned_sales_rep_id FROM customers
      WHERE workspace_id = ${scope.workspaceId} AND assigned_sales_rep_id IS NOT NULL AND deleted_at IS NULL
      GROUP BY assigned_sales_rep_id ORDER BY count(*) DESC LIMIT 1)`.execute(tx)
}

async function drawer(tx: Tx, { workspaceId }: Scope, samples: Samples): Promise<() => Drawn> {
  const { rows: customers } = await sql<Drawn['customer']>`
    SELECT id, first_name, last_name, phone, email, coalesce(city, '') AS city, coalesce(country, '') AS country
    FROM customers WHERE workspace_id = ${workspaceId} AND id = ANY (${samples.customers.map(({ id }) => id)}::bigint[])
      AND first_name <> '' AND phone IS NOT NULL AND email IS NOT NULL ORDER BY id`.execute(tx)
  const names = async (
    column: string,
    condition: RawBuilder<unknown>,
    order: RawBuilder<unknown>,
    limit: number,
  ) => {
    const { rows } = await sql<{ name: string }>`
      SELECT min(${sql.ref(column)}) AS name FROM customers
      WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL AND ${sql.ref(column)} <> '' AND ${condition}
      GROUP BY ${sql.ref(`${column}_sort`)} ORDER BY count(*) ${order}, 1 LIMIT ${limit}`.execute(tx)
    return rows.map(({ name }) => name)
  }
  const commonFirst = await names('first_name', sql`true`, sql`DESC`, COMMON_NAMES)
  const commonLast = await names('last_name', sql`true`, sql`DESC`, COMMON_NAMES)
  const rareLast = await names('last_name', sql`last_name !~ '[ -]'`, sql`ASC`, RARE_NAMES)
  const doubleLast = await names('last_name', sql`last_name ~ '[ -]'`, sql`ASC`, RARE_NAMES)
  const random = new Random(13)
  return () => ({
    random,
    customer: pickSkewed(random, customers),
    commonFirst: random.pick(commonFirst),
    commonLast: random.pick(commonLast),
    rareLast: random.pick(rareLast),
    doubleLast: random.pick(doubleLast.length > 0 ? doubleLast : rareLast),
  })
}

/** Milliseconds. The first time has to fetch pages of the index from the disk, if nobody has searched for the like of it. */
interface Measured {
  first: LatencySummary
  again: LatencySummary
}

async function measure(tx: Tx, scope: Scope, typed: () => string, count: number): Promise<Measured> {
  const searches = Array.from({ length: Math.max(1, Math.round(count)) }, typed)
  const timed = async () => {
    const samples: number[] = []
    for (const q of searches) {
      const from = performance.now()
      await searchRecords(tx, scope, { q, limit: LIMIT }, kindParts)
      samples.push(performance.now() - from)
    }
    return summarize(samples)
  }
  return { first: await timed(), again: await timed() }
}

/** What a new customer costs more with the triggers of the search than without, in microseconds. */
async function writeCost(tx: Tx, { workspaceId }: Scope, rounds: number): Promise<number> {
  const insert = async () => {
    const from = performance.now()
    const { numAffectedRows } = await sql`
      INSERT INTO customers (workspace_id, first_name, last_name, email, phone, assigned_sales_rep_id)
      SELECT workspace_id, first_name, last_name, email, phone, assigned_sales_rep_id FROM customers
      WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL ORDER BY id LIMIT ${WRITTEN}`.execute(tx)
    return ((performance.now() - from) * 1_000) / Math.max(1, Number(numAffectedRows))
  }
  const differences: number[] = []
  // The first time counts for nothing: pages are read and copied to the log.
  for (let round = 0; round <= Math.max(1, rounds); round++) {
    const withSearch = await insert()
    await sql`ALTER TABLE customers DISABLE TRIGGER search_insert`.execute(tx)
    const without = await insert()
    await sql`ALTER TABLE customers ENABLE TRIGGER search_insert`.execute(tx)
    if (round > 0) differences.push(withSearch - without)
  }
  return median(differences)
}

function report(
  { customers }: BenchOptions,
  results: Map<string, Measured>,
  lists: Timed[],
  writeUs: number,
): Omit<Report, 'seen'> {
  return {
    name: 'search',
    title: 'Search: common, rare and absent words',
    customers,
    bars: [
      ...[...results].map(
        ([
          kind,
          {
            again: { p99 },
          },
        ]) => ({
          text: `${kind}: p99 at most ${P99_MAX_MS} ms`,
          measured: `${ms(p99)} ms`,
          holds: p99 <= P99_MAX_MS,
        }),
      ),
      ...searchedListBars(lists),
    ],
    tables: [
      {
        caption: 'Milliseconds',
        columns: ['what is typed', 'searches', 'p50', 'p95', 'p99', 'p99 the first time'],
        rows: [...results].map(
          ([
            kind,
            {
              first,
              again: { count, p50, p95, p99 },
            },
          ]) => [kind, count, ms(p50), ms(p95), ms(p99), ms(first.p99)],
        ),
      },
      ...searchedListTables(lists),
      {
        caption: 'What the search costs those who write',
        columns: ['what is written', 'microseconds more for each'],
        rows: [[`${WRITTEN.toLocaleString('en')} customers in one statement`, Math.round(writeUs)]],
      },
    ],
    method: [
      'The query function of the product, from the call to its rows, one search at a time over all kinds of records, in the workspace with half of the customers, by someone who has customers of their own. What is typed is made from the names of customers, common ones more often.',
      'Every search is made twice, and the bars are for the second time: the first one waits for the disk where nobody has searched for the like of it.',
      `Common are the ${COMMON_NAMES} commonest names, rare the ${RARE_NAMES} rarest; rare together are last names of two words.`,
      'Filtered lists: the query function of the product for customers, with `q` and without in turns, over five filters and every sort. A page in the middle and a jump are asked for where someone has been before.',
      'Writes: the same customers inserted in turns with and without the triggers of the search, medians; everything is rolled back.',
    ],
    notes: [],
  }
}
