import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import { startOfDay } from '../days.ts'
import type { TimelineEntry } from './schema.ts'

const RUNS = 40

let app: TestApp
let workspace: TestWorkspace
let member: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
})
after(() => app.close())

const customerKey = 'GET /api/customers/:id/timeline'
const companyKey = 'GET /api/companies/:id/timeline'

async function people() {
  const company = await member.ok('POST /api/companies', { body: { name: 'Acme' } })
  const body = { last_name: 'Smith', company_id: company.id }
  return { company, customer: await member.ok('POST /api/customers', { body }) }
}

describe('what a timeline tells', () => {
  test('interactions, orders and changes, newest first, with who did each', async () => {
    const { customer } = await people()
    const product = await member.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '5' } })
    const seller = await workspace.join('representative')
    await member.ok('POST /api/sales-representatives', {
      body: { first_name: 'Rita', last_name: 'Rep', user_id: seller.scope.userId },
    })
    const order = await seller.ok('POST /api/orders', {
      body: {
        customer_id: customer.id,
        order_date: '2020-05-05',
        items: [{ product_id: product.id, quantity: 2 }],
      },
    })
    const said = { kind: 'call', subject: 'Hello', body: 'Long\ntalk', customer_id: customer.id } as const
    const call = await seller.ok('POST /api/interactions', { body: said })
    await member.ok('PATCH /api/customers/:id', {
      params: { id: customer.id },
      body: { version: 1, city: 'Oslo', lifecycle_stage: 'prospect' },
    })
    const { items, next_cursor } = await member.ok(customerKey, { params: { id: customer.id } })
    assert.equal(next_cursor, null)
    assert.deepEqual(
      items.map(({ kind, by, at }) => [kind, by, kind === 'order' ? at : '']),
      [
        ['change', 'A manager', ''],
        ['interaction', 'Rita Rep', ''],
        ['change', 'A manager', ''],
        ['order', 'Rita Rep', '2020-05-05T00:00:00Z'],
      ],
    )
    const [changed, called, created, ordered] = items
    assert.deepEqual(changed?.change, {
      action: 'updated',
      fields: [
        { field: 'city', from: null, to: 'Oslo' },
        { field: 'lifecycle_stage', from: 'lead', to: 'prospect' },
      ],
    })
    assert.deepEqual(
      [called?.id, called?.at, called?.interaction],
      [call.id, call.occurred_at, { ...said, duration_minutes: null, customer_name: 'Smith', version: 1 }],
    )
    assert.deepEqual(created?.change, { action: 'created', fields: [] })
    assert.deepEqual(
      [ordered?.id, ordered?.order],
      [
        order.id,
        {
          order_number: order.order_number,
          order_date: '2020-05-05',
          status: 'draft',
          total_amount: '10.00',
          currency: 'EUR',
        },
      ],
    )
    for (const entry of items) {
      const told = [entry.interaction, entry.order, entry.change].filter((part) => part !== null)
      assert.equal(told.length, 1)
    }
  })

  test('a company’s has those of its customers and its own changes', async () => {
    const { company, customer } = await people()
    await member.ok('POST /api/interactions', { body: { kind: 'note', customer_id: customer.id } })
    await member.ok('POST /api/interactions', { body: { kind: 'call', company_id: company.id } })
    const { items } = await member.ok(companyKey, { params: { id: company.id } })
    assert.deepEqual(
      items.map(({ kind, interaction }) => interaction?.kind ?? kind),
      ['call', 'note', 'change'],
    )
  })

  test('what is in the trash is not told; a record in the trash still has its story', async () => {
    const { customer } = await people()
    const note = await member.ok('POST /api/interactions', {
      body: { kind: 'note', customer_id: customer.id },
    })
    await member.send('DELETE /api/interactions/:id', { params: { id: note.id } })
    await member.send('DELETE /api/customers/:id', { params: { id: customer.id } })
    const { items } = await member.ok(customerKey, { params: { id: customer.id } })
    assert.deepEqual(
      items.map(({ change }) => change?.action),
      ['deleted', 'created'],
    )
  })

  test('a record without any story is empty, one that does not exist 404', async () => {
    const { id } = await app.db
      .insertInto('customers')
      .values({ workspace_id: workspace.id, last_name: 'Imported' })
      .returning('id')
      .executeTakeFirstOrThrow()
    assert.deepEqual(await member.ok(customerKey, { params: { id } }), { items: [], next_cursor: null })
    await member.refused(404, customerKey, { params: { id: 99_999_999 } })
    await member.refused(404, companyKey, { params: { id: 99_999_999 } })
    const stranger = await (await createWorkspace(app, 'Other')).join('owner')
    await stranger.refused(404, customerKey, { params: { id } })
  })

  test('unknown kinds, parameters and cursors are refused', async () => {
    const { customer } = await people()
    const refused: Record<string, string>[] = [
      { kinds: 'dance' },
      { kinds: '' },
      { limit: '0' },
      { limit: '101' },
      { before: 'x' },
      { after: 'x' },
      { after: Buffer.from('["2026-01-01T00:00:00Z","dance",1]').toString('base64url') },
      { after: Buffer.from('["2026-13-01T00:00:00Z","order",1]').toString('base64url') },
      { after: Buffer.from('["2026-01-01T00:00:00Z","order","1"]').toString('base64url') },
      { after: Buffer.from('null').toString('base64url') },
    ]
    for (const query of refused)
      await member.refused(400, customerKey, { params: { id: customer.id }, query })
  })
})

