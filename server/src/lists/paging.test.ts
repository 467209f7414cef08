import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import {
  filterValue,
  type ListCase,
  listCases,
  meets,
  type PlainRow,
  parameter,
  plainRows,
} from '../../test/specs/list-cases.ts'
import { filterOperators } from './schema.ts'

const CUSTOMERS = 1_400
const RUNS = 25
const COUNT_CAP = 1_000

interface Page {
  items: { id: number }[]
  next_cursor: string | null
  previous_cursor: string | null
  total: { count: number; exact: boolean } | null
}

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  for (const name of ['Asked', 'Other']) {
    const workspace = await createWorkspace(app, name)
    await fillWorkspace(app.db, workspace.id, CUSTOMERS)
    member ??= await workspace.join('read_only')
  }
})
after(() => app.close())

async function page(list: ListCase, query: Record<string, string | number | boolean>): Promise<Page> {
  return (await member.ok(list.key, { query })) as Page // All lists have this shape.
}

/** Follows the cursors from a first page to the last; the ids in the order in which they came. */
async function walk(
  list: ListCase,
  query: Record<string, string | number | boolean>,
  direction: 'after' | 'before',
): Promise<number[]> {
  const link = direction === 'after' ? 'next_cursor' : 'previous_cursor'
  let current = await page(list, direction === 'before' ? { ...query, before: 'end' } : query)
  const pages = [current.items]
  while (current[link] !== null) {
    current = await page(list, { ...query, [direction]: current[link] })
    assert.ok(current.items.length > 0, 'a cursor led to an empty page')
    pages.push(current.items)
  }
  return (direction === 'before' ? pages.reverse() : pages).flat().map(({ id }) => id)
}

interface Asked {
  query: Record<string, string | number | boolean>
  /** The ids that the list must have. */
  expected: number[]
}

/** What the numbers of a run ask for: a sort, up to three filters made of the values of rows, and a limit. */
async function ask(list: ListCase, { sort, filters, limit }: Picks): Promise<Asked> {
  const sorts = Object.keys(list.orders).flatMap((name) => [name, `-${name}`])
  const sortName = sorts[sort % sorts.length] ?? ''
  const rows = await plainRows(app.db, list, member.scope.workspaceId, sortName)
  const query: Asked['query'] = { sort: sortName, limit }
  let kept: PlainRow[] = rows
  for (const [fieldPick, operatorPick, onePick, otherPick] of filters) {
    const fields = Object.keys(list.filters)
    const field = fields[fieldPick % fields.length] ?? ''
    const operators = filterOperators[list.filters[field]?.kind ?? 'text']
    const operator = operators[operatorPick % operators.length] ?? 'eq'
    const [one, other] = [rows[onePick % rows.length], rows[otherPick % rows.length]]
    const value = one && other && filterValue(list, field, operator, [one, other])
    if (value === undefined || query[parameter(field, operator)] !== undefined) continue
    query[parameter(field, operator)] = value
    kept = kept.filter((row) => meets(list, row, field, operator, value))
  }
  return { query, expected: kept.map(({ id }) => id) }
}

const nat = fc.nat({ max: 100_000 })
const picks = fc.record({
  sort: nat,
  filters: fc.array(fc.tuple(nat, nat, nat, nat), { maxLength: 3 }),
  limit: fc.integer({ min: 30, max: 200 }),
  at: fc.nat({ max: CUSTOMERS * 2 }),
})
type Picks = Pick<typeof picks extends fc.Arbitrary<infer P> ? P : never, 'sort' | 'filters' | 'limit'>

describe('whatever is asked for, the pages of a list are its rows in order, each once', () => {
  for (const list of listCases) {
    test(list.key, async () => {
      await fc.assert(
        fc.asyncProperty(picks, async (picked) => {
          const { query, expected } = await ask(list, picked)
          assert.deepEqual(await walk(list, query, 'after'), expected, 'forwards')
          assert.deepEqual(await walk(list, query, 'before'), expected, 'backwards')
          const jumped = await page(list, { ...query, at: picked.at })
          assert.deepEqual(
            jumped.items.map(({ id }) => id),
            expected.slice(picked.at, picked.at + picked.limit),
            `at ${picked.at}`,
          )
          const filtered = Object.keys(query).length > 2
          const capped = filtered && expected.length > COUNT_CAP
          assert.deepEqual(jumped.total, {
            count: capped ? COUNT_CAP : expected.length,
            exact: !capped,
          })
          const beyond = await page(list, { ...query, at: expected.length })
          assert.deepEqual(beyond, { ...beyond, items: [], total: jumped.total }, 'behind the last row')
          const counted = await page(list, { ...query, count: 'exact', limit: 1 })
          assert.deepEqual(counted.total, { count: expected.length, exact: true })
        }),
        { numRuns: RUNS, seed: 20_261_123 },
      )
    })
  }
})

describe('every filter of every list keeps exactly the rows that meet it', () => {
  for (const list of listCases) {
    test(list.key, async () => {
      const sort = Object.keys(list.orders)[0] ?? ''
      const rows = await plainRows(app.db, list, member.scope.workspaceId, sort)
      for (const [field, { kind }] of Object.entries(list.filters)) {
        for (const operator of filterOperators[kind]) {
          const found = rows.findIndex((row) => row[field] !== null && row[field] !== '')
          const [one, other] = [rows[found], rows[Math.floor(rows.length / 2)]]
          assert.ok(one && other)
          const value = filterValue(list, field, operator, [one, other])
          assert.notEqual(value, undefined, `${field}[${operator}] has no value to try`)
          const expected = rows.filter((row) => meets(list, row, field, operator, value ?? ''))
          const name = parameter(field, operator)
          const got = await page(list, { sort, limit: 200, count: 'exact', [name]: value ?? '' })
          assert.equal(got.total?.count, expected.length, `${name}=${value}`)
          assert.deepEqual(
            got.items.map(({ id }) => id),
            expected.slice(0, 200).map(({ id }) => id),
            `${name}=${value}`,
          )
        }
      }
    })
  }
})
