import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import type { Response } from '../api.ts'
import { openListMemory } from '../cache/list-memory.ts'
import { customerSource } from '../customers/queries.ts'
import { kindParts } from '../kinds.ts'
import { search } from '../search/queries.ts'
import { readPage } from './list.ts'
import type { AnyListQuery, ListReader } from './list-source.ts'

const RUNS = 60

let app: TestApp
let member: Member
let workspaceId: number
let reader: ListReader
before(async () => {
  const listMemory = openListMemory()
  app = await startTestApp()
  reader = { db: app.db, listMemory }
  const workspace = await createWorkspace(app)
  workspaceId = workspace.id
  member = await workspace.join('representative')
})
beforeEach(() => sql`DELETE FROM customers`.execute(app.db))
after(() => app.close())

interface Person {
  first_name: string
  last_name: string
  email: string | null
  phone: string | null
  city: string | null
  trashed: boolean
}

/** Adds people; returns their ids in the same order. */
async function add(people: readonly Partial<Person>[], workspace = workspaceId): Promise<number[]> {
  const ids: number[] = []
  for (const {
    first_name = '',
    last_name = '',
    email = null,
    phone = null,
    city = null,
    trashed = false,
  } of people) {
    const { rows } = await sql<{ id: number }>`
      INSERT INTO customers (workspace_id, first_name, last_name, email, phone, city, deleted_at)
      VALUES (${workspace}, ${first_name}, ${last_name}, ${email}, ${phone}, ${city}, ${trashed ? new Date().toISOString() : null})
      RETURNING id`.execute(app.db)
    ids.push(rows[0]?.id ?? 0)
  }
  return ids
}

/** Inserts `n` customers called `last_name`, all at once. */
async function addMany(n: number, last_name: string, city = 'Oslo'): Promise<void> {
  await sql`INSERT INTO customers (workspace_id, first_name, last_name, city)
    SELECT ${workspaceId}, 'N' || i, ${last_name}, ${city} FROM generate_series(1, ${n}::int) i`.execute(
    app.db,
  )
}

type Query = AnyListQuery
type Page = Response<'GET /api/customers'>

/** A page by the query function: answers over HTTP may be remembered, as this file writes by SQL. */
async function page(query: Query): Promise<Page> {
  return readPage(reader, customerSource, member.scope, query)
}

/** All ids of the list by its cursors, and what its first page says of the number. */
async function walk(query: Query, direction: 'after' | 'before' = 'after'): Promise<number[]> {
  const link = direction === 'after' ? 'next_cursor' : 'previous_cursor'
  let current = await page(direction === 'before' ? { ...query, before: 'end' } : query)
  const pages = [current.items]
  for (let cursor = current[link]; cursor !== null; cursor = current[link]) {
    current = await page({ ...query, [direction]: cursor })
    pages.push(current.items)
  }
  return (direction === 'before' ? pages.reverse() : pages).flat().map(({ id }) => id)
}

// Names of at most three letters: there is no guessing what a shorter word may have meant.
const names = ['al', 'ali', 'bo', 'bob', 'cy', 'a', 'li', 'al-bo', 'de li', 'Ål']
const people = fc.array(
  fc.record({
    first_name: fc.constantFrom('', ...names),
    last_name: fc.constantFrom(...names),
    email: fc.constantFrom(null, 'al@x.example', 'bo.cy@y.example', 'li@al.example'),
    phone: fc.constantFrom(null, '+49 30 1234567', '+49 170 99', '030 44 55 66'),
    city: fc.constantFrom(null, 'Oslo', 'Lyon'),
    trashed: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  }),
  { maxLength: 40 },
)
const questions = fc.constantFrom(
  ...[
    'a',
    'al',
    'AL ',
    'ali',
    'bob',
    'b c',
    'al bo',
    'bo al',
    'li x',
    'de',
    'y.example',
    'bo.cy',
    'zz',
    'ål',
    'al-bo',
  ],
  ...[
    '+49 30 12',
    '030 123',
    '4930',
    '99',
    '49',
    '44 55',
    '0445',
    'al 49',
    '30 al',
    '0049 170',
    'x',
    'albo',
    '...',
  ],
)
const question = fc.record({
  q: questions,
  sort: fc.constantFrom('created_at', '-created_at', 'last_name', '-first_name', 'email'),
  city: fc.constantFrom(undefined, 'Oslo'),
  limit: fc.integer({ min: 1, max: 12 }),
  at: fc.nat({ max: 30 }),
})

