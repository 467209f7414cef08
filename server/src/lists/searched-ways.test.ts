import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { captureSql, type Statement } from '../../test/fixtures/captured-sql.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { openListMemory } from '../cache/list-memory.ts'
import { customerSource } from '../customers/queries.ts'
import { orderSource } from '../orders/queries.ts'
import { meaningsOf } from '../search/matches.ts'
import type { SearchKind } from '../vocabulary.ts'
import type { Counting } from './count.ts'
import { sorted } from './cursor.ts'
import { buildFilters } from './filters.ts'
import { type ListPlan, type Part, readPart } from './list-plan.ts'
import { type AnyListQuery, type ListSource, orderOf } from './list-source.ts'
import { type Searched, type Way, ways } from './searched-costs.ts'
import { searchedPlan } from './searched-plan.ts'

/** Enough that a walk along a sort gives up before it has seen all. */
const CUSTOMERS = 12_000
const LIMIT = 60
/** Blocks of 8 kB: all ids of the commonest word, or all rows that a walk may pass, each looked up by its key. */
const BLOCKS_MAX = 60_000

let app: TestApp
let member: Member
let statements: Statement[]
before(async () => {
  app = await startTestApp({ STATEMENT_TIMEOUT_MS: '120000' })
  const workspace = await createWorkspace(app)
  member = await workspace.join('read_only')
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
  await fillWorkspace(app.db, (await createWorkspace(app, 'Other')).id, 2_000)
  await sql`SELECT rebuild_search(id) FROM workspaces`.execute(app.db)
  await sql`VACUUM ANALYZE`.execute(app.db)
  statements = captureSql()
})
after(() => app.close())

const lists: { source: ListSource; kind: SearchKind; queries: (AnyListQuery & { q: string })[] }[] = [
  {
    source: customerSource,
    kind: 'customer',
    queries: [
      { q: 'a', sort: '-created_at' },
      { q: 'ann', sort: 'last_name', lifecycle_stage: 'customer' },
      { q: 'berg zoe', sort: 'email', city: 'Oslo' },
      { q: 'e o', sort: '-first_name', lifecycle_stage: 'churned', country: 'France' },
      { q: 'person77', sort: 'last_name' },
      { q: '+49 (30) 12', sort: 'created_at', 'city[not]': 'Oslo' },
      { q: 'a example', sort: 'email', 'first_name[prefix]': 'z' },
      { q: 'zoe', sort: 'first_name', 'first_name[prefix]': 'str', lifecycle_stage: 'lead' },
      { q: 'ann', sort: '-created_at', lifecycle_stage: 'lead' },
    ],
  },
  {
    source: orderSource,
    kind: 'order',
    queries: [
      { q: 'n7', sort: '-order_date' },
      { q: '7', sort: 'total_amount', status: 'completed' },
      { q: 'n 77', sort: 'order_number' },
    ],
  },
]

async function waysOf(source: ListSource, kind: SearchKind, query: AnyListQuery & { q: string }) {
  const { scope } = member
  const meaning = await meaningsOf(app.db, scope, kind, query.q).next()
  assert.ok(!meaning.done)
  const filters = buildFilters(source, scope, query)
  const order = orderOf(source, query)
  const searched = { source, scope, words: meaning.value, filters, order, limit: LIMIT }
  const possible = ways.filter((way) => !filters.none || !way.startsWith('filters'))
  const plan = (way: Way | undefined, counting: Counting) =>
    searchedPlan(
      { db: app.db, listMemory: openListMemory() },
      { ...searched, counting } satisfies Searched,
      way,
    )
  const served = filters.servedInOrderOf === order.name
  return { order, searched, possible, served, plan }
}

type Waying = Awaited<ReturnType<typeof waysOf>>

/** What the list must be: all living rows that have a token for every term, filtered and sorted by the plain statement. */
async function expectedIds({
  searched: { source, scope, words, filters },
  order,
}: Waying): Promise<number[]> {
  const meets = words.terms.map(
    (term) => sql`t.id IN (SELECT entity_id FROM search_token WHERE workspace_id = ${scope.workspaceId}
      AND kind = ${words.kind} AND starts_with(token, ${term}))`,
  )
  const { rows } = await sql<{ id: number }>`
    SELECT t.id FROM ${sql.table(source.table)} t WHERE ${filters.where} AND ${sql.join(meets, sql` AND `)}
    ${sorted(order, order.descending)}`.execute(app.db)
  return rows.map(({ id }) => id)
}

async function read(plan: ListPlan, part: Part): Promise<{ id: number; value: string; n: number | null }[]> {
  const column = part.order.column.column
  const columns = sql.raw(`t.id, t.${column} AS value, t.total_rows AS n`)
  const read = sql.raw(`t.id, t.${column}`)
  return readPart(app.db, plan, part, read, { columns, joins: '' }, { counted: true, asJson: false })
}

