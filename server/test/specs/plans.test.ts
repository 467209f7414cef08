import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CompiledQuery, sql } from 'kysely'
import { startTestApp, type TestApp } from '../fixtures/app.ts'
import { captureSql, type Statement } from '../fixtures/captured-sql.ts'
import { fillWorkspace } from '../fixtures/fill.ts'
import { createWorkspace, type Member, type RequestParts } from '../fixtures/workspace.ts'

/** Enough that the planner has something to win by an index. */
const CUSTOMERS = 20_000
const OTHERS_CUSTOMERS = 3_000
/** Blocks of 8 kB that a page of fifty rows with its joined names may touch, however large the tables are. */
const PAGE_BLOCKS_MAX = 500
/** A filtered list is counted to a thousand; each may be in a block of its own. */
const COUNT_BLOCKS_MAX = 1_600
const RECORD_BLOCKS_MAX = 40
/** These stay small in any workspace, or are read whole where they are. */
const SMALL = new Set([
  'sales_representatives',
  'summary',
  'summary_delta',
  'workspaces',
  'memberships',
  'users',
])

let app: TestApp
let member: Member
let statements: Statement[]
let someone: { customer: number; company: number }
before(async () => {
  app = await startTestApp({ STATEMENT_TIMEOUT_MS: '120000' })
  statements = captureSql()
  const workspace = await createWorkspace(app)
  member = await workspace.join('read_only')
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
  await fillWorkspace(app.db, (await createWorkspace(app, 'Other')).id, OTHERS_CUSTOMERS)
  await sql`
    INSERT INTO change_events (workspace_id, object, entity_id, action, version, occurred_at)
    SELECT ${workspace.id}, object, id, 'updated', n, created_at + n * interval '1 hour'
    FROM (SELECT 'customer' AS object, id, created_at FROM customers WHERE workspace_id = ${workspace.id}
          UNION ALL SELECT 'company', id, created_at FROM companies WHERE workspace_id = ${workspace.id}) records,
      generate_series(2, 4) n`.execute(app.db)
  await sql`VACUUM ANALYZE`.execute(app.db)
  const { rows } = await sql<{ customer: number; company: number }>`
    SELECT max(customer_id) AS customer, max(company_id) AS company FROM interactions
    WHERE workspace_id = ${workspace.id} AND deleted_at IS NULL`.execute(app.db)
  assert.ok(rows[0])
  someone = rows[0]
})
after(() => app.close())

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: PlanNode[]
}