const folded = (text: string) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')
const stripped = (digits: string) => digits.replace(/^0+(?=\d)/, '')

/** What a person is found by, said once more in the plainest way. */
function wordsOf({ first_name, last_name, email, phone }: Person): string[] {
  const name = folded(`${first_name} ${last_name}`)
  const words = [...name.split(/[ -]+/), ...name.split(/ +/).map((word) => word.replaceAll('-', ''))]
  const parts = email?.split(/[.@]/) ?? []
  const addresses = parts.slice(0, -1).map((_, n) => parts.slice(n).join(''))
  const groups = phone?.match(/\d+/g) ?? []
  const numbers = groups
    .map((_, n) => groups.slice(n).join(''))
    .filter((text, n) => n === 0 || text.length >= 4)
  return [...words, ...addresses, ...numbers.map((text) => text.replace(/^0+/, ''))].filter(
    (word) => word !== '',
  )
}

/** What was typed can be a number, words, or words in parts; the first of these that anybody meets is meant. */
function meet(living: Person[], q: string): Person[] {
  const terms = (text: string) => folded(text).trim().split(/ +/).filter(Boolean).map(stripped)
  const digits = /^[\d\s()+./-]+$/.test(q) ? q.replace(/\D/g, '').replace(/^0+/, '') : ''
  const national = [1, 2, 3].map((n) => digits.slice(n).replace(/^0+/, '')).filter((rest) => rest.length >= 6)
  const numbers = digits.length >= 3 ? [digits, ...national] : []
  const readings = [
    ...numbers.map((number) => [number]),
    terms(q.replaceAll(/[-.@+]/g, '')),
    terms(q.replaceAll(/[-.@+]/g, ' ')),
  ].filter((reading) => reading.length > 0)
  for (const reading of readings) {
    const met = living.filter((person) => {
      const words = wordsOf(person)
      return reading.every((term) => words.some((word) => word.startsWith(term)))
    })
    if (met.length > 0) return met
  }
  return []
}

describe('a search in a list is the list', () => {
  test('whoever meets the words is in it, in its order, each once, however it is paged, counted and filtered', async () => {
    await fc.assert(
      fc.asyncProperty(people, fc.array(question, { minLength: 1, maxLength: 4 }), async (given, asked) => {
        await sql`DELETE FROM customers`.execute(app.db)
        const ids = await add(given)
        const idOf = new Map<Person, number | undefined>(given.map((person, n) => [person, ids[n]]))
        const living = given.filter(({ trashed }) => !trashed)
        for (const { q, sort, city, limit, at } of asked) {
          const filters = { sort, ...(city && { city }) }
          const met = new Set(meet(living, q).map((person) => idOf.get(person)))
          const whole = await page({ ...filters, limit: 200 })
          const expected = whole.items.map(({ id }) => id).filter((id) => met.has(id))
          const query = { ...filters, q, limit }
          assert.deepEqual(await walk(query), expected, 'forwards')
          assert.deepEqual(await walk(query, 'before'), expected, 'backwards')
          const jumped = await page({ ...query, at })
          assert.deepEqual(
            jumped.items.map(({ id }) => id),
            expected.slice(at, at + limit),
            `at ${at}`,
          )
          assert.deepEqual(jumped.total, { count: expected.length, exact: true })
          const hits = await search(app.db, member.scope, { q, kind: 'customer', limit: 200 }, kindParts)
          assert.deepEqual(new Set(hits.map(({ id }) => id)), met, 'the search finds the same')
        }
      }),
      { numRuns: RUNS, seed: 20_261_125 },
    )
  })

  test('with more than a thousand: counted to a thousand, or exactly when asked to', async () => {
    await addMany(1_246, 'Smith')
    await addMany(20, 'Smith', 'Lyon')
    await addMany(50, 'Jones')
    const total = async (query: Query) => (await page({ ...query, limit: 1 })).total
    assert.deepEqual(await total({ q: 'smith' }), { count: 1_000, exact: false })
    assert.deepEqual(await total({ q: 'smith', count: 'exact' }), { count: 1_266, exact: true })
    assert.deepEqual(await total({ q: 'smith', count: 'exact', city: 'Oslo' }), { count: 1_246, exact: true })
    assert.deepEqual(await total({ q: 'smith', city: 'Lyon' }), { count: 20, exact: true })
    assert.deepEqual(await total({ q: 'smith', 'last_name[prefix]': 'jo' }), { count: 0, exact: true })
  })

  test('the 201st, the 1,001st and the last are reached like any other', async () => {
    await addMany(1_246, 'Smith')
    const ids = await walk({ q: 'smith', limit: 200, sort: 'created_at' })
    assert.equal(new Set(ids).size, 1_246)
    assert.deepEqual(await walk({ q: 'smith', limit: 200, sort: 'created_at' }, 'before'), ids)
    for (const at of [200, 500, 1_000, 1_245]) {
      const { items } = await page({ q: 'smith', sort: 'created_at', at, limit: 1 })
      assert.deepEqual(
        items.map(({ id }) => id),
        [ids[at]],
        `at ${at}`,
      )
    }
  })

  test('records written between two pages move no other', async () => {
    await addMany(30, 'Smith')
    const query = { q: 'smith', sort: '-created_at', limit: 10 }
    const first = await page(query)
    await addMany(5, 'Smith')
    const [gone, kept] = [first.items[0]?.id ?? 0, first.items.map(({ id }) => id)]
    await sql`UPDATE customers SET deleted_at = now() WHERE id = ${gone}`.execute(app.db)
    const second = await page({ ...query, after: first.next_cursor ?? '' })
    const third = await page({ ...query, after: second.next_cursor ?? '' })
    const seen = [...kept, ...second.items.map(({ id }) => id), ...third.items.map(({ id }) => id)]
    assert.equal(new Set(seen).size, 30)
    assert.equal(third.next_cursor, null)
    const again = await page(query)
    assert.ok(!again.items.some(({ id }) => id === gone))
    assert.deepEqual(again.total, { count: 34, exact: true })
  })
})

