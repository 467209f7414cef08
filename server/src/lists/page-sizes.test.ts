import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { captureSql, type Statement } from '../../test/fixtures/captured-sql.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { listCases } from '../../test/specs/list-cases.ts'
import type { Response } from '../api.ts'
import { LIST_LIMIT_MAX } from './schema.ts'

const CUSTOMERS = 1_200
/** 25, 50, 100 and 200 rows. */
const SIZES = 4

type Page = Response<'GET /api/customers'>

let app: TestApp
let member: Member
let statements: Statement[]
before(async () => {
  app = await startTestApp()
  const workspace = await createWorkspace(app)
  member = await workspace.join('manager')
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
  statements = captureSql()
})
after(() => app.close())

async function count(): Promise<number> {
  const { total } = await member.ok('GET /api/customers')
  assert.ok(total)
  return total.count
}

describe('pages of every length', () => {
  for (const { key } of listCases) {
    test(`${key} has no more statements than there are sizes of pages`, async () => {
      statements.length = 0
      for (let limit = 1; limit <= LIST_LIMIT_MAX; limit++) {
        const { items } = await member.ok(key, { query: { limit, count: 'none' } })
        assert.ok(items.length <= limit)
      }
      const texts = new Set(statements.map(({ text }) => text).filter((text) => text.includes('LIMIT')))
      assert.equal(texts.size, SIZES)
    })
  }

  test('and jumps to every place have one more', async () => {
    const living = await count()
    statements.length = 0
    for (let at = 1; at < living; at += 37) {
      const { items } = await member.ok('GET /api/customers', { query: { at, limit: 10, count: 'none' } })
      assert.ok(items.length > 0)
    }
    const texts = new Set(statements.map(({ text }) => text).filter((text) => text.includes('LIMIT')))
    // The page, the step to it from the start and from a waypoint, and the waypoints from the start and from the last.
    assert.ok(texts.size <= 5, [...texts].join('\n'))
  })

  test('have exactly as many rows as were asked for, and say whether there are more', async () => {
    const living = await count()
    const all: number[] = []
    let after: string | null = null
    const limits = [1, 24, 25, 26, 50, 51, 99, 100, 101, 199, 200, 200, 200]
    for (const limit of limits) {
      if (all.length === living) break
      const query: Record<string, string | number> = { limit, sort: 'created_at' }
      if (after !== null) query.after = after
      const page: Page = await member.ok('GET /api/customers', { query })
      assert.equal(page.items.length, Math.min(limit, living - all.length))
      all.push(...page.items.map(({ id }) => id))
      after = page.next_cursor
      assert.equal(after === null, all.length === living)
    }
    assert.equal(new Set(all).size, all.length)
  })
})
