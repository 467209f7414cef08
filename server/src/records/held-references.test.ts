import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { untilWaiting } from '../../test/fixtures/waiting.ts'
import {
  type Answer,
  createWorkspace,
  type Member,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'
import { transaction } from '../db/database.ts'
import { kindParts } from '../kinds.ts'
import { purgeRecords } from '../trash/purge.ts'
import { kindOfPath, type RecordPath } from '../vocabulary.ts'
import { trashRecords } from './trash.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
})
after(() => app.close())

const made = async (key: string, body: object): Promise<number> => {
  const { status, text } = await member.send(key, { body })
  assert.equal(status, 201, text)
  return JSON.parse(text).id
}
const product = () => made('POST /api/products', { product_name: 'Lamp', unit_price: '3' })
const lines = async () => [{ product_id: await product(), quantity: 1 }]

/** The answer to a request that comes while a record goes to the trash, or is deleted for good, and not before. */
async function sentWhile(
  kind: RecordPath,
  id: number,
  send: () => Promise<Answer>,
  work: typeof trashRecords | typeof purgeRecords = trashRecords,
): Promise<Answer> {
  let answer: Promise<Answer> | undefined
  await transaction(app.db, async (tx) => {
    await work(tx, kindParts[kindOfPath[kind]].source, member.scope, [id], 'nobody')
    answer = send()
    await untilWaiting(app.pool, answer)
  })
  return answer as Promise<Answer> // The transaction ran once at least.
}

test('an order for a customer who goes to the trash at this moment is refused', async () => {
  const customer_id = await made('POST /api/customers', { last_name: 'Leaving' })
  const body = { customer_id, items: await lines() }
  const { status, text } = await sentWhile('customers', customer_id, () =>
    member.send('POST /api/orders', { body }),
  )
  assert.equal(status, 409, text)
  assert.match(text, /This customer is in the trash; restore it first\. Nothing was saved\./)
})

test('a customer of a company that goes to the trash at this moment is refused, new or changed', async () => {
  for (const send of [
    (company_id: number) => member.send('POST /api/customers', { body: { last_name: 'New', company_id } }),
    async (company_id: number, id: number) =>
      member.send('PATCH /api/customers/:id', { params: { id }, body: { version: 1, company_id } }),
  ]) {
    const company = await made('POST /api/companies', { name: 'Closing' })
    const other = await made('POST /api/customers', { last_name: 'Old' })
    const { status, text } = await sentWhile('companies', company, () => send(company, other))
    assert.equal(status, 409, text)
  }
})

test("an order gets neither a company nor a representative of its customer's that goes to the trash at this moment", async () => {
  const company_id = await made('POST /api/companies', { name: 'Closing' })
  const assigned_sales_rep_id = await made('POST /api/sales-representatives', { last_name: 'Leaving' })
  const customer_id = await made('POST /api/customers', {
    last_name: 'Staying',
    company_id,
    assigned_sales_rep_id,
  })
  const body = { customer_id, items: await lines() }
  const one = await sentWhile('companies', company_id, () => member.send('POST /api/orders', { body }))
  assert.equal(JSON.parse(one.text).company_id, null, one.text)
  const other = await sentWhile('sales-representatives', assigned_sales_rep_id, () =>
    member.send('POST /api/orders', { body }),
  )
  assert.equal(JSON.parse(other.text).sales_rep_id, null, other.text)
})

test('what a representative writes who goes to the trash at this moment is not theirs', async () => {
  const items = await lines()
  const customer_id = await made('POST /api/customers', { last_name: 'Staying' })
  for (const [key, body] of [
    ['POST /api/orders', { customer_id, items }],
    ['POST /api/interactions', { kind: 'call', customer_id }],
  ] as const) {
    const id = await made('POST /api/sales-representatives', {
      last_name: 'Leaving',
      user_id: member.scope.userId,
    })
    const { status, text } = await sentWhile('sales-representatives', id, () => member.send(key, { body }))
    assert.equal(status, 201, text)
    assert.equal(JSON.parse(text).sales_rep_id, null, key)
  }
})

test('an order with a product that is deleted for good at this moment is refused with its line', async () => {
  const items = await lines()
  const id = items[0]?.product_id ?? 0
  // Drafts keep a product that went to the trash after it came onto them.
  const order = await made('POST /api/orders', { items: await lines() })
  await member.ok('DELETE /api/products/:id', { params: { id } })
  const answer = await sentWhile(
    'products',
    id,
    () => member.send('PATCH /api/orders/:id', { params: { id: order }, body: { version: 1, items } }),
    purgeRecords,
  )
  assert.equal(answer.status, 400, answer.text)
  assert.equal(JSON.parse(answer.text).errors[0].path, '/items/0/product_id')
})

test('whoever takes over gets what is assigned at the same moment, or the assignment is refused', async () => {
  const [leaving, taking] = [
    await made('POST /api/sales-representatives', { last_name: 'Leaving' }),
    await made('POST /api/sales-representatives', { last_name: 'Taking' }),
  ]
  const id = await made('POST /api/customers', { last_name: 'Handed over', assigned_sales_rep_id: leaving })
  let answer: Promise<Answer> | undefined
  await transaction(app.db, async (tx) => {
    await trashRecords(tx, kindParts.sales_representative.source, member.scope, [leaving], taking)
    answer = member.send('DELETE /api/sales-representatives/:id', { params: { id: taking } })
    await untilWaiting(app.pool, answer)
  })
  assert.equal((await answer)?.status, 409, 'the one who takes over has a customer by now')
  const { assigned_sales_rep_id } = await member.ok('GET /api/customers/:id', { params: { id } })
  assert.equal(assigned_sales_rep_id, taking)
})
