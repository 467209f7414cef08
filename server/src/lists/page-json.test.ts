import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { listCases } from '../../test/specs/list-cases.ts'

const CUSTOMERS = 40
const ODD = ['"', '\\', '\\"', 'a\u00a0b', '🦊', 'x\u0301', '}', '","id":0,"', 'null', '0012']

interface Page {
  items: Record<string, unknown>[]
  next_cursor: string | null
  previous_cursor: string | null
}

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  const workspace = await createWorkspace(app)
  member = await workspace.join('manager')
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
  for (const last_name of ODD) {
    const body = { last_name, first_name: last_name, city: last_name, notes: last_name }
    await member.ok('POST /api/customers', { body })
  }
})
after(() => app.close())

async function page(key: (typeof listCases)[number]['key'], query: Record<string, string | number>) {
  return (await member.ok(key, { query })) as Page // All lists have this shape.
}

describe('a page, which is written without its schema', () => {
  for (const { key, selectable } of listCases) {
    test(`of ${key} says of each record what the record itself does`, async () => {
      const { items } = await page(key, { limit: 200 })
      assert.ok(items.length > 0)
      for (const item of items) {
        assert.deepEqual(Object.keys(item).sort(), [...selectable].sort())
        // Each of these lists has its records at /:id.
        const params = { id: Number(item.id) }
        const record = await member.ok(`${key}/:id` as const, { params })
        assert.deepEqual({ ...record, ...item }, record)
      }
    })

    test(`of ${key} holds no fields but those asked for, and id`, async () => {
      for (const field of selectable) {
        const { items } = await page(key, { fields: field, limit: 3 })
        assert.deepEqual(Object.keys(items[0] ?? {}), [...new Set(['id', field])])
      }
    })
  }

  test('keeps every character of a text, also those that JSON escapes', async () => {
    const { items } = await page('GET /api/customers', {
      limit: ODD.length,
      sort: 'created_at',
      before: 'end',
    })
    assert.deepEqual(
      items.map(({ last_name, city }) => [last_name, city]),
      ODD.map((text) => [text, text]),
    )
  })

  test('that is empty is still a page', async () => {
    const query = { last_name: 'nobody at all' }
    assert.deepEqual(await page('GET /api/customers', query), {
      items: [],
      next_cursor: null,
      previous_cursor: null,
      total: { count: 0, exact: true },
      searched_for: null,
    })
  })
})
