import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { businessTables } from '../../src/visible.ts'
import { startTestApp, type TestApp } from '../fixtures/app.ts'
import { captureSql, type Statement } from '../fixtures/captured-sql.ts'
import { type RequestParts, workspaceOf } from '../fixtures/workspace.ts'
import { createTheirs, routeCases, SECRET, type Theirs } from './route-cases.ts'

let app: TestApp
let ours: Theirs
let statements: Statement[]
before(async () => {
  app = await startTestApp()
  statements = captureSql()
  ours = await createTheirs(app)
})
after(() => app.close())

/** What comes after a table where it has no other name in the statement. */
const KEYWORD =
  /^(where|set|on|as|join|left|inner|cross|order|group|limit|for|union|using|returning|select|and)$/i
const NAMED = new RegExp(
  `\\b(?:FROM|JOIN|UPDATE|USING)\\s+"?(${businessTables.join('|')})"?(?!["\\w])(?:\\s+(?:AS\\s+)?"?(\\w+)"?)?`,
  'gi',
)

/** The names by which a statement reads business tables. */
function namesIn(text: string): string[] {
  return [...text.matchAll(NAMED)].map(([, table = '', alias = '']) =>
    alias === '' || KEYWORD.test(alias) ? table : alias,
  )
}

function unseen({ text }: Statement): string[] {
  // Whoever signs in is told which representative they are: before that there is nobody who could see anything.
  if (/^select .* from "memberships" as "m".*left join "sales_representatives"/.test(text)) return []
  // Whoever may import may see all, and is told what became of the orders of an import.
  if (/\bheld_orders\b/.test(text)) return []
  return namesIn(text)
    .filter((name) => !text.includes(`/* visible ${name} */`))
    .map((name) => `${name}: ${text}`)
}

/** What the routes of `routeCases` leave out, as these speak of records that the asker does not see. */
const furtherCases: [key: string, parts: (ours: Theirs) => RequestParts][] = [
  ['DELETE /api/orders/:id', ({ order }) => ({ params: { id: order } })],
  ['POST /api/orders/:id/restore', ({ order }) => ({ params: { id: order }, query: { duplicates: 'drop' } })],
  [
    'DELETE /api/customers/:id',
    ({ customer }) => ({ params: { id: customer }, query: { take_over: 'nobody' } }),
  ],
  [
    'POST /api/customers/:id/restore',
    ({ customer }) => ({ params: { id: customer }, query: { duplicates: 'drop' } }),
  ],
  [
    'DELETE /api/companies/:id',
    ({ company }) => ({ params: { id: company }, query: { take_over: 'nobody' } }),
  ],
  ['POST /api/companies/:id/restore', ({ company }) => ({ params: { id: company } })],
  [
    'PATCH /api/orders/:id',
    ({ order, product }) => ({
      params: { id: order },
      body: { version: 1, items: [{ product_id: product, quantity: 2 }] },
    }),
  ],
  ['PATCH /api/workspace', () => ({ body: { version: 1, unique_customer_emails: true } })],
  ['GET /api/customers', () => ({ query: { q: SECRET, at: 1, email: 'a@b.co', phone: '+49 30 1' } })],
  ['GET /api/customers', () => ({ query: { city: 'Oslo', 'last_name[prefix]': 'z', count: 'exact' } })],
  ['GET /api/search', () => ({ query: { q: `${SECRET} spice` } })],
  ['GET /api/trash/:kind', () => ({ params: { kind: 'orders' } })],
  ['POST /api/trash/:kind', ({ product }) => ({ params: { kind: 'products' }, body: { ids: [product] } })],
  [
    'POST /api/trash/:kind/purge',
    ({ product }) => ({ params: { kind: 'products' }, body: { ids: [product] } }),
  ],
  [
    'POST /api/trash/:kind',
    ({ customer }) => ({ params: { kind: 'customers' }, body: { ids: [customer], take_over: 'nobody' } }),
  ],
  [
    'POST /api/trash/:kind/purge',
    ({ customer }) => ({ params: { kind: 'customers' }, body: { ids: [customer] } }),
  ],
]

test('every statement of a route that names a business table says which of its rows the person may see', async () => {
  const { workspaceId } = ours.member.scope
  const cases = [
    ...Object.entries(routeCases).map(([key, { parts }]) => [key, parts?.(ours)] as const),
    ...furtherCases.map(([key, parts]) => [key, parts(ours)] as const),
  ]
  for (const [key, parts] of cases) {
    // A session of its own, as some of the routes end one.
    const member = await workspaceOf(app, workspaceId).join('owner')
    const { status, text } = await member.send(key, parts)
    assert.ok(status < 500, `${key} answered ${status}: ${text}`)
  }
  const reading = statements.filter(({ text }) => namesIn(text).length > 0)
  const distinct = new Map(reading.map((statement) => [statement.text, statement]))
  assert.ok(distinct.size > 100, `only ${distinct.size} statements were looked at`)
  const read = new Set(
    [...distinct.keys()].flatMap((text) => businessTables.filter((name) => text.includes(name))),
  )
  assert.deepEqual([...read].toSorted(), [...businessTables].toSorted())
  assert.deepEqual([...distinct.values()].flatMap(unseen), [])
})