describe('a searched list has the same rows whichever way they are found', () => {
  for (const { source, kind, queries } of lists) {
    for (const query of queries) {
      test(`${source.table} ${JSON.stringify(query)}`, async () => {
        const waying = await waysOf(source, kind, query)
        const expected = await expectedIds(waying)
        assert.ok(expected.length > 0 || query.q === 'zoe', 'it is about something')
        for (const way of waying.possible) {
          const { order } = waying
          const part = { order, cursor: undefined, descending: order.descending, limit: LIMIT }
          const capped = await waying.plan(way, 'capped')
          const first = await read(capped, part)
          const seen = first.map(({ id }) => id)
          const lastRow = first.at(-1)
          const next = lastRow ? await read(capped, { ...part, cursor: lastRow }) : []
          assert.deepEqual([...seen, ...next.map(({ id }) => id)], expected.slice(0, 2 * LIMIT), way)
          const last = await read(capped, { ...part, descending: !order.descending })
          assert.deepEqual(
            last.map(({ id }) => id),
            expected.toReversed().slice(0, LIMIT),
            `${way}, from the end`,
          )
          const back = next[0]
            ? await read(capped, { ...part, cursor: next[0], descending: !order.descending })
            : last
          if (next[0]) assert.deepEqual(back.map(({ id }) => id).reverse(), seen, `${way}, back to the start`)
          const { rows } = await sql<{
            id: number
          }>`SELECT id FROM (${capped.rows(sql`t.id`)}) t ORDER BY id`.execute(app.db)
          assert.deepEqual(
            rows.map(({ id }) => id),
            expected.toSorted((a, b) => a - b),
            `${way}, every row`,
          )
          for (const counting of ['capped', 'exact'] as const) {
            const { count } = await waying.plan(way, counting)
            const { rows: counted } = await sql<{ n: number }>`SELECT (${count}) AS n`.execute(app.db)
            const n = counted[0]?.n ?? -1
            const enough =
              counting === 'capped' && expected.length > 1_000 ? n > 1_000 : n === expected.length
            assert.ok(enough, `${way} counts ${n} of ${expected.length}, ${counting}`)
          }
        }
      })
    }
  }
})

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: PlanNode[]
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

const literal = (value: unknown): string =>
  value === null
    ? 'NULL'
    : `'${(Array.isArray(value) ? `{${value.join(',')}}` : String(value)).replaceAll("'", "''")}'`

describe('whichever way, only indexes are read', () => {
  for (const { source, kind, queries } of lists) {
    for (const query of queries) {
      for (const mode of ['force_custom_plan', 'force_generic_plan']) {
        test(`${source.table} ${JSON.stringify(query)}, ${mode}`, async () => {
          const waying = await waysOf(source, kind, query)
          // From the filters only where they are equalities: others may keep nearly all rows.
          const likely = waying.possible.filter(
            (way) => waying.searched.filters.onePlan || !way.startsWith('filters'),
          )
          for (const way of [undefined, ...likely]) await checkPlans(waying, way, mode)
        })
      }
    }
  }
})

/** Checks the plans of a first page; those of the way that is chosen also for what they read. */
async function checkPlans(waying: Waying, way: Way | undefined, mode: string): Promise<void> {
  const { order } = waying
  const plan = await waying.plan(way, 'capped')
  statements.length = 0
  await read(plan, { order, cursor: undefined, descending: order.descending, limit: LIMIT })
  for (const { text, values } of [...statements]) {
    const { root, indexes } = await explained(text, values, mode)
    const scanned = nodesOf(root).filter((node) => node['Node Type'] === 'Seq Scan')
    assert.deepEqual(
      scanned.map((node) => node['Relation Name']),
      [],
      `${way}: ${text}`,
    )
    const blocks = root['Shared Hit Blocks'] + root['Shared Read Blocks']
    if (way === undefined) assert.ok(blocks <= BLOCKS_MAX, `${blocks} blocks: ${text}`)
    if (!way?.startsWith('walk') || !text.includes(') w ')) continue
    const { served } = waying
    const walked = served ? /./ : new RegExp(`_${order.name.replace('order_number', 'number')}(_natural)?$`)
    assert.ok(
      indexes.some((name) => walked.test(name)),
      `${way} does not walk along the sort: ${indexes}`,
    )
  }
}

async function explained(
  text: string,
  values: unknown[],
  mode: string,
): Promise<{ root: PlanNode; indexes: string[] }> {
  const client = await app.pool.connect()
  try {
    await client.query(`SET plan_cache_mode = ${mode}`)
    await client.query(`PREPARE explained AS ${text}`)
    const given = values.length ? `(${values.map(literal).join(', ')})` : ''
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained ${given}`,
    )
    const root = rows[0]?.['QUERY PLAN'][0].Plan
    assert.ok(root)
    return { root, indexes: nodesOf(root).flatMap((node) => node['Index Name'] ?? []) }
  } finally {
    await client.query('DEALLOCATE explained')
    await client.query('RESET plan_cache_mode')
    client.release()
  }
}