test("an order stands at the start of its day, as the workspace's clocks have it", async () => {
  const { customer } = await people()
  const kiwi = await inZone('Pacific/Auckland', async () => {
    for (const [subject, occurred_at] of [
      ['late the day before', '2026-03-09T23:30:00+13:00'],
      ['early that day', '2026-03-10T00:30:00+13:00'],
    ]) {
      const body = { kind: 'call', customer_id: customer.id, subject, occurred_at }
      await member.ok('POST /api/interactions', { body })
    }
    const product = await member.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '5' } })
    const items = [{ product_id: product.id, quantity: 1 }]
    const body = { customer_id: customer.id, order_date: '2026-03-10', items }
    await member.ok('POST /api/orders', { body })
    return walk(customer.id, { limit: 1, kinds: 'interaction,order' })
  })
  assert.deepEqual(
    kiwi.map(({ interaction, order, at }) => interaction?.subject ?? [order?.order_date, at]),
    ['early that day', ['2026-03-10', '2026-03-09T11:00:00Z'], 'late the day before'],
  )
})

/** Moments close together, so that several entries share one; midnight is where orders stand. */
const moment = fc.constantFrom(
  '2026-01-01T00:00:00Z',
  '2026-01-01T00:00:00.000001Z',
  '2026-01-01T12:00:00Z',
  '2026-01-02T00:00:00Z',
  '2026-01-02T23:59:59.999999Z',
)
const history = fc.record({
  interactions: fc.array(moment, { maxLength: 12 }),
  orders: fc.array(moment, { maxLength: 12 }),
  changes: fc.array(moment, { maxLength: 12 }),
  limit: fc.integer({ min: 1, max: 7 }),
  zone: fc.constantFrom('UTC', 'Pacific/Auckland', 'America/New_York'),
  kinds: fc.subarray(['interaction', 'order', 'change'], { minLength: 1 }),
})

const RANKS: Record<string, number> = { interaction: 2, order: 1, change: 0 }

test('page by page, a timeline is everything that happened, each once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ limit, kinds, zone, ...moments }) => {
      const id = await insertHistory(moments)
      const entries = await inZone(zone, () => walk(id, { limit, kinds: kinds.join(',') }))
      const places = entries.map(({ kind, at, id }) => ({ kind, at, id }))
      const sorted = places.toSorted(
        (a, b) =>
          compare(microseconds(b.at), microseconds(a.at)) ||
          (RANKS[b.kind] ?? 0) - (RANKS[a.kind] ?? 0) ||
          b.id - a.id,
      )
      assert.deepEqual(places, sorted)
      assert.equal(new Set(places.map(({ kind, id }) => `${kind} ${id}`)).size, places.length)
      for (const kind of ['interaction', 'order', 'change'] as const) {
        const times = moments[`${kind}s`].map((at) =>
          kind === 'order' ? startOfDay(at.slice(0, 10), zone).replace('.000Z', 'Z') : at,
        )
        const told = entries.filter((entry) => entry.kind === kind).map(({ at }) => at)
        assert.deepEqual(told.toSorted(), kinds.includes(kind) ? times.toSorted() : [], kind)
      }
    }),
    { numRuns: RUNS, seed: 20_261_123 },
  )
})

/** What `work` reads while the workspace is in another zone. */
async function inZone<T>(time_zone: string, work: () => Promise<T>): Promise<T> {
  const set = async (name: string) => {
    await app.db.updateTable('workspaces').where('id', '=', workspace.id).set({ time_zone: name }).execute()
    await app.app.responseCache.bump(workspace.id, ['customers', 'orders', 'interactions'])
  }
  await set(time_zone)
  try {
    return await work()
  } finally {
    await set('UTC')
  }
}

function microseconds(at: string): string {
  const [whole = '', fraction = ''] = at.slice(0, -1).split('.')
  return `${whole}.${fraction.padEnd(6, '0')}`
}

function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b)
}

async function walk(id: number, query: { limit: number; kinds: string }): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = []
  let cursor: string | null | undefined
  do {
    const after = cursor ?? undefined
    const page = await member.ok(customerKey, { params: { id }, query: { ...query, after } })
    assert.ok(page.items.length <= query.limit)
    entries.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== null)
  return entries
}

/** A customer with exactly this history; its id. */
async function insertHistory(
  moments: Record<'interactions' | 'orders' | 'changes', string[]>,
): Promise<number> {
  const w = workspace.id
  const { id } = await app.db
    .insertInto('customers')
    .values({ workspace_id: w, last_name: 'Historic' })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`INSERT INTO interactions (workspace_id, kind, customer_id, occurred_at)
    SELECT ${w}, 'note', ${id}, at FROM unnest(${moments.interactions}::timestamptz[]) at`.execute(app.db)
  await sql`INSERT INTO orders (workspace_id, order_number, customer_id, order_date, currency, currency_digits)
    SELECT ${w}, gen_random_uuid()::text, ${id}, at::date, 'EUR', 2 FROM unnest(${moments.orders}::timestamptz[]) at`.execute(
    app.db,
  )
  await sql`INSERT INTO change_events (workspace_id, object, entity_id, action, version, occurred_at)
    SELECT ${w}, 'customer', ${id}, 'updated', 1, at FROM unnest(${moments.changes}::timestamptz[]) at`.execute(
    app.db,
  )
  return id
}
