import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
let companyId: number
let customerId: number
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
  companyId = (await member.ok('POST /api/companies', { body: { name: 'Acme' } })).id
  const body = { first_name: 'Eva', last_name: 'Smith', company_id: companyId }
  customerId = (await member.ok('POST /api/customers', { body })).id
})
after(() => app.close())

const log = (body: object, who = member) => who.ok('POST /api/interactions', { body })

describe('what an interaction leaves out is filled in', () => {
  test('the company is the customer’s, the representative the signed-in user’s, the time now', async () => {
    const seller = await workspace.join('representative')
    const representative = await member.ok('POST /api/sales-representatives', {
      body: { last_name: 'Seller', user_id: seller.scope.userId },
    })
    const call = await log({ kind: 'call', customer_id: customerId }, seller)
    assert.deepEqual(
      [call.company_id, call.company_name, call.customer_name],
      [companyId, 'Acme', 'Eva Smith'],
    )
    assert.deepEqual([call.sales_rep_id, call.sales_rep_name], [representative.id, 'Seller'])
    assert.equal(call.occurred_at, call.created_at)
    assert.deepEqual([call.subject, call.body], ['', null])
  })

  test('someone who is no representative logs without one', async () => {
    assert.equal((await log({ kind: 'note', customer_id: customerId })).sales_rep_id, null)
  })

  test('what is said to be nobody stays nobody', async () => {
    const seller = await workspace.join('representative')
    await member.ok('POST /api/sales-representatives', {
      body: { last_name: 'Other', user_id: seller.scope.userId },
    })
    const body = { kind: 'note', customer_id: customerId, company_id: null, sales_rep_id: null }
    const note = await log(body, seller)
    assert.deepEqual([note.company_id, note.sales_rep_id], [null, null])
  })

  test('a time in another zone is kept as the same moment', async () => {
    const call = await log({
      kind: 'call',
      customer_id: customerId,
      occurred_at: '2026-03-01T23:30:00+02:00',
    })
    assert.equal(call.occurred_at, '2026-03-01T21:30:00Z')
  })
})

describe('the moment of an interaction', () => {
  for (const [given, shown] of [
    ['1900-01-01T00:00:00+14:00', '1899-12-31T10:00:00Z'],
    ['2199-12-31T23:59:59-12:00', '2200-01-01T11:59:59Z'],
  ] as const) {
    test(`is answered as the document says, also at the edge of the years: ${given}`, async () => {
      const { id, occurred_at } = await log({ kind: 'note', customer_id: customerId, occurred_at: given })
      assert.equal(occurred_at, shown)
      const { items } = await member.ok('GET /api/interactions', { query: { limit: 200 } })
      assert.equal(items.find((each) => each.id === id)?.occurred_at, shown)
      const { occurred_at: read } = await member.ok('GET /api/interactions/:id', { params: { id } })
      assert.equal(read, shown)
    })
  }

  test('with an offset that no place has is refused under its field', async () => {
    const body = { kind: 'note', customer_id: customerId, occurred_at: '2026-01-01T00:00:00+23:59' }
    const { errors } = await member.refused(400, 'POST /api/interactions', { body })
    assert.deepEqual(
      errors.map(({ path }) => path),
      ['/occurred_at'],
    )
  })
})

describe('an interaction concerns someone', () => {
  test('a company alone is enough', async () => {
    const meeting = await log({ kind: 'meeting', company_id: companyId, duration_minutes: 90 })
    assert.deepEqual([meeting.customer_id, meeting.company_id], [null, companyId])
  })

  test('nobody at all is refused, also by a change', async () => {
    const problem = await member.refused(400, 'POST /api/interactions', { body: { kind: 'call' } })
    assert.match(problem.detail, /concerns a customer or a company/)
    const { id } = await log({ kind: 'call', company_id: companyId })
    await member.refused(400, 'PATCH /api/interactions/:id', {
      params: { id },
      body: { version: 1, company_id: null },
    })
  })

  test('a customer in the trash or of another workspace is refused by name', async () => {
    const gone = await member.ok('POST /api/customers', { body: { last_name: 'Gone' } })
    await member.send('DELETE /api/customers/:id', { params: { id: gone.id } })
    const stranger = await (await createWorkspace(app, 'Other')).join('manager')
    const theirs = await stranger.ok('POST /api/customers', { body: { last_name: 'Theirs' } })
    for (const [status, { id }, message] of [
      [409, gone, 'This customer is in the trash; restore it first.'],
      [400, theirs, 'There is no such customer in this workspace.'],
    ] as const) {
      const problem = await member.refused(status, 'POST /api/interactions', {
        body: { kind: 'call', customer_id: id },
      })
      assert.deepEqual(problem.errors, [{ path: '/customer_id', message }])
    }
  })
})
