import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, problemOf, request } from '../../test/fixtures/workspace.ts'

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('manager')
})
after(() => app.close())

const customers = 'POST /api/customers'
const tooMany = Array.from({ length: 1_001 }, (_, n) => n + 1)

describe('values that cannot be are refused by name, and nothing is saved', () => {
  const refused: [key: string, body: unknown, path: string][] = [
    [customers, { last_name: 5 }, '/last_name'],
    [customers, { last_name: null }, '/last_name'],
    [customers, { last_name: ['Smith'] }, '/last_name'],
    [customers, { last_name: 'x'.repeat(101) }, '/last_name'],
    [customers, { last_name: 'Sm\u0000ith' }, '/last_name'],
    [customers, { last_name: 'Sm\ud83d' }, '/last_name'],
    [customers, { last_name: 'M\ufffdller' }, '/last_name'],
    [customers, { last_name: 'S', city: 'a\udc00' }, '/city'],
    [customers, { last_name: 'S', city: `${'x'.repeat(100)}  y` }, '/city'],
    [customers, { notes: 'a\u0000b', last_name: 'S' }, '/notes'],
    [customers, { notes: 'x'.repeat(10_001), last_name: 'S' }, '/notes'],
    [customers, { email: 'not an address' }, '/email'],
    [customers, { email: 'a\u0000@example.com' }, '/email'],
    [customers, { email: '.ann@example.com' }, '/email'],
    [customers, { email: 'user@[192.168.1.1]' }, '/email'],
    [customers, { email: `${'x'.repeat(250)}@example.com` }, '/email'],
    [customers, { last_name: 'S', lifecycle_stage: 'friend' }, '/lifecycle_stage'],
    [customers, { last_name: 'S', company_id: '1' }, '/company_id'],
    [customers, { last_name: 'S', company_id: 0 }, '/company_id'],
    [customers, { last_name: 'S', company_id: 1.5 }, '/company_id'],
    [customers, { last_name: 'S', company_id: 2 ** 53 }, '/company_id'],
    [customers, { last_name: 'S', company_id: 1e300 }, '/company_id'],
    [customers, { last_name: 'S', id: 5 }, '/id'],
    [customers, { last_name: 'S', workspace_id: 1 }, '/workspace_id'],
    [customers, { last_name: 'S', lastname: 'T' }, '/lastname'],
    [customers, { last_name: 'S', __proto__x: 1 }, '/__proto__x'],
    [customers, { notes: 'nobody' }, '/last_name'],
    [customers, {}, ''],
    [customers, [], ''],
    [customers, 'null', ''],
    ['POST /api/companies', {}, '/name'],
    ['POST /api/companies', { name: '' }, '/name'],
    ['POST /api/companies', { name: ' \u200b\t' }, '/name'],
    ['POST /api/companies', { name: 'A', domain: 'https://example.com' }, '/domain'],
    ['POST /api/companies', { name: 'A', employee_count: -1 }, '/employee_count'],
    ['POST /api/companies', { name: 'A', employee_count: 1e10 }, '/employee_count'],
    ['POST /api/products', { product_name: 'P' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: 1.5 }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: '-1' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: '1.00001' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: '1e5' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: 'NaN' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: '123456789012345' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: '1', currency: 'ZZZ' }, '/currency'],
    ['POST /api/products', { product_name: 'P', unit_price: '4006381333931' }, '/unit_price'],
    ['POST /api/products', { product_name: 'P', unit_price: '1', active: 'true' }, '/active'],
    ['POST /api/sales-representatives', { last_name: 'R', user_id: 'nobody' }, '/user_id'],
    ['POST /api/sales-representatives', { last_name: 'R', manager_id: 999 }, '/manager_id'],
    ['POST /api/interactions', { kind: 'call' }, '/customer_id'],
    ['POST /api/interactions', { kind: 'dance', customer_id: 1 }, '/kind'],
    ['POST /api/interactions', { kind: 'call', customer_id: 1, occurred_at: 'now' }, '/occurred_at'],
    [
      'POST /api/interactions',
      { kind: 'call', customer_id: 1, occurred_at: '0206-01-01T00:00:00Z' },
      '/occurred_at',
    ],
    [
      'POST /api/orders',
      { order_date: '0206-01-01', items: [{ product_id: 1, quantity: 1 }] },
      '/order_date',
    ],
    [
      'POST /api/orders',
      { order_date: '2206-01-01', items: [{ product_id: 1, quantity: 1 }] },
      '/order_date',
    ],
    ['POST /api/interactions', { kind: 'call', customer_id: 1, occurred_at: '2026-01-01' }, '/occurred_at'],
    ['POST /api/interactions', { kind: 'call', customer_id: 1, duration_minutes: 1e6 }, '/duration_minutes'],
    ['POST /api/orders', { items: [] }, '/items'],
    ['POST /api/orders', { items: [{ product_id: 999, quantity: 1 }] }, '/items/0/product_id'],
    ['POST /api/orders', { items: [{ product_id: 1, quantity: 0 }] }, '/items/0/quantity'],
    ['POST /api/orders', { items: [{ product_id: 1, quantity: 1, discount: '1.1' }] }, '/items/0/discount'],
    ['POST /api/customers/bulk/delete', { ids: [] }, '/ids'],
    ['POST /api/customers/bulk/delete', { ids: tooMany }, '/ids'],
    ['POST /api/customers/bulk/delete', { ids: [1, 1] }, '/ids'],
    ['POST /api/customers/bulk/delete', { ids: ['1'] }, '/ids/0'],
  ]
  for (const [key, body, path] of refused) {
    test(`${key} ${JSON.stringify(body).slice(0, 70)}`, async () => {
      const problem = await member.refused(400, key, { body })
      assert.ok(
        problem.errors.some((error) => error.path === path),
        JSON.stringify(problem.errors),
      )
    })
  }

  test('and nothing was', async () => {
    for (const key of ['GET /api/customers', 'GET /api/companies', 'GET /api/products'] as const) {
      assert.deepEqual((await member.ok(key)).items, [], key)
    }
  })
})

