import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { listCases } from '../../test/specs/list-cases.ts'

const CUSTOMERS = 1_300
const key = 'GET /api/customers'

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  const workspace = await createWorkspace(app)
  member = await workspace.join('representative')
  await fillWorkspace(app.db, workspace.id, CUSTOMERS)
})
after(() => app.close())

describe('a list refuses what it does not know, and names it', () => {
  const refused: [query: Record<string, string>, path: string][] = [
    [{ lastname: 'Smith' }, 'query/lastname'],
    [{ 'last_name[like]': 'S' }, 'query/last_name[like]'],
    [{ 'created_at[eq]': '2026-01-01T00:00:00Z' }, 'query/created_at[eq]'],
    [{ sort: 'phone' }, 'query/sort'],
    [{ sort: '--created_at' }, 'query/sort'],
    [{ fields: 'first_name,password' }, 'query/fields'],
    [{ fields: '' }, 'query/fields'],
    [{ limit: '0' }, 'query/limit'],
    [{ limit: '201' }, 'query/limit'],
    [{ limit: 'ten' }, 'query/limit'],
    [{ at: '-1' }, 'query/at'],
    [{ count: 'all' }, 'query/count'],
    [{ q: '' }, 'query/q'],
    [{ lifecycle_stage: 'friend' }, 'query/lifecycle_stage'],
    [{ 'lifecycle_stage[in]': 'lead,friend' }, 'query/lifecycle_stage[in]'],
    [{ company_id: '1;2' }, 'query/company_id'],
    [{ company_id: '99999999999999999999' }, 'query/company_id'],
    [{ 'company_id[in]': Array(51).fill('1').join(',') }, 'query/company_id[in]'],
    [{ 'created_at[gt]': 'yesterday' }, 'query/created_at[gt]'],
    [{ 'email[empty]': 'maybe' }, 'query/email[empty]'],
    [{ last_name: 'x'.repeat(201) }, 'query/last_name'],
  ]
  for (const [query, path] of refused) {
    test(JSON.stringify(query).slice(0, 60), async () => {
      const problem = await member.refused(400, key, { query })
      assert.ok(
        problem.errors.some((error) => error.path === path),
        JSON.stringify(problem.errors),
      )
    })
  }

  for (const list of listCases) {
    test(`an unknown parameter of ${list.key}`, async () => {
      const problem = await member.refused(400, list.key, { query: { nonsense: '1' } })
      assert.deepEqual(
        problem.errors.map(({ path }) => path),
        ['query/nonsense'],
      )
    })
  }

  test('words to search for, where the search knows no such records', async () => {
    const problem = await member.refused(400, 'GET /api/interactions', { query: { q: 'call' } })
    assert.equal(problem.errors[0]?.path, 'query/q')
  })
})

describe('a cursor belongs to one list and sort', () => {
  test('of another sort', async () => {
    const { next_cursor } = await member.ok(key, { query: { sort: 'last_name' } })
    assert.ok(next_cursor)
    for (const parameter of ['after', 'before']) {
      const problem = await member.refused(400, key, { query: { sort: 'email', [parameter]: next_cursor } })
      assert.equal(problem.errors[0]?.path, `query/${parameter}`)
      await member.refused(400, key, { query: { [parameter]: next_cursor } })
    }
  })

  test('of a list whose sort has another type', async () => {
    const { next_cursor } = await member.ok('GET /api/orders', { query: { sort: 'total_amount' } })
    assert.ok(next_cursor)
    await member.refused(400, key, { query: { after: next_cursor } })
  })

  const forged: unknown[] = [
    ['created_at', '2026-99-99T99:99:99Z', 1],
    ['created_at', 'now()', 1],
    ['created_at', "2026-01-01T00:00:00Z'; DROP TABLE customers", 1],
    ['created_at', '2026-01-01T00:00:00Z', '1'],
    ['created_at', '2026-01-01T00:00:00Z', 1.5],
    ['created_at', '2026-01-01T00:00:00Z', 1e300],
    ['created_at', '2026-01-01T00:00:00Z'],
    ['created_at', null, 1],
    { name: 'created_at' },
    null,
    'created_at',
  ]
  for (const forgery of forged) {
    test(`forged: ${JSON.stringify(forgery)}`, async () => {
      const cursor = Buffer.from(JSON.stringify(forgery)).toString('base64url')
      await member.refused(400, key, { query: { after: cursor } })
    })
  }
  for (const garbage of ['x', '%%%', '', 'eyJ', '\u0000']) {
    test(`garbage: ${JSON.stringify(garbage)}`, async () => {
      await member.refused(400, key, { query: { after: garbage } })
    })
  }
})

