import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { assertSummariesExact } from '../../test/fixtures/summaries.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import { checkCommand } from '../summaries/check.ts'

const SECRET = 'Forgetmenot'

let app: TestApp
let workspace: TestWorkspace
let owner: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  owner = await workspace.join('owner')
})
after(() => app.close())

const purge = (kind: string, ids: number[]) =>
  owner.send('POST /api/trash/:kind/purge', { params: { kind }, body: { ids } })
const trash = (kind: string, ids: number[], take_over?: 'nobody') =>
  owner.ok('POST /api/trash/:kind', { params: { kind }, body: { ids, ...(take_over && { take_over }) } })

/** One of everything, all named after the secret. */
async function create() {
  const company = await owner.ok('POST /api/companies', { body: { name: `${SECRET} Ltd` } })
  const rep = await owner.ok('POST /api/sales-representatives', { body: { last_name: SECRET } })
  const customer = await owner.ok('POST /api/customers', {
    body: { last_name: SECRET, company_id: company.id, assigned_sales_rep_id: rep.id, notes: SECRET },
  })
  const product = await owner.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '3' } })
  const sell = (status: string) =>
    owner.ok('POST /api/orders', {
      body: { customer_id: customer.id, status, items: [{ product_id: product.id, quantity: 2 }] },
    })
  const [sold, draft] = [await sell('completed'), await sell('draft')]
  const note = (body: object) =>
    owner.ok('POST /api/interactions', { body: { kind: 'note', body: SECRET, ...body } })
  const [alone, both] = [
    await note({ customer_id: customer.id, company_id: null }),
    await note({ customer_id: customer.id, sales_rep_id: rep.id }),
  ]
  await sql`
    INSERT INTO external_ids (workspace_id, source, object, external_id, entity_id, import_id)
    VALUES (${workspace.id}, 'old', 'customers', ${`${SECRET} ${customer.id}`}, ${customer.id}, 1)`.execute(
    app.db,
  )
  return { company, rep, customer, product, sold, draft, alone, both }
}

async function figures() {
  return {
    months: await owner.ok('GET /api/reports/revenue-by-month'),
    average: await owner.ok('GET /api/reports/average-order'),
    products: await owner.ok('GET /api/reports/top-products'),
  }
}

