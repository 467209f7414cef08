import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import {
  createWorkspace,
  type Member,
  problemOf,
  type RequestParts,
  request,
} from '../../test/fixtures/workspace.ts'
import { type Role, roles } from '../vocabulary.ts'

let app: TestApp
const members = {} as Record<Role, Member> // Filled with every role before the tests.
before(async () => {
  app = await startTestApp({ PUBLIC_URL: 'https://crm.example.com' })
  const workspace = await createWorkspace(app)
  for (const role of roles) members[role] = await workspace.join(role)
})
after(() => app.close())

const write = 'POST /api/customers'
const body = { last_name: 'Smith' }

describe('who may do what', () => {
  const company = { name: 'Acme' }
  const product = { product_name: 'Tea', unit_price: '1' }
  let invitations = 0
  const samples: [key: string, parts: () => RequestParts, allowed: Role[]][] = [
    ['GET /api/customers', () => ({}), [...roles]],
    ['GET /api/auth/me', () => ({}), [...roles]],
    [write, () => ({ body }), ['owner', 'admin', 'manager', 'representative']],
    ['POST /api/companies', () => ({ body: company }), ['owner', 'admin', 'manager', 'representative']],
    ['POST /api/products', () => ({ body: product }), ['owner', 'admin', 'manager']],
    ['POST /api/sales-representatives', () => ({ body }), ['owner', 'admin', 'manager']],
    ['GET /api/imports', () => ({}), ['owner', 'admin', 'manager']],
    ['GET /api/invitations', () => ({}), ['owner', 'admin']],
    [
      'POST /api/invitations',
      () => ({ body: { email: `x${++invitations}@example.com`, role: 'read_only' } }),
      ['owner', 'admin'],
    ],
  ]
  for (const [key, parts, allowed] of samples) {
    test(`${key}: ${allowed.join(', ')}`, async () => {
      const statuses = roles.map(async (role) => [
        role,
        (await members[role].send(key, parts())).status < 300,
      ])
      const expected = roles.map((role) => [role, allowed.includes(role)])
      assert.deepEqual(await Promise.all(statuses), expected)
    })
  }

  test('is decided before the request is even looked at', async () => {
    const nonsense = { body: '{"nonsense":', headers: { 'content-type': 'application/json' } }
    await members.read_only.refused(403, write, nonsense)
    problemOf(await request(app.url, write, nonsense), 401, write)
    await members.owner.refused(400, write, nonsense)
  })
})

describe('a write that a browser sends from', () => {
  const origins: [where: string, headers: () => Record<string, string>, allowed: boolean][] = [
    [
      'the public address',
      () => ({ origin: 'https://crm.example.com', 'sec-fetch-site': 'same-origin' }),
      true,
    ],
    ['the address that was asked', () => ({ origin: app.url, 'sec-fetch-site': 'same-origin' }), true],
    ['nowhere, as programs do', () => ({}), true],
    ['the address bar', () => ({ 'sec-fetch-site': 'none' }), true],
    ['another site', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }), false],
    ['another site, in an old browser', () => ({ origin: 'https://evil.example' }), false],
    ['another site that hides its origin', () => ({ origin: 'null' }), false],
    ['another site without an origin', () => ({ 'sec-fetch-site': 'cross-site' }), false],
    [
      'a sibling domain',
      () => ({ origin: 'https://shop.example.com', 'sec-fetch-site': 'same-site' }),
      false,
    ],
    ['a domain that only begins alike', () => ({ origin: 'https://crm.example.com.evil.example' }), false],
    ['another port', () => ({ origin: 'https://crm.example.com:8443' }), false],
    ['the public address without https', () => ({ origin: 'http://crm.example.com' }), false],
  ]
  for (const [where, headers, allowed] of origins) {
    test(`${where} is ${allowed ? 'done' : 'refused, and nothing is written'}`, async () => {
      const { owner } = members
      const before = (await owner.ok('GET /api/customers', { query: { limit: 200 } })).items.length
      const answer = await owner.send(write, { body, headers: headers() })
      const { items } = await owner.ok('GET /api/customers', { query: { limit: 200 } })
      if (allowed) assert.equal(answer.status, 201, answer.text)
      else problemOf(answer, 403, write)
      assert.equal(items.length - before, allowed ? 1 : 0)
    })
  }

  test('another site is refused for what needs no session too', async () => {
    const headers = { origin: 'https://evil.example' }
    const parts = { body: { email: 'a@example.com', password: 'x' }, headers }
    problemOf(await request(app.url, 'POST /api/auth/sign-in', parts), 403, 'sign-in')
    problemOf(await request(app.url, 'POST /api/setup/owner', { body: {}, headers }), 403, 'setup')
  })

  test('another site may be read for: only writes are dangerous', async () => {
    await members.owner.ok('GET /api/customers', { headers: { origin: 'https://evil.example' } })
  })
})