interface Plan {
  text: string
  blocks: number
  /** Tables that are read from end to end. */
  scanned: string[]
  indexes: string[]
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** Runs a statement once more, as it was issued, and tells how PostgreSQL went about it. */
async function explain({ text, values }: Statement): Promise<Plan> {
  const query = CompiledQuery.raw(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values)
  const { rows } = await app.db.executeQuery<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(query)
  const root = rows[0]?.['QUERY PLAN'][0].Plan
  assert.ok(root)
  const nodes = nodesOf(root)
  return {
    text,
    blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    scanned: nodes
      .filter((node) => node['Node Type'] === 'Seq Scan')
      .map((node) => node['Relation Name'] ?? ''),
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
  }
}

/** The plans of what a request asks the database, besides who is signed in and what the planner estimates. */
async function plansOf(key: string, parts: RequestParts): Promise<Plan[]> {
  statements.length = 0
  const answer = await member.send(key, parts)
  assert.equal(answer.status, 200, answer.text)
  const issued = statements.filter(({ text }) => !/^\s*EXPLAIN|from "sessions"|"summary_current"/.test(text))
  assert.ok(issued.length > 0, 'nothing was asked, so nothing was looked at')
  const plans = []
  for (const statement of issued) plans.push(await explain(statement))
  return plans
}

function check(plans: Plan[], index: string | RegExp, blocksMax: number): void {
  for (const { text, blocks, scanned } of plans) {
    const max = text.includes('count(*)') ? COUNT_BLOCKS_MAX : blocksMax
    assert.ok(blocks <= max, `${blocks} blocks, at most ${max}: ${text}`)
    assert.deepEqual(
      scanned.filter((table) => !SMALL.has(table)),
      [],
      `read from end to end: ${text}`,
    )
  }
  const indexes = plans.flatMap((plan) => plan.indexes)
  const used = indexes.some((name) => (typeof index === 'string' ? name === index : index.test(name)))
  assert.ok(used, `not by ${index} but by ${indexes.join(', ')}`)
}

describe('lists are answered from the index made for them, in a bounded number of blocks', () => {
  const lists: [key: string, query: Record<string, string>, index: string][] = [
    ['customers', {}, 'customers_created_at'],
    ['customers', { sort: 'last_name' }, 'customers_last_name'],
    ['customers', { sort: '-first_name', before: 'end' }, 'customers_first_name'],
    ['customers', { sort: 'email' }, 'customers_email'],
    ['customers', { last_name: 'ann' }, 'customers_last_name'],
    ['customers', { 'last_name[prefix]': 'stra' }, 'customers_last_name'],
    ['customers', { first_name: 'zoe' }, 'customers_first_name'],
    ['customers', { email: 'person77@example.com' }, 'customers_email'],
    ['customers', { phone: '+49 30 77' }, 'customers_phone'],
    ['customers', { phone: '0049 (0)30 1234 ext. 4' }, 'customers_phone'],
    ['customers', { 'phone[prefix]': '+49 30 123' }, 'customers_phone'],
    ['customers', { assigned_sales_rep_id: '3' }, 'customers_representative'],
    ['customers', { lifecycle_stage: 'customer' }, 'customers_stage'],
    ['customers', { company_id: '5' }, 'customers_company'],
    ['customers', { lifecycle_stage: 'lead', city: 'Oslo', country: 'France' }, 'customers_facets'],
    ['customers', { 'created_at[gte]': '2026-05-01T00:00:00Z' }, 'customers_created_at'],
    ['companies', {}, 'companies_created_at'],
    ['companies', { name: 'ann ltd' }, 'companies_name'],
    ['companies', { domain: 'd7.example.com' }, 'companies_domain'],
    ['companies', { industry: 'ENERGY', city: 'oslo' }, 'companies_facets'],
    ['products', { sort: 'product_name' }, 'products_name_natural'],
    ['products', { 'product_name[prefix]': 'stra' }, 'products_name'],
    ['products', { sort: '-unit_price' }, 'products_unit_price'],
    ['products', { sku: 'sku-77' }, 'products_sku_unique'],
    ['orders', {}, 'orders_order_date'],
    ['orders', { sort: '-total_amount' }, 'orders_total_amount'],
    ['orders', { sort: '-created_at' }, 'orders_created_at'],
    ['orders', { order_number: 'n7-7' }, 'orders_number_unique'],
    ['orders', { 'order_number[prefix]': 'n7-7' }, 'orders_number_unique'],
    ['orders', { sort: 'order_number' }, 'orders_number_natural'],
    ['orders', { status: 'completed' }, 'orders_status'],
    ['orders', { customer_id: '77' }, 'orders_customer'],
    ['orders', { company_id: '7' }, 'orders_company'],
    ['orders', { sales_rep_id: '3' }, 'orders_representative'],
    ['orders', { 'order_date[gte]': '2025-03-01', 'order_date[lt]': '2025-03-08' }, 'orders_order_date'],
    ['orders', { 'total_amount[gt]': '900', sort: 'total_amount' }, 'orders_total_amount'],
    ['interactions', {}, 'interactions_occurred_at'],
    ['interactions', { customer_id: '77' }, 'interactions_customer'],
    ['interactions', { company_id: '7' }, 'interactions_company'],
    ['interactions', { sales_rep_id: '3' }, 'interactions_representative'],
    ['interactions', { kind: 'call' }, 'interactions_kind'],
  ]
  for (const [list, query, index] of lists) {
    test(`${list} ${JSON.stringify(query)}`, async () => {
      check(await plansOf(`GET /api/${list}`, { query }), index, PAGE_BLOCKS_MAX)
    })
  }

  for (const list of ['customers', 'orders', 'interactions']) {
    test(`the middle of ${list}: no dearer than the start`, async () => {
      // All lists have the shape of this one.
      const { next_cursor } = await member.ok(`GET /api/${list}` as 'GET /api/customers', {
        query: { at: CUSTOMERS / 2, limit: 1 },
      })
      assert.ok(next_cursor)
      const query = { after: next_cursor, count: 'none' }
      const index = { customers: 'customers_created_at', orders: 'orders_order_date' }[list]
      check(
        await plansOf(`GET /api/${list}`, { query }),
        index ?? 'interactions_occurred_at',
        PAGE_BLOCKS_MAX,
      )
    })
  }
})

describe('the trash is read from the indexes of the trash, in a bounded number of blocks', () => {
  const kinds = ['customers', 'companies', 'products', 'orders', 'interactions']
  for (const kind of kinds) {
    test(`${kind}, the last deleted first, and from the middle`, async () => {
      const parts = { params: { kind } }
      const key = 'GET /api/trash/:kind'
      check(await plansOf(key, parts), `${kind}_trash`, PAGE_BLOCKS_MAX)
      const { next_cursor } = await member.ok(key, { ...parts, query: { limit: 100 } })
      assert.ok(next_cursor)
      check(await plansOf(key, { ...parts, query: { after: next_cursor } }), `${kind}_trash`, PAGE_BLOCKS_MAX)
    })
  }

  test('a search in it', async () => {
    for (const [kind, q] of [
      ['customers', 'person77'],
      ['orders', 'n77 1'],
      ['interactions', '2222'],
      ['customers', 'nobody at all'],
    ] as const) {
      check(
        await plansOf('GET /api/trash/:kind', { params: { kind }, query: { q } }),
        `${kind}_trash_words`,
        PAGE_BLOCKS_MAX,
      )
    }
  })

  test('the number of each kind', async () => {
    check(await plansOf('GET /api/trash', {}), 'customers_trash', PAGE_BLOCKS_MAX)
  })
})

test('further emails and phones are found by the indexes of those who have some', async () => {
  const { scope } = member
  await sql`UPDATE customers SET more_emails = jsonb_build_array(jsonb_build_object('label', 'work', 'email', 'w' || id || '@example.com')),
    more_phones = jsonb_build_array(jsonb_build_object('label', 'work', 'phone', '0800 ' || id))
    WHERE workspace_id = ${scope.workspaceId} AND id % 50 = 0`.execute(app.db)
  await sql`VACUUM ANALYZE customers`.execute(app.db)
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM customers WHERE workspace_id = ${scope.workspaceId} AND more_emails IS NOT NULL AND deleted_at IS NULL LIMIT 1`.execute(
    app.db,
  )
  for (const [query, index] of [
    [{ email: `W${rows[0]?.id}@example.com` }, 'customers_more_emails'],
    [{ phone: `0800/${rows[0]?.id}` }, 'customers_more_phones'],
    [{ email: 'nobody@example.com' }, 'customers_more_emails'],
  ] as const) {
    check(await plansOf('GET /api/customers', { query }), index, PAGE_BLOCKS_MAX)
  }
})

test('what points at a record is found by an index, in the trash or not, so that a foreign key reads no whole table', async () => {
  const columns = {
    customers: ['company_id', 'assigned_sales_rep_id'],
    orders: ['customer_id', 'company_id', 'sales_rep_id'],
    interactions: ['customer_id', 'company_id', 'sales_rep_id'],
  }
  for (const [table, names] of Object.entries(columns)) {
    for (const column of names) {
      // As PostgreSQL asks when a row that is pointed at is deleted.
      const text = `SELECT 1 FROM ONLY ${table} x WHERE $1 OPERATOR(pg_catalog.=) workspace_id AND $2 OPERATOR(pg_catalog.=) ${column} FOR KEY SHARE OF x`
      const { scanned, blocks } = await explain({ text, values: [member.scope.workspaceId, 999_999_999] })
      assert.deepEqual(scanned, [], `${table} ${column}`)
      assert.ok(blocks < RECORD_BLOCKS_MAX, `${table} ${column}: ${blocks} blocks`)
    }
  }
})

test('facets are the start of a prepared list too, which is planned without its values', async () => {
  statements.length = 0
  await member.ok('GET /api/customers', {
    query: { lifecycle_stage: 'lead', company_id: 5, sort: 'last_name' },
  })
  const page = statements.find(({ text }) => text.includes('AS MATERIALIZED'))
  assert.ok(page)
  const { rows } = await app.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${page.text}`,
  )
  const root = rows[0]?.['QUERY PLAN'][0].Plan
  assert.ok(root)
  const indexes = nodesOf(root).flatMap((node) => node['Index Name'] ?? [])
  assert.deepEqual(
    indexes.filter((name) => name.startsWith('customers_')),
    ['customers_facets'],
  )
})