/** Tables in which a text is anywhere. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`.execute(app.db)
  const found = []
  for (const { name } of tables) {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*) AS n FROM ${sql.table(name)} t WHERE t::text ILIKE ${`%${text}%`}`.execute(app.db)
    if (rows[0]?.n) found.push(name)
  }
  return found
}

test('a customer deleted for good leaves its orders and their figures, and nothing else of it', async () => {
  const it = await create()
  await trash('customers', [it.customer.id], 'nobody')
  const before = await figures()
  const { status, text } = await purge('customers', [it.customer.id])
  assert.deepEqual([status, text], [200, '{"changed":1}'])
  assert.deepEqual(await figures(), before)
  await assertSummariesExact(app.db, owner.scope, 'after a purge')
  await owner.refused(404, 'GET /api/customers/:id', { params: { id: it.customer.id } })
  await owner.refused(404, 'GET /api/customers/:id/timeline', { params: { id: it.customer.id } })
  const sold = await owner.ok('GET /api/orders/:id', { params: { id: it.sold.id } })
  assert.deepEqual([sold.customer_id, sold.customer_name, sold.total_amount], [null, null, '6.00'])
  await owner.refused(404, 'GET /api/interactions/:id', { params: { id: it.alone.id } })
  const both = await owner.ok('GET /api/interactions/:id', { params: { id: it.both.id } })
  assert.deepEqual([both.customer_id, both.company_id], [null, it.company.id])
  const { rows } = await sql<{ action: string; user_id: string }>`
    SELECT action, user_id FROM change_events
    WHERE workspace_id = ${workspace.id} AND object = 'customer' AND entity_id = ${it.customer.id}`.execute(
    app.db,
  )
  assert.deepEqual(rows, [{ action: 'purged', user_id: owner.scope.userId }])
})

test('once all that is named so is gone, no table has the name, but for the words that typing errors are looked up in', async () => {
  const it = await create()
  for (const [kind, id] of [
    ['customers', it.customer.id],
    ['companies', it.company.id],
    ['sales-representatives', it.rep.id],
  ] as const) {
    await trash(kind, [id], 'nobody')
    const { status, text } = await purge(kind, [id])
    assert.equal(status, 200, text)
  }
  const { items } = await owner.ok('GET /api/interactions', { query: { limit: 200 } })
  for (const { id } of items) await owner.send('DELETE /api/interactions/:id', { params: { id } })
  const rest = await owner.ok('GET /api/trash/:kind', { params: { kind: 'interactions' } })
  await purge(
    'interactions',
    rest.items.map(({ id }) => id),
  )
  const companies = await owner.ok('GET /api/companies', { query: { limit: 200 } })
  await trash(
    'companies',
    companies.items.map(({ id }) => id),
    'nobody',
  )
  await purge(
    'companies',
    companies.items.map(({ id }) => id),
  )
  const reps = await owner.ok('GET /api/sales-representatives', { query: { limit: 200 } })
  await trash(
    'sales-representatives',
    reps.items.map(({ id }) => id),
    'nobody',
  )
  await purge(
    'sales-representatives',
    reps.items.map(({ id }) => id),
  )
  assert.deepEqual(await tablesWith(SECRET), ['search_vocabulary'])
  assert.equal(await checkCommand(app.db, false), 0)
})

test('what was deleted for good has no timeline, whatever is asked of it', async () => {
  const company = await owner.ok('POST /api/companies', { body: { name: 'Gone Ltd' } })
  const { id } = await owner.ok('POST /api/customers', { body: { last_name: 'Gone' } })
  await trash('companies', [company.id])
  await trash('customers', [id])
  assert.deepEqual(
    [(await purge('companies', [company.id])).status, (await purge('customers', [id])).status],
    [200, 200],
  )
  for (const kinds of [undefined, 'interaction', 'order', 'change']) {
    await owner.refused(404, 'GET /api/customers/:id/timeline', { params: { id }, query: { kinds } })
    await owner.refused(404, 'GET /api/companies/:id/timeline', {
      params: { id: company.id },
      query: { kinds },
    })
  }
})

test('only what is in the trash is deleted for good, and of several all or none', async () => {
  const it = await create()
  const gone = await owner.ok('POST /api/customers', { body: { last_name: 'Gone' } })
  await trash('customers', [gone.id])
  const body = { ids: [gone.id, it.customer.id] }
  const { type } = await owner.refused(409, 'POST /api/trash/:kind/purge', {
    params: { kind: 'customers' },
    body,
  })
  assert.match(type, /#not-in-trash$/)
  assert.ok((await owner.ok('GET /api/customers/:id', { params: { id: gone.id } })).deleted_at)
})

test('an order goes with its lines; a product on an order stays, sold or not', async () => {
  const it = await create()
  await trash('products', [it.product.id])
  const sold = await owner.refused(409, 'POST /api/trash/:kind/purge', {
    params: { kind: 'products' },
    body: { ids: [it.product.id] },
  })
  assert.match(sold.detail, /^Lamp stands on orders, which keep their products\./)
  await trash('orders', [it.sold.id, it.draft.id])
  const before = await figures()
  assert.equal((await purge('products', [it.product.id])).status, 409)
  assert.equal((await purge('orders', [it.sold.id, it.draft.id])).status, 200)
  assert.equal((await purge('products', [it.product.id])).status, 200)
  assert.deepEqual(await figures(), before)
  await assertSummariesExact(app.db, owner.scope, 'after orders went')
})

test('two who delete the same for good at once: one did, the other is told that it is not there', async () => {
  const { id } = await owner.ok('POST /api/customers', { body: { last_name: 'Twice' } })
  await trash('customers', [id])
  const answers = await Promise.all([purge('customers', [id]), purge('customers', [id])])
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 404])
})
