import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import type { RecordPath } from '../vocabulary.ts'

let app: TestApp
let workspace: TestWorkspace
let admin: Member
let seller: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  admin = await workspace.join('admin')
  seller = await workspace.join('representative')
})
after(() => app.close())

const list = (kind: RecordPath, query: Record<string, string | number> = {}, who = admin) =>
  who.ok('GET /api/trash/:kind', { params: { kind }, query })
const act = (action: '' | '/restore' | '/purge', kind: RecordPath, body: object) => ({
  key: `POST /api/trash/:kind${action}` as const,
  parts: { params: { kind }, body },
})

async function customer(body: Record<string, unknown>, who = seller): Promise<number> {
  return (await who.ok('POST /api/customers', { body })).id
}

async function trashed(body: Record<string, unknown>, who = seller): Promise<number> {
  const id = await customer(body, who)
  await who.send('DELETE /api/customers/:id', { params: { id } })
  return id
}

async function nameOf(member: Member): Promise<string> {
  return (await member.ok('GET /api/auth/me')).user.name
}

describe('the list of the trash', () => {
  test('says of every kind what is in it, who put it there and when, the last deleted first', async () => {
    const here = await createWorkspace(app, 'Every kind')
    const manager = await here.join('manager')
    const by = await nameOf(manager)
    const company = await manager.ok('POST /api/companies', {
      body: { name: 'Acme', domain: 'acme.example' },
    })
    const product = await manager.ok('POST /api/products', {
      body: { product_name: 'Lamp', sku: 'L-1', unit_price: '3' },
    })
    const first = await manager.ok('POST /api/customers', { body: { first_name: 'Ann', last_name: 'First' } })
    const second = await manager.ok('POST /api/customers', { body: { email: 'second@example.com' } })
    const representative = await manager.ok('POST /api/sales-representatives', {
      body: { last_name: 'Rep', email: 'rep@example.com' },
    })
    const order = await manager.ok('POST /api/orders', {
      body: {
        order_number: 'N-1',
        customer_id: first.id,
        status: 'completed',
        items: [{ product_id: product.id, quantity: 1 }],
      },
    })
    const note = await manager.ok('POST /api/interactions', {
      body: { kind: 'note', company_id: company.id, body: 'Wants a lamp' },
    })
    const bases: [RecordPath, number, title: string, detail: string | null][] = [
      ['customers', first.id, 'Ann First', null],
      ['customers', second.id, 'second@example.com', 'second@example.com'],
      ['companies', company.id, 'Acme', 'acme.example'],
      ['products', product.id, 'Lamp', 'L-1'],
      ['orders', order.id, 'N-1', 'Ann First'],
      ['sales-representatives', representative.id, 'Rep', 'rep@example.com'],
      ['interactions', note.id, 'Wants a lamp', 'Acme'],
    ]
    for (const [kind, id] of bases) await manager.send(`DELETE /api/${kind}/:id`, { params: { id } })
    for (const [kind, id, title, detail] of bases) {
      const { items } = await list(kind, {}, manager)
      const entry = items.find((item) => item.id === id)
      assert.deepEqual({ ...entry, deleted_at: '' }, { id, title, detail, deleted_at: '', deleted_by: by })
      assert.ok(Date.parse(entry?.deleted_at ?? '') > Date.now() - 60_000)
    }
    const { items } = await list('customers', {}, manager)
    assert.deepEqual(
      items.map(({ id }) => id),
      [second.id, first.id],
    )
    const counts = await manager.ok('GET /api/trash')
    assert.deepEqual(Object.fromEntries(counts.items.map(({ kind, count }) => [kind, count])), {
      customers: 2,
      companies: 1,
      orders: 1,
      products: 1,
      'sales-representatives': 1,
      interactions: 1,
    })
  })

  test('pages through all of it, each once, also where many went in one go', async () => {
    const here = await createWorkspace(app, 'Many')
    const member = await here.join('representative')
    const ids: number[] = []
    for (let n = 0; n < 25; n++) ids.push(await customer({ last_name: `Gone ${n}` }, member))
    await member.ok('POST /api/trash/:kind', act('', 'customers', { ids }).parts)
    const found: number[] = []
    let after: string | undefined
    do {
      const page = await list('customers', { limit: 7, ...(after && { after }) }, member)
      assert.deepEqual(page.total, { count: 25, exact: true })
      found.push(...page.items.map(({ id }) => id))
      after = page.next_cursor ?? undefined
    } while (after)
    assert.deepEqual(found, ids.toReversed())
    const problem = await member.refused(400, 'GET /api/trash/:kind', {
      params: { kind: 'customers' },
      query: { after: 'elsewhere' },
    })
    assert.equal(problem.errors[0]?.path, 'query/after')
  })

  test('is searched by parts of words, numbers and phone digits, and holds nothing that is alive', async () => {
    const zoe = await trashed({
      first_name: 'Zoë',
      last_name: "O'Hara-Smith",
      email: 'zoe.hara@mail.example',
      phone: '+49 30 4455 667',
    })
    const alive = await customer({ last_name: "O'Hara-Smith", email: 'alive@mail.example' })
    for (const q of [
      'zoe',
      'ohara',
      'SMI',
      'zoe smi',
      'zoe.hara@mail.example',
      'hara@',
      '030 4455',
      '4455667',
    ]) {
      const { items, total } = await list('customers', { q })
      assert.deepEqual([items.map(({ id }) => id), total], [[zoe], { count: 1, exact: true }], q)
    }
    for (const q of ['nobody', "zoe' | a", '\\', '%', "'':*"]) {
      assert.deepEqual((await list('customers', { q })).items, [], q)
    }
    const living = await seller.ok('GET /api/customers', { query: { q: 'smith' } })
    assert.deepEqual(
      living.items.map(({ id }) => id),
      [alive],
    )
    await seller.ok('POST /api/customers/:id/restore', { params: { id: zoe } })
    assert.deepEqual((await list('customers', { q: 'zoe' })).items, [])
  })

  test('of another workspace stays there, also for a search', async () => {
    const other = await (await createWorkspace(app, 'Other')).join('owner')
    await trashed({ last_name: 'Secretive' }, other)
    assert.equal((await list('customers', { q: 'secretive' }, other)).items.length, 1)
    assert.deepEqual((await list('customers', { q: 'secretive' })).items, [])
  })
})

