import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { buildApp } from '../../src/app.ts'
import { openCache } from '../../src/cache/open.ts'
import { techniques } from '../../src/config.ts'
import { startTestApp, type TestApp } from '../fixtures/app.ts'
import { fillWorkspace } from '../fixtures/fill.ts'
import { createWorkspace, type Member } from '../fixtures/workspace.ts'

const CUSTOMERS = 1_200

let app: TestApp
let member: Member
let paths: string[]
before(async () => {
  app = await startTestApp()
  const workspace = await createWorkspace(app)
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
  member = await workspace.join('representative')
  const { items } = await member.ok('GET /api/customers', { query: { sort: '-last_name', limit: 3 } })
  const { items: orders } = await member.ok('GET /api/orders', { query: { limit: 1 } })
  paths = [
    '/api/customers',
    '/api/customers?fields=email,created_at&lifecycle_stage=customer&count=exact',
    '/api/orders?sort=-total_amount&limit=200',
    '/api/companies?q=ann',
    ...[0, 1, 499, 500, 777, 1_090, 1_091, 5_000].flatMap((row) => [
      `/api/customers?sort=last_name&at=${row}`,
      `/api/customers?sort=-created_at&lifecycle_stage=customer&at=${row}`,
    ]),
    ...items.map(({ id }) => `/api/customers/${id}`),
    '/api/customers/999999999',
    `/api/orders/${orders[0]?.id}`,
    '/api/reports/average-order',
  ]
})
after(() => app.close())

for (const technique of techniques) {
  test(`the answers are the same without ${technique}`, async () => {
    const config = { ...app.config, without: new Set([technique]) }
    const opened = await openCache(config, { target: app.pool.options, applicationName: technique })
    const plain = await buildApp({ ...app, config, cache: opened.cache })
    try {
      for (const url of paths) {
        const expected = await app.app.inject({ url, headers: member.session })
        const given = await plain.inject({ url, headers: member.session })
        assert.equal(given.statusCode, expected.statusCode, url)
        assert.deepEqual(besidesRequest(given.json()), besidesRequest(expected.json()), url)
      }
    } finally {
      await plain.close()
      await opened.close()
    }
  })
}

/** Refusals name the request that they refuse. */
const besidesRequest = ({ requestId: _, ...answer }: Record<string, unknown>) => answer
