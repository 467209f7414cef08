import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import type { FieldKind, ImportableField, ImportableName } from './mapping/objects.ts'
import { importableObjects } from './mapping/objects.ts'
import { parseMapping } from './mapping/read-mapping.ts'
import { runImport } from './run-import.ts'

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('owner')
})
after(() => app.close())

/** What a record needs to be made, for the API and, by the names of columns, for a file. */
const needed: Record<ImportableName, Record<string, string>> = {
  sales_representatives: { last_name: 'Lee' },
  companies: { name: 'Acme' },
  customers: { last_name: 'Lee' },
  products: { product_name: 'Tea', unit_price: '2.5' },
  orders: { order_number: 'A', order_date: '2026-11-02' },
  order_items: {},
  interactions: { kind: 'call', occurred_at: '2026-11-02T10:00:00Z' },
}

const paths = {
  sales_representatives: 'sales-representatives',
  companies: 'companies',
  customers: 'customers',
  products: 'products',
  orders: 'orders',
  interactions: 'interactions',
} as const
type Walked = keyof typeof paths

const TEXTS = [
  'Ann',
  '  Ann  ',
  'Ann\u200b',
  'Jose\u0301',
  'a\tb',
  'a\u000bb',
  'one\ntwo',
  '\u202a+49 30 123\u202c',
  'M\ufffdller',
  'a\0b',
  '👩‍👩‍👧',
  'می‌خواهم',
  '="1"&A1',
]
const values: Partial<Record<FieldKind, readonly string[]>> = {
  line: [...TEXTS, 'x'.repeat(10_001)],
  text: [...TEXTS, 'x'.repeat(50_001)],
  email: [
    'ann@example.com',
    'Ann@Example.com ',
    'x@example.com\u200b',
    'info@müller-bau.de',
    'jürgen@example.com',
    '.ann@example.com',
    'ann@-example.com',
    'user@[192.168.1.1]',
    'a@x.com; b@x.com',
    'nobody',
    `${'a'.repeat(64)}@example.com`,
    `${'a'.repeat(65)}@example.com`,
  ],
  pattern: [
    'example.com',
    'sub.example.co.uk',
    'http://example.com',
    'example',
    '-a.com',
    'müller.de',
    'a b.com',
  ],
  integer: ['0', '1', '5', '-1', '3', '4', '10080', '10081', '2147483648', '99999999999'],
  decimal: [
    '0',
    '0.5',
    '1',
    '1.5',
    '-1',
    '12.3456',
    '1.23456',
    '99999999999999',
    '100000000000000',
    '1000001',
  ],
  date: [
    '2026-11-02',
    '2024-02-29',
    '2025-02-29',
    '2026-13-01',
    '1899-12-31',
    '1900-01-01',
    '2199-12-31',
    '2200-01-01',
  ],
}

let count = 0

/** What the API makes of a value, as it is stored; undefined if it refuses it. */
async function byApi(name: Walked, field: ImportableField, value: unknown): Promise<unknown> {
  const path = paths[name]
  const owner = name === 'interactions' ? { customer_id: await customerId() } : {}
  const items = name === 'orders' ? { items: [{ product_id: await productId(), quantity: '1' }] } : {}
  const own = name === 'orders' ? { order_number: `API-${++count}` } : {}
  const body = { ...needed[name], ...own, ...owner, ...items, [field.name]: value }
  const { status, text } = await member.send(`POST /api/${path}`, { body })
  if (status === 201) return (JSON.parse(text) as Record<string, unknown>)[field.name]
  assert.ok(status === 400 || status === 409 || status === 422, `${name}.${field.name}: ${status} ${text}`)
  return undefined
}

let product: number | undefined
async function productId(): Promise<number> {
  product ??= (await member.ok('POST /api/products', { body: { ...needed.products, currency: 'EUR' } })).id
  return product
}

let customer: number | undefined
async function customerId(): Promise<number> {
  customer ??= (await member.ok('POST /api/customers', { body: needed.customers })).id
  return customer
}