describe('a record in the trash', () => {
  test('says on its page since when and by whom, and nothing of that once it is back', async () => {
    const id = await trashed({ last_name: 'Paged' })
    const record = await admin.ok('GET /api/customers/:id', { params: { id } })
    assert.equal(record.deleted_by, await nameOf(seller))
    const back = await admin.ok('POST /api/customers/:id/restore', { params: { id } })
    assert.deepEqual([back.deleted_at, back.deleted_by], [null, null])
  })

  test('is not written to: not changed, not chosen, not talked to, nothing sold to it', async () => {
    const id = await trashed({ last_name: 'Still', city: 'Oslo' })
    const product = await admin.ok('POST /api/products', { body: { product_name: 'Chair', unit_price: '1' } })
    const refused: [key: string, parts: { params?: { id: number }; body: object }][] = [
      ['PATCH /api/customers/:id', { params: { id }, body: { version: 2, city: 'Bergen' } }],
      ['PATCH /api/customers/:id', { params: { id }, body: { version: 1, city: 'Bergen' } }],
      ['POST /api/interactions', { body: { kind: 'note', customer_id: id, body: 'Hello?' } }],
      ['POST /api/orders', { body: { customer_id: id, items: [{ product_id: product.id, quantity: 1 }] } }],
    ]
    for (const [key, parts] of refused) {
      const { type, detail } = await seller.refused(409, key, parts)
      assert.match(type, /#in-trash$/, key)
      assert.match(detail, /is in the trash; restore it first\. Nothing was saved\.$/, key)
    }
    const { city, version } = await admin.ok('GET /api/customers/:id', { params: { id } })
    assert.deepEqual([city, version], ['Oslo', 2])
  })

  test('is deleted and restored by two at once, and each gets an answer that is true', async () => {
    const id = await customer({ last_name: 'Contested' })
    const params = { id }
    const both = [seller, admin].map((who) => who.send('DELETE /api/customers/:id', { params }))
    assert.deepEqual(
      (await Promise.all(both)).map(({ status }) => status),
      [204, 204],
    )
    assert.equal((await list('customers', { q: 'contested' })).items.length, 1)
    const back = [seller, admin].map((who) => who.send('POST /api/customers/:id/restore', { params }))
    assert.deepEqual(
      (await Promise.all(back)).map(({ status }) => status),
      [200, 200],
    )
    const actions = await app.db
      .selectFrom('change_events')
      .where('workspace_id', '=', workspace.id)
      .where('entity_id', '=', id)
      .where('object', '=', 'customer')
      .select('action')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      actions.map(({ action }) => action),
      ['created', 'deleted', 'restored'],
    )
  })

  test('goes and comes back with two hundred others in one go, or none of them does', async () => {
    const ids: number[] = []
    for (let n = 0; n < 200; n++) ids.push(await customer({ last_name: `Bulk ${n}` }))
    const { key, parts } = act('', 'customers', { ids: [...ids, 999_999_999] })
    await seller.refused(404, key, parts)
    assert.equal((await list('customers', { q: 'bulk' })).items.length, 0)
    assert.deepEqual(await seller.ok(key, act('', 'customers', { ids }).parts), { changed: 200 })
    assert.deepEqual((await list('customers', { q: 'bulk' })).total, { count: 200, exact: true })
    const restore = act('/restore', 'customers', { ids })
    assert.deepEqual(await seller.ok(restore.key, restore.parts), { changed: 200 })
    assert.deepEqual(await seller.ok(restore.key, restore.parts), { changed: 0 })
  })
})