describe('counts', () => {
  test('a filtered list counts no further than a thousand unless asked to', async () => {
    const query = { 'last_name[not]': 'nobody at all', limit: 1 }
    const exact = await member.ok(key, { query: { ...query, count: 'exact' } })
    const live = CUSTOMERS - Math.floor(CUSTOMERS / 11)
    assert.deepEqual(exact.total, { count: live, exact: true })
    const capped = await member.ok(key, { query })
    assert.deepEqual(capped.total, { count: 1_000, exact: false })
    const none = await member.ok(key, { query: { ...query, count: 'none' } })
    assert.equal(none.total, null)
  })

  test('the whole list is counted exactly', async () => {
    const { total } = await member.ok(key, { query: { limit: 1 } })
    assert.deepEqual(total, { count: CUSTOMERS - Math.floor(CUSTOMERS / 11), exact: true })
  })
})

describe('fields', () => {
  test('only what was asked for comes, and the id', async () => {
    const { items } = await member.ok(key, { query: { fields: 'last_name,company_name', limit: 3 } })
    assert.equal(items.length, 3)
    for (const item of items) assert.deepEqual(Object.keys(item), ['id', 'last_name', 'company_name'])
  })

  for (const list of listCases) {
    test(`every selectable field of ${list.key} can be had alone`, async () => {
      for (const field of list.selectable) {
        const { items } = await member.ok(list.key, { query: { fields: field, limit: 2 } })
        assert.equal(items.length, 2)
        for (const item of items) assert.deepEqual(Object.keys(item), [...new Set(['id', field])])
      }
    })
  }
})

test('a look-up by name comes in the order of the names', async () => {
  const { items } = await member.ok(key, { query: { 'last_name[prefix]': 'o', limit: 200 } })
  const names = items.map(({ last_name }) => last_name)
  assert.deepEqual(new Set(names), new Set(['Özil', 'o’Neil']))
  assert.deepEqual(
    names,
    [...names].sort((a, b) => Number(a === 'Özil') - Number(b === 'Özil')),
  )
})

describe('words to search for', () => {
  test('keep only what the search finds, together with the filters', async () => {
    const seller = await (await createWorkspace(app, 'Searching')).join('representative')
    const create = (first_name: string, city: string) =>
      seller.ok('POST /api/customers', { body: { first_name, last_name: 'Quince', city } })
    const [ann, bob] = [await create('Ann', 'Oslo'), await create('Bob', 'Lyon')]
    await seller.ok('POST /api/customers', { body: { last_name: 'Plum', city: 'Oslo' } })
    const idsOf = async (query: Record<string, string>) => {
      const { items, total } = await seller.ok(key, { query: { sort: 'first_name', ...query } })
      assert.deepEqual(total, { count: items.length, exact: true })
      return items.map(({ id }) => id)
    }
    assert.deepEqual(await idsOf({ q: 'quince' }), [ann.id, bob.id])
    assert.deepEqual(await idsOf({ q: 'quince', sort: '-first_name' }), [bob.id, ann.id])
    assert.deepEqual(await idsOf({ q: 'qui', city: 'Oslo' }), [ann.id])
    assert.deepEqual(await idsOf({ q: 'zzzzzz' }), [])
  })
})