describe('what was typed wrongly', () => {
  test('is searched for in its nearest spelling, and the answer says so', async () => {
    const [id] = await add([{ first_name: 'Maria', last_name: 'Schmidt', city: 'Oslo' }])
    await add([{ first_name: 'Maria', last_name: 'Jones' }])
    const { items, searched_for } = await page({ q: 'maria schmitd' })
    assert.deepEqual([items.map((item) => item.id), searched_for], [[id], 'maria schmidt'])
    const right = await page({ q: 'maria schmidt' })
    assert.deepEqual([right.items.map((item) => item.id), right.searched_for], [[id], null])
  })

  test('is not guessed where anybody meets it, though the filters keep nobody', async () => {
    await add([
      { last_name: 'Schmidt', city: 'Oslo' },
      { last_name: 'Schmitd', city: 'Lyon' },
    ])
    const { items, total, searched_for } = await page({ q: 'schmitd', city: 'Oslo' })
    assert.deepEqual([items, total, searched_for], [[], { count: 0, exact: true }, null])
  })

  test('finds nothing where nothing is near', async () => {
    await add([{ last_name: 'Schmidt' }])
    for (const q of ['xyzzyplugh', '%', '\u0000', '()', '💥']) {
      const found = await page({ q })
      const nothing = { items: [], next_cursor: null, previous_cursor: null, searched_for: null }
      assert.deepEqual(found, { ...nothing, total: { count: 0, exact: true } }, q)
    }
    const uncounted = await page({ q: 'xyzzyplugh', count: 'none' })
    assert.equal(uncounted.total, null)
  })
})

describe('every kind of record', () => {
  test('orders by their number, also in parts', async () => {
    const order = async (order_number: string) => {
      const { rows } = await sql<{ id: number }>`
        INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits)
        VALUES (${workspaceId}, ${order_number}, '2026-01-01', 'EUR', 2) RETURNING id`.execute(app.db)
      return rows[0]?.id ?? 0
    }
    const [one, two] = [await order('SO-2025-0017'), await order('SO-2025-0018')]
    const found = async (q: string) => {
      const { items } = await member.ok('GET /api/orders', { query: { q, sort: 'order_number' } })
      return items.map(({ id }) => id)
    }
    assert.deepEqual(await found('SO 2025'), [one, two])
    assert.deepEqual(await found('2025 0018'), [two])
    assert.deepEqual(await found('18'), [two])
    assert.deepEqual(await found('so'), [one, two])
    assert.deepEqual(await found('2024'), [])
  })

  test('another workspace and the trash stay out', async () => {
    const other = await createWorkspace(app, 'Other')
    await add([{ last_name: 'Hidden' }], other.id)
    await add([{ last_name: 'Hidden', trashed: true }])
    const { items } = await page({ q: 'hidden' })
    assert.deepEqual(items, [])
  })
})
