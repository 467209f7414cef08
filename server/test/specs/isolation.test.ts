import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { recordTables, roles } from '../../src/vocabulary.ts'
import { startTestApp, type TestApp } from '../fixtures/app.ts'
import { createWorkspace, problemOf, request, type TestWorkspace } from '../fixtures/workspace.ts'
import { createTheirs, type RouteCase, rolesWith, routeCases, SECRET, type Theirs } from './route-cases.ts'

/** Tables with a workspace_id, of which none may change by what another workspace does. */
const tables = [
  ...recordTables,
  'order_items',
  'change_events',
  'imports',
  'memberships',
  'invitations',
  'sessions',
]

let app: TestApp
let ours: TestWorkspace
let theirs: Theirs
let untouched: string[]
before(async () => {
  app = await startTestApp()
  theirs = await createTheirs(app)
  ours = await createWorkspace(app, 'Ours')
  untouched = await contents()
})
after(() => app.close())

/** A fingerprint of each table's rows of their workspace. */
async function contents(): Promise<string[]> {
  const { workspaceId } = theirs.member.scope
  const fingerprints = tables.map(async (table) => {
    const { rows } = await sql<{ n: number; print: string }>`
      SELECT count(*) AS n, md5(string_agg(t::text, ',' ORDER BY t::text)) AS print
      FROM ${sql.table(table)} t WHERE workspace_id = ${workspaceId}`.execute(app.db)
    assert.ok((rows[0]?.n ?? 0) > 0, `their workspace has no ${table}`)
    return `${table} ${rows[0]?.print}`
  })
  return Promise.all(fingerprints)
}

/** "GET /api/customers/:id" of every operation of the OpenAPI document. */
function documentedRoutes(): string[] {
  // OpenAPI 3.1, whose paths are objects of methods.
  const { paths } = app.app.swagger() as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
}

function partsOf(routeCase: RouteCase) {
  return routeCase.parts?.(theirs) ?? {}
}

const cases = Object.entries(routeCases)
const closed = cases.filter(([, { access }]) => access !== 'public')

test('every route of the API is looked at here', () => {
  assert.deepEqual(documentedRoutes().toSorted(), Object.keys(routeCases).toSorted())
})

describe('an owner of one workspace gets nothing of another', () => {
  for (const [key, routeCase] of cases) {
    test(`${key} is ${routeCase.status}`, async () => {
      const owner = await ours.join('owner')
      if (key.startsWith('GET') && routeCase.status === 200) await theirs.member.send(key, partsOf(routeCase))
      const answer = await owner.send(key, partsOf(routeCase))
      assert.equal(answer.status, routeCase.status, answer.text)
      for (const secret of [SECRET, SECRET.toLowerCase(), theirs.member.scope.userId]) {
        assert.ok(!answer.text.includes(secret), answer.text)
      }
      if (answer.status >= 400) problemOf(answer, routeCase.status, key)
    })
  }

  test('and references to their records are refused by name', async () => {
    const owner = await ours.join('owner')
    const refused: [key: string, path: string][] = [
      ['POST /api/customers', '/company_id'],
      ['POST /api/customers', '/assigned_sales_rep_id'],
      ['POST /api/sales-representatives', '/manager_id'],
      ['POST /api/orders', '/customer_id'],
      ['POST /api/interactions', '/customer_id'],
    ]
    for (const [key, path] of refused) {
      const { errors } = await owner.refused(400, key, routeCases[key]?.parts?.(theirs))
      assert.ok(
        errors.some((error) => error.path === path),
        `${key}: ${JSON.stringify(errors)}`,
      )
    }
    const items = [{ product_id: theirs.product, quantity: 1 }]
    const { errors } = await owner.refused(400, 'POST /api/orders', { body: { items } })
    assert.equal(errors[0]?.path, '/items/0/product_id')
  })

  test('and filters by their records find nothing', async () => {
    const owner = await ours.join('owner')
    for (const query of [{ company_id: theirs.company }, { assigned_sales_rep_id: theirs.representative }]) {
      const { items, total } = await owner.ok('GET /api/customers', { query })
      assert.deepEqual([items, total?.count], [[], 0])
    }
  })
})

describe('without a session', () => {
  for (const [key, routeCase] of closed) {
    test(`${key} is 401`, async () => {
      const sessions: Record<string, string>[] = [
        {},
        { cookie: 'rapport.session_token=forged.c2lnbmF0dXJl' },
        { cookie: theirs.member.session.cookie?.slice(0, -4) ?? '' },
        { authorization: 'Bearer anything' },
      ]
      for (const session of sessions) {
        problemOf(await request(app.url, key, partsOf(routeCase), session), 401, key)
      }
    })
  }
})

describe('a role that lacks the right gets 403, every other gets through', () => {
  for (const [key, routeCase] of closed) {
    const allowed: readonly string[] = rolesWith[routeCase.access as keyof typeof rolesWith] // public was left out
    test(`${key}: ${allowed.join(', ')}`, async () => {
      for (const role of roles) {
        const member = await ours.join(role)
        const answer = await member.send(key, partsOf(routeCase))
        const forbidden = answer.status === 403 && answer.text.includes('#forbidden"')
        assert.equal(forbidden, !allowed.includes(role), `${role}: ${answer.status} ${answer.text}`)
      }
    })
  }
})

test('after all of this nothing in the other workspace has changed', async () => {
  assert.deepEqual(await contents(), untouched)
})