test('few rows wait for an inverted index, since every read goes through them', async () => {
  const { rows } = await sql<{ index: string; waits: string[] | null }>`
    SELECT c.relname AS index, c.reloptions AS waits FROM pg_class c JOIN pg_am a ON a.oid = c.relam
    WHERE a.amname = 'gin' AND c.relname LIKE '%_facets' ORDER BY c.relname`.execute(app.db)
  assert.deepEqual(
    rows,
    ['companies_facets', 'customers_facets', 'orders_facets', 'products_facets'].map((index) => ({
      index,
      waits: ['gin_pending_list_limit=128'],
    })),
  )
})

test('a filter finds the rows of its own workspace, not those of all with the same value', async () => {
  const { rows } = await sql<{ shared: number }>`
    SELECT count(*) AS shared FROM (SELECT DISTINCT workspace_id, unnest(facets) AS facet FROM customers) each_facet
    GROUP BY facet HAVING count(*) > 1`.execute(app.db)
  assert.deepEqual(rows, [])
})

describe('records and timelines', () => {
  for (const table of ['customers', 'companies', 'products', 'orders', 'interactions']) {
    test(`one of ${table} by its key`, async () => {
      const plans = await plansOf(`GET /api/${table}/:id`, { params: { id: 1_000 } })
      // Orders have a wider key besides, for their items to refer to.
      check(plans, new RegExp(`^${table}_(pkey|workspace_id_id_)`), RECORD_BLOCKS_MAX)
    })
  }

  test("a customer's timeline", async () => {
    const plans = await plansOf('GET /api/customers/:id/timeline', { params: { id: someone.customer } })
    for (const index of ['interactions_customer', 'orders_customer', 'change_events_entity']) {
      check(plans, index, PAGE_BLOCKS_MAX)
    }
  })

  test("a company's timeline, from the middle of its story", async () => {
    const parts = { params: { id: someone.company }, query: { limit: 10 } }
    const key = 'GET /api/companies/:id/timeline'
    const { next_cursor } = await member.ok(key, parts)
    assert.ok(next_cursor)
    const plans = await plansOf(key, { ...parts, query: { limit: 10, after: next_cursor } })
    for (const index of ['interactions_company', 'orders_company', 'change_events_entity']) {
      check(plans, index, PAGE_BLOCKS_MAX)
    }
  })
})