describe('addresses that cannot be', () => {
  for (const id of ['0', '-1', '1.5', 'abc', '9007199254740992', '%00', "1'--", 'null']) {
    test(`id ${id}`, async () => {
      const answer = await request(app.url, `GET /api/customers/${id}`, {}, member.session)
      const problem = problemOf(answer, 400, id)
      assert.equal(problem.errors[0]?.path, 'path/id')
    })
  }
  test('a route that is not there is 404 with a problem', async () => {
    problemOf(await member.send('GET /api/nothing'), 404, 'GET /api/nothing')
  })
  test('a patch needs the version and something to change', async () => {
    const { id } = await member.ok('POST /api/companies', { body: { name: 'Acme' } })
    for (const body of [
      { name: 'B' },
      { version: 1 },
      { version: 0, name: 'B' },
      { version: '1', name: 'B' },
    ]) {
      await member.refused(400, 'PATCH /api/companies/:id', { params: { id }, body })
    }
  })
})

describe('bodies that cannot be', () => {
  const headers = { 'content-type': 'application/json' }
  for (const body of [
    '{',
    '{"last_name":',
    "{'last_name':'S'}",
    '{"last_name":"S"}}',
    '\u0000',
    '{"a":NaN}',
  ]) {
    test(`malformed: ${JSON.stringify(body)}`, async () => {
      await member.refused(400, customers, { body, headers })
    })
  }
  test('a key that would reach the prototype', async () => {
    await member.refused(400, customers, { body: '{"last_name":"S","__proto__":{"a":1}}' })
    await member.refused(400, customers, { body: '{"last_name":"S","constructor":{"prototype":{}}}' })
  })
  test('empty', async () => {
    await member.refused(400, customers, { body: '', headers })
    await member.refused(400, customers, {})
  })
  test('too large: 413', async () => {
    const problem = await member.refused(413, customers, { body: { notes: 'x'.repeat(1_100_000) } })
    assert.equal(problem.type, '/docs/errors#too-large')
  })
  test('not JSON: 415', async () => {
    for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
      const problem = await member.refused(415, customers, {
        body: 'last_name=S',
        headers: { 'content-type': type },
      })
      assert.equal(problem.type, '/docs/errors#unsupported-media-type')
    }
  })
  test('nested beyond reason', async () => {
    await member.refused(400, customers, { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}`, headers })
  })
})

describe('text that is odd but possible comes back as it was', () => {
  for (const name of [
    'O’Neil; DROP TABLE customers;--',
    '<script>alert(1)</script>',
    '😀 李',
    'é',
    '👩‍👩‍👧',
    'Kaʻahumanu',
    'می‌خواهم',
    'שָׁלוֹם',
    '%_\\',
  ]) {
    test(JSON.stringify(name), async () => {
      const made = await member.ok('POST /api/customers', {
        body: { last_name: name, notes: `${name}\n\t${name}` },
      })
      const read = await member.ok('GET /api/customers/:id', { params: { id: made.id } })
      assert.deepEqual([read.last_name, read.notes], [name, `${name}\n\t${name}`])
      const { items } = await member.ok('GET /api/customers', { query: { last_name: name } })
      assert.deepEqual(
        items.map(({ id }) => id),
        [made.id],
      )
    })
  }
})

describe('text is cleaned on its way in, the same at each door', () => {
  test('of what nobody sees, of blanks at its ends and of breaks in a line', async () => {
    const body = { last_name: ' Jose\u0301\u200b ', city: 'Bad\n Homburg', notes: ' a\r\nb\ufeff' }
    const made = await member.ok('POST /api/customers', { body })
    assert.deepEqual([made.last_name, made.city, made.notes], ['José', 'Bad Homburg', 'a\nb'])
    const patch = { version: 1, last_name: 'An\u0007n\u00a0' }
    const patched = await member.ok('PATCH /api/customers/:id', { params: { id: made.id }, body: patch })
    assert.equal(patched.last_name, 'Ann')
  })

  test('text that looks empty is no value', async () => {
    const empty = { phone: '', job_title: ' ', city: '\u200b', country: '\u3000', email: ' ', notes: '\n' }
    const made = await member.ok('POST /api/customers', { body: { last_name: 'Empty', ...empty } })
    for (const field of Object.keys(empty)) assert.equal({ ...made }[field], null, field)
    const { sku } = await member.ok('POST /api/products', {
      body: { product_name: 'P', unit_price: '1', sku: '' },
    })
    assert.equal(sku, null)
  })

  test('addresses of all scripts are addresses, kept without what nobody sees', async () => {
    for (const email of ['info@müller-bau.de', 'jürgen@example.com\u200b', '\u202aX@Example.com']) {
      const made = await member.ok('POST /api/customers', { body: { email } })
      assert.equal(made.email, email.replace(/[\u200b\u202a]/, ''))
    }
    const { domain } = await member.ok('POST /api/companies', {
      body: { name: 'A', domain: 'Müller-Bau.de' },
    })
    assert.equal(domain, 'müller-bau.de')
  })
})

test('a version beyond all versions is refused, wherever one is sent', async () => {
  const owner = await (await createWorkspace(app)).join('owner')
  await owner.refused(400, 'PATCH /api/workspace', { body: { version: 2.0e28, name: 'X' } })
  await owner.refused(400, 'PATCH /api/customers/:id', {
    params: { id: 1 },
    body: { version: 3e9, last_name: 'X' },
  })
})

describe('a refused look at a list says so, and names the parameter', () => {
  for (const [query, said] of [
    [
      { total_amount: '1,000' },
      /parameter total_amount is not valid.*a point, and nothing between thousands/,
    ],
    [{ order_number: 'a\u0000' }, /parameter order_number is not valid.*NUL/],
    [{ 'order_date[gt]': 'today' }, /parameter order_date\[gt\] is not valid/],
    [{ order_date: '0000-01-01' }, /out of range/],
    [{ order_date: '2026-02-30' }, /names a day that does not exist, 2026-02-30/],
    [{ 'order_date[gt]': '2026-13-01' }, /names a day that does not exist, 2026-13-01/],
    [{ created_at: '2026-02-29' }, /names a day that does not exist, 2026-02-29/],
    [{ created_at: '2026-02-29T10:00:00Z' }, /names a day that does not exist, 2026-02-29/],
    [{ created_at: '2026-02-28T24:30:00Z' }, /names a time of day that does not exist, 24:30:00/],
    [{ created_at: 'yesterday' }, /A day of the workspace, 2026-03-10, which is meant from its first/],
    [{ 'status[in]': '"draft", sold' }, /has "sold", which is not one of draft, /],
    [{ 'customer_id[in]': '1, two' }, /has "two", which is not an id/],
  ] as const) {
    test(JSON.stringify(query), async () => {
      const { detail } = await member.refused(400, 'GET /api/orders', { query })
      assert.match(detail, said)
      assert.match(detail, /Nothing was shown/)
      assert.doesNotMatch(detail, /saved/)
    })
  }
})

test('a day that does not exist is named in a body too', async () => {
  const body = { kind: 'call', customer_id: 1, occurred_at: '2026-02-30T10:00:00Z' }
  const { errors } = await member.refused(400, 'POST /api/interactions', { body })
  assert.equal(errors[0]?.message, 'names a day that does not exist, 2026-02-30')
  const order = { order_date: '2026-13-01', items: [{ product_id: 1, quantity: 1 }] }
  const refused = await member.refused(400, 'POST /api/orders', { body: order })
  assert.equal(refused.errors[0]?.message, 'names a day that does not exist, 2026-13-01')
})

test('a list of choices or of ids is read as every other list: with blanks and in quotes', async () => {
  const made = await member.ok('POST /api/customers', { body: { last_name: 'Chosen' } })
  for (const query of [
    { 'lifecycle_stage[in]': ' "lead", "customer" ', q: 'Chosen' },
    { 'company_id[in]': '"1" , 2' },
  ]) {
    const { items } = await member.ok('GET /api/customers', { query })
    assert.deepEqual(
      items.map(({ id }) => id),
      query.q ? [made.id] : [],
    )
  }
})

test('of two hundred lines that cannot be sold the first twenty are named, and how many more', async () => {
  const items = Array.from({ length: 200 }, (_, n) => ({ product_id: 900_000 + n, quantity: 1 }))
  const { errors } = await member.refused(400, 'POST /api/orders', { body: { items } })
  assert.equal(errors.length, 21)
  assert.deepEqual(errors.at(-1), { path: '', message: 'and 180 more' })
})

describe('a refusal says what was kept, as the request was for', () => {
  for (const [key, query, said] of [
    ['GET /api/customers/:id', {}, /may have been deleted\.$/],
    ['DELETE /api/customers/:id', {}, /may have been deleted\. Nothing was deleted\.$/],
    [
      'DELETE /api/customers/:id',
      { take_over: 'somebody' },
      /^The parameter take_over.*Nothing was deleted\.$/,
    ],
    ['POST /api/customers/:id/restore', {}, /may have been deleted\. Nothing was saved\.$/],
    [
      'POST /api/customers/:id/restore',
      { duplicates: 'x' },
      /^The parameter duplicates.*Nothing was saved\.$/,
    ],
  ] as const) {
    test(`${key} ${JSON.stringify(query)}`, async () => {
      const status = Object.keys(query).length > 0 ? 400 : 404
      const { detail } = await member.refused(status, key, { params: { id: 99_999_999 }, query })
      assert.match(detail, said)
    })
  }
})

describe('what the database alone can refuse is the request’s fault too', () => {
  test('NUL in a filter', async () => {
    await member.refused(400, 'GET /api/customers', { query: { last_name: 'a\u0000' } })
  })
  test('an offset that no time zone has', async () => {
    const query = { 'created_at[gt]': '2026-01-01T00:00:00+20:00' }
    await member.refused(400, 'GET /api/customers', { query })
  })
  test('the year 0', async () => {
    await member.refused(400, 'GET /api/orders', { query: { order_date: '0000-01-01' } })
  })
})