/** What the importer makes of each value, likewise. */
async function byImporter(
  name: Walked,
  field: ImportableField,
  given: readonly string[],
): Promise<unknown[]> {
  const column = (text: string) => `"${text.replaceAll('"', '""')}"`
  const constants = Object.fromEntries(
    Object.entries(needed[name])
      .filter(([each]) => each !== field.name)
      .map(([each, constant]) => [each, { constant }]),
  )
  const own = name === 'orders' && field.name !== 'order_number' ? { order_number: 'id' } : {}
  const owners =
    name === 'interactions'
      ? [{ object: 'customers', external_id: 'one', shared: true, fields: { last_name: 'one' } }]
      : []
  const record = {
    object: name,
    external_id: 'id',
    fields: {
      ...constants,
      ...own,
      ...(owners.length > 0 ? { customer_id: 'one' } : {}),
      [field.name]: 'value',
    },
  }
  const run = `walk-${++count}`
  const mapping = { name: run, files: [{ file: 'a.csv', delimiter: ',', records: [...owners, record] }] }
  const rows = given.map((value, index) => `${run}-${index},x,${column(value)}\n`).join('')
  const result = await runImport({
    db: app.db,
    pool: app.pool,
    workspaceId: member.scope.workspaceId,
    userId: null,
    mapping: parseMapping(JSON.stringify(mapping), 'The mapping'),
    openFile: () => Readable.from([Buffer.from(`id,one,value\n${rows}`)]),
  })
  assert.equal(result.failure, null, `${name}.${field.name}`)
  const stored = new Map<string, unknown>()
  const { rows: found } = await app.pool.query<{ external_id: string; value: unknown }>(
    `SELECT e.external_id, t.${field.name} AS value FROM external_ids e
     JOIN ${name} t ON t.workspace_id = e.workspace_id AND t.id = e.entity_id
     WHERE e.workspace_id = $1 AND e.source = $2 AND e.object = $3`,
    [member.scope.workspaceId, run, name],
  )
  for (const { external_id, value } of found) stored.set(external_id, value)
  // What must be unique is taken by the other door too.
  await app.pool.query(
    `UPDATE ${name} SET deleted_at = now() WHERE workspace_id = $1 AND id IN (
       SELECT entity_id FROM external_ids WHERE workspace_id = $1 AND source = $2 AND object = $3)`,
    [member.scope.workspaceId, run, name],
  )
  return given.map((_, index) => stored.get(`${run}-${index}`))
}

/** Decimals have more than one spelling. */
function plain(kind: FieldKind, value: unknown): unknown {
  return kind === 'decimal' && value !== undefined && value !== null ? Number(value) : value
}

function forApi(kind: FieldKind, value: string): unknown {
  return kind === 'integer' ? Number(value) : value
}

/** What a file may not leave to the moment in which it is read, or gives in a way of its own. */
const walked = (Object.keys(paths) as Walked[]).flatMap(
  (
    name, // Object.keys knows strings only.
  ) =>
    [...importableObjects[name].fields.values()]
      // A discount is judged with the lines of its order; see whole-orders.test.ts.
      .filter(({ kind, name: field }) => values[kind] && field !== 'discount_amount')
      .map((field) => ({ name, field })),
)

describe('what the API takes the importer takes, as the same value, and what it refuses the importer refuses', () => {
  for (const { name, field } of walked) {
    test(`${name}: ${field.name}`, async () => {
      const isUnique = field.name === 'sku' || field.name === 'order_number'
      const given = (values[field.kind] ?? []).map((value, index) => (isUnique ? `${index} ${value}` : value))
      const imported = await byImporter(name, field, given)
      for (const [index, value] of given.entries()) {
        const expected = await byApi(name, field, forApi(field.kind, value))
        assert.deepEqual(
          plain(field.kind, imported[index]),
          plain(field.kind, expected),
          `${name}.${field.name} of ${JSON.stringify(value.slice(0, 60))}`,
        )
      }
    })
  }

  test('any text at all', async () => {
    const field = importableObjects.customers.fields.get('job_title')
    assert.ok(field)
    const awkward = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom('a', ' ', '\t', '\u200b', '\u200d', 'e\u0301', '\ufeff', '\u00ad'),
        maxLength: 6,
      }),
    )
    const texts = fc.sample(awkward, 150).filter((text) => text.isWellFormed() && text.trim() !== '')
    const imported = await byImporter('customers', field, texts)
    for (const [index, text] of texts.entries()) {
      const expected = await byApi('customers', field, text)
      // Nothing that people see is no value: '' for the API where it may be so, nothing in a file.
      assert.equal(imported[index] ?? '', expected ?? '', JSON.stringify(text))
    }
  })
})