describe('what another record has by now', () => {
  test('an email: restoring is refused with the reason, and works without it', async () => {
    const strict = await createWorkspace(app, 'Strict')
    const unique = { unique_customer_emails: true }
    await app.db.updateTable('workspaces').where('id', '=', strict.id).set(unique).execute()
    const member = await strict.join('representative')
    const id = await trashed({ last_name: 'Old', email: 'one@example.com' }, member)
    await customer({ last_name: 'New', email: 'ONE@example.com' }, member)
    const params = { id }
    const { type, errors } = await member.refused(409, 'POST /api/customers/:id/restore', { params })
    assert.match(type, /#duplicate$/)
    assert.deepEqual(errors, [{ path: '/email', message: 'Another customer has this email address.' }])
    const query = { duplicates: 'drop' }
    const back = await member.ok('POST /api/customers/:id/restore', { params, query })
    assert.deepEqual([back.deleted_at, back.email, back.version], [null, null, 3])
    const event = await app.db
      .selectFrom('change_events')
      .where('workspace_id', '=', strict.id)
      .where('entity_id', '=', id)
      .where('action', '=', 'restored')
      .select('changes')
      .executeTakeFirstOrThrow()
    assert.deepEqual(event.changes, { email: ['one@example.com', null] })
  })

  test('an email that is all a customer has: the answer says whose to change first', async () => {
    const strict = await createWorkspace(app, 'Stricter')
    const unique = { unique_customer_emails: true }
    await app.db.updateTable('workspaces').where('id', '=', strict.id).set(unique).execute()
    const member = await strict.join('representative')
    const id = await trashed({ email: 'one@example.com' }, member)
    const holder = await customer({ first_name: 'Ann', last_name: 'New', email: 'one@example.com' }, member)
    const params = { id }
    const query = { duplicates: 'drop' }
    const { detail } = await member.refused(409, 'POST /api/customers/:id/restore', { params, query })
    assert.match(
      detail,
      /^"one@example.com" is all .* and "Ann New" has that address .*Nothing was restored\.$/,
    )
    const body = { version: 1, email: null }
    await member.ok('PATCH /api/customers/:id', { params: { id: holder }, body })
    const back = await member.ok('POST /api/customers/:id/restore', { params, query })
    assert.equal(back.email, 'one@example.com')
  })

  test('an SKU, or the same one twice in the trash: the first keeps it', async () => {
    const ids: number[] = []
    for (const product_name of ['One', 'Two']) {
      const { id } = await admin.ok('POST /api/products', {
        body: { product_name, sku: 'TWIN', unit_price: '1' },
      })
      await admin.send('DELETE /api/products/:id', { params: { id } })
      ids.push(id)
    }
    const refused = act('/restore', 'products', { ids })
    const { errors } = await admin.refused(409, refused.key, refused.parts)
    assert.equal(errors[0]?.path, '/sku')
    const dropping = act('/restore', 'products', { ids, duplicates: 'drop' })
    await admin.ok('POST /api/trash/:kind/restore', dropping.parts)
    const skus = []
    for (const id of ids) skus.push((await admin.ok('GET /api/products/:id', { params: { id } })).sku)
    assert.deepEqual(skus.toSorted(), ['TWIN', null].toSorted())
  })
})

describe('who may do what', () => {
  test('each kind is deleted and restored by those who may change it', async () => {
    const product = await admin.ok('POST /api/products', {
      body: { product_name: 'Theirs', unit_price: '1' },
    })
    for (const action of ['', '/restore', '/purge'] as const) {
      const { key, parts } = act(action, 'products', { ids: [product.id] })
      await seller.refused(403, key, parts)
    }
    const reader = await workspace.join('read_only')
    assert.ok((await list('products', {}, reader)).items)
    const { key, parts } = act('', 'customers', { ids: [await customer({ last_name: 'Kept' })] })
    await reader.refused(403, key, parts)
  })
})
