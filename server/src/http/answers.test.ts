import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'

/** Enough that a page of them is worth compressing. */
const CUSTOMERS = 20

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('manager')
  for (let n = 0; n < CUSTOMERS; n++) {
    await member.ok('POST /api/customers', { body: { last_name: `Smith ${n}`, city: 'Canterbury' } })
  }
})
after(() => app.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${app.url}${path}`, { headers: { ...member.session, ...headers } })

describe('an answer that was read', () => {
  const path = '/api/customers?sort=last_name'

  test('is not sent again to who has it, until something it shows changes', async () => {
    const first = await get(path)
    const etag = first.headers.get('etag') ?? ''
    assert.match(etag, /^W\/".+"$/)
    assert.equal(first.headers.get('cache-control'), 'private, no-cache')
    const again = await get(path, { 'if-none-match': etag })
    assert.equal(again.status, 304)
    assert.equal(await again.text(), '')
    assert.equal(again.headers.get('etag'), etag)

    await member.ok('POST /api/customers', { body: { last_name: 'Aaron' } })
    const changed = await get(path, { 'if-none-match': etag })
    assert.equal(changed.status, 200)
    assert.notEqual(changed.headers.get('etag'), etag)
    assert.match(await changed.text(), /Aaron/)
  })

  test('with the validator of another answer is sent in full', async () => {
    const other = (await get('/api/companies')).headers.get('etag') ?? ''
    assert.equal((await get(path, { 'if-none-match': other })).status, 200)
  })

  test('is gzipped for who understands it, and the same inside', async () => {
    const packed = await get(path, { 'accept-encoding': 'gzip' })
    const plain = await get(path, { 'accept-encoding': 'identity' })
    assert.equal(packed.headers.get('content-encoding'), 'gzip')
    assert.equal(plain.headers.get('content-encoding'), null)
    assert.match(packed.headers.get('vary') ?? '', /accept-encoding/)
    assert.ok(Number(packed.headers.get('content-length')) < Number(plain.headers.get('content-length')) / 3)
    assert.equal(await packed.text(), await plain.text())
  })

  test('that is small is sent as it is', async () => {
    const answer = await get('/api/customers?limit=1&fields=last_name', { 'accept-encoding': 'gzip' })
    assert.equal(answer.headers.get('content-encoding'), null)
  })
})

test('the large description of the API is compressed', async () => {
  const answer = await get('/api/openapi.json', { 'accept-encoding': 'br' })
  assert.equal(answer.headers.get('content-encoding'), 'br')
  assert.match(await answer.text(), /"openapi":"3\.1\.0"/)
})

describe('no other site can read, frame or reinterpret', () => {
  const data: [name: string, ask: () => Promise<Response>, status: number][] = [
    ['an answer with data', () => get('/api/customers'), 200],
    ['a record', () => get('/api/customers/999999'), 404],
    ['a refusal of input', () => get('/api/customers?limit=0'), 400],
    ['a refusal of a stranger', () => fetch(`${app.url}/api/customers`), 401],
  ]
  for (const [name, ask, status] of data) {
    test(name, async () => {
      const { headers, status: seen } = await ask()
      assert.equal(seen, status)
      assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'")
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    })
  }

  for (const path of ['/api/docs/', '/nothing-here', '/api/nothing-here']) {
    test(`the page at ${path}`, async () => {
      const { headers } = await get(path)
      const policy = headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'self'/)
      assert.match(policy, /frame-ancestors 'none'|frame-ancestors 'self'/)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    })
  }
})
