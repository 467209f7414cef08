import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'

describe('search', () => {
  let app: TestApp
  let member: Member
  let stranger: Member

  before(async () => {
    app = await startTestApp()
    member = await (await createWorkspace(app)).join('manager')
    stranger = await (await createWorkspace(app)).join('manager')
    const customers = [
      {
        first_name: 'José',
        last_name: 'Muñoz',
        email: 'jose.munoz@northwind.example',
        phone: '+34 (91) 555-22-82',
      },
      { first_name: 'John', last_name: 'Smith', phone: '0171 5557788' },
      { first_name: 'Jane', last_name: 'Smithson' },
      { first_name: 'Ελένη', last_name: 'Παπαδοπούλου' },
      { first_name: '小明', last_name: '王' },
      { first_name: 'Иван', last_name: 'Петров' },
    ]
    for (const body of customers) await member.ok('POST /api/customers', { body })
    await member.ok('POST /api/companies', {
      body: { name: 'Nordwind Handels GmbH', domain: 'nordwind.example' },
    })
    await member.ok('POST /api/products', {
      body: { product_name: 'Oak chair', sku: 'CH-0042', unit_price: '10.00' },
    })
  })
  after(() => app.close())

  const titles = async (q: string, who = member) => {
    const { items } = await who.ok('GET /api/search', { query: { q } })
    return items.map((hit) => hit.title)
  }

  const finds: [what: string, q: string, title: string][] = [
    ['without accents', 'munoz', 'José Muñoz'],
    ['in any case', 'MUÑ', 'José Muñoz'],
    ['by the beginning of a word', 'smi', 'John Smith'],
    ['in Greek', 'παπαδ', 'Ελένη Παπαδοπούλου'],
    ['in Cyrillic', 'петр', 'Иван Петров'],
    ['inside a Chinese name', '明', '小明 王'],
    ['by the digits of a phone in another format', '34 91 555', 'José Muñoz'],
    ['by a phone without country code', '91 555 22', 'José Muñoz'],
    ['by a phone with a leading zero', '0171/555', 'John Smith'],
    ['by a part of the email address', 'jose.munoz@north', 'José Muñoz'],
    ['by two words in any order', 'smith john', 'John Smith'],
    ['by the beginnings of two words', 'jo mu', 'José Muñoz'],
    ['behind a typing error', 'smithsen', 'Jane Smithson'],
    ['a company by its domain', 'nordwind', 'Nordwind Handels GmbH'],
    ['a product by its SKU', 'ch-0042', 'Oak chair'],
  ]
  for (const [what, q, title] of finds) {
    test(`finds ${what}`, async () =>
      assert.ok((await titles(q)).includes(title), `${q} found ${await titles(q)}`))
  }

  test('an exact word comes before a longer one', async () => {
    assert.deepEqual(await titles('smith'), ['John Smith', 'Jane Smithson'])
  })

  test('an order is found by its number, also when it looks like a phone number', async () => {
    const { items } = await member.ok('GET /api/products', { query: { limit: 1 } })
    const body = { order_number: '2026-000123', items: [{ product_id: items[0]?.id, quantity: 1 }] }
    await member.ok('POST /api/orders', { body })
    assert.deepEqual(await titles('2026-0001'), ['2026-000123'])
  })

  test("one's own customers come first", async () => {
    const representative = await member.ok('POST /api/sales-representatives', {
      body: { last_name: 'Self', user_id: member.scope.userId },
    })
    const mine = { first_name: 'Older', last_name: 'Jansen', assigned_sales_rep_id: representative.id }
    await member.ok('POST /api/customers', { body: mine })
    await member.ok('POST /api/customers', { body: { first_name: 'Newer', last_name: 'Jansen' } })
    assert.deepEqual(await titles('jansen'), ['Older Jansen', 'Newer Jansen'])
  })

  test('follows changes, the trash and the way out of it', async () => {
    const { id, version } = await member.ok('POST /api/customers', { body: { last_name: 'Before' } })
    await member.ok('PATCH /api/customers/:id', {
      params: { id },
      body: { version, last_name: 'Afterwards' },
    })
    assert.deepEqual(await titles('before'), [])
    assert.deepEqual(await titles('afterwards'), ['Afterwards'])
    await member.ok('DELETE /api/customers/:id', { params: { id } })
    assert.deepEqual(await titles('afterwards'), [])
    await member.ok('POST /api/customers/:id/restore', { params: { id } })
    assert.deepEqual(await titles('afterwards'), ['Afterwards'])
  })

  test('another workspace finds nothing of it', async () => {
    for (const [, q] of finds) assert.deepEqual(await titles(q, stranger), [])
  })

  for (const q of [
    '%',
    '_',
    '***',
    "'; DROP TABLE customers",
    '()',
    '\\',
    ':*',
    '& |',
    '-',
    'x'.repeat(100),
    '日'.repeat(100),
  ]) {
    test(`an odd question finds nothing and breaks nothing: ${q.slice(0, 20)}`, async () => {
      assert.deepEqual(await titles(q), [])
    })
  }
})
