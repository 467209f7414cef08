import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { captureSql, type Statement } from '../../test/fixtures/captured-sql.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { listCases, meets, plainRows } from '../../test/specs/list-cases.ts'
import { PLANNED_EACH_TIME } from '../db/client.ts'

/** Enough that a common filter has more matches than the narrow plan takes. */
const CUSTOMERS = 12_000
const LIMIT = 200
const key = 'GET /api/customers'

let app: TestApp
let member: Member
let statements: Statement[]
before(async () => {
  app = await startTestApp()
  statements = captureSql()
  const workspace = await createWorkspace(app)
  member = await workspace.join('read_only')
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
  await sql`ANALYZE customers`.execute(app.db)
})
after(() => app.close())

interface Asked {
  plan: 'narrow' | 'wide'
  /** `field operator value`, one a line. */
  filters: [field: string, operator: string, value: string | boolean][]
}

const asked: Asked[] = [
  {
    plan: 'wide',
    filters: [
      ['lifecycle_stage', 'eq', 'customer'],
      ['source', 'not', 'nobody'],
    ],
  },
  { plan: 'wide', filters: [['city', 'not', 'Oslo']] },
  {
    plan: 'narrow',
    filters: [
      ['lifecycle_stage', 'eq', 'churned'],
      ['city', 'eq', 'Oslo'],
    ],
  },
  {
    plan: 'narrow',
    filters: [
      ['city', 'eq', 'Köln'],
      ['country', 'eq', 'France'],
      ['source', 'empty', true],
    ],
  },
  {
    plan: 'narrow',
    filters: [
      ['country', 'eq', 'Germany'],
      ['first_name', 'prefix', 'ann'],
    ],
  },
]

describe('a list has the same rows whichever plan the estimate chooses', () => {
  for (const { plan, filters } of asked) {
    for (const sort of ['last_name', '-last_name', 'created_at']) {
      test(`${plan}, ${sort}: ${filters.map((filter) => filter.join(' ')).join(', ')}`, () =>
        comparePages(plan, filters, sort))
    }
  }
})

async function comparePages(plan: Asked['plan'], filters: Asked['filters'], sort: string): Promise<void> {
  const list = listCases.find((each) => each.key === key)
  assert.ok(list)
  const rows = await plainRows(app.db, list, member.scope.workspaceId, sort)
  const expected = rows.filter((row) => filters.every((filter) => meets(list, row, ...filter)))
  const query = Object.fromEntries(
    filters.map(([field, operator, value]) => [operator === 'eq' ? field : `${field}[${operator}]`, value]),
  )
  statements.length = 0
  const first = await member.ok(key, { query: { ...query, sort, limit: LIMIT } })
  const second = first.next_cursor
    ? await member.ok(key, { query: { ...query, sort, limit: LIMIT, after: first.next_cursor } })
    : { items: [] }
  const last = await member.ok(key, { query: { ...query, sort, limit: LIMIT, before: 'end' } })
  const ids = expected.map(({ id }) => id)
  assert.deepEqual(
    [...first.items, ...second.items].map(({ id }) => id),
    ids.slice(0, 2 * LIMIT),
  )
  assert.deepEqual(
    last.items.map(({ id }) => id),
    ids.slice(-LIMIT),
  )
  // Equalities of few rows have one plan for all values; a prefix may match anything.
  const onePlan = plan === 'narrow' && filters.every(([, operator]) => operator !== 'prefix')
  const pages = statements.filter(({ text }) => text.includes('cursor_value'))
  assert.ok(pages.length >= 2)
  for (const { text } of pages) {
    assert.equal(text.includes('AS MATERIALIZED') ? 'narrow' : 'wide', plan, text)
    assert.equal(text.includes(PLANNED_EACH_TIME), !onePlan, text)
  }
}
