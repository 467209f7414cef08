import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { assertSummariesExact } from '../../test/fixtures/summaries.ts'
import {
  createWorkspace,
  type Member,
  type RequestParts,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
let product: number
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
  product = (await member.ok('POST /api/products', { body: { product_name: 'Lamp', unit_price: '3' } })).id
})
after(() => app.close())

async function made(key: string, body: object): Promise<number> {
  const { status, text } = await member.send(key, { body })
  assert.equal(status, 201, text)
  return JSON.parse(text).id
}
const representative = (last_name: string, more = {}) =>
  made('POST /api/sales-representatives', { last_name, ...more })
const company = (name: string) => made('POST /api/companies', { name })
const customer = (last_name: string, more = {}) => made('POST /api/customers', { last_name, ...more })
const order = (status: string, more = {}) =>
  made('POST /api/orders', { status, items: [{ product_id: product, quantity: 1 }], ...more })

const DELETE_REPRESENTATIVE = 'DELETE /api/sales-representatives/:id'
const RESTORE_REPRESENTATIVE = 'POST /api/sales-representatives/:id/restore'
const readCustomer = (id: number) => member.ok('GET /api/customers/:id', { params: { id } })
const readOrder = (id: number) => member.ok('GET /api/orders/:id', { params: { id } })
const deleting = (id: number, take_over?: number | 'nobody'): RequestParts => ({
  params: { id },
  ...(take_over !== undefined && { query: { take_over } }),
})

/** A representative with customers, a team, and orders of each kind. */
async function busy(name: string) {
  const id = await representative(name)
  const [first, second] = [
    await customer(`${name} one`, { assigned_sales_rep_id: id }),
    await customer(`${name} two`, { assigned_sales_rep_id: id }),
  ]
  const junior = await representative(`${name} junior`, { manager_id: id })
  const draft = await order('draft', { customer_id: first, sales_rep_id: id })
  const sold = await order('completed', { customer_id: first, sales_rep_id: id })
  const call = await made('POST /api/interactions', { kind: 'call', customer_id: first, sales_rep_id: id })
  return { id, first, second, junior, draft, sold, call }
}

describe('deleting what others point at', () => {
  test('without a decision says how many of what, and deletes nothing', async () => {
    const { id } = await busy('Undecided')
    const problem = await member.refused(409, DELETE_REPRESENTATIVE, deleting(id))
    assert.match(problem.type, /#in-use$/)
    assert.match(problem.detail, /^2 customers and 1 representative and 1 draft order belong to/)
    assert.match(problem.detail, /Nothing was deleted\.$/)
    assert.deepEqual(problem.references, [
      { object: 'customer', field: 'assigned_sales_rep_id', count: 2, exact: true },
      { object: 'sales_representative', field: 'manager_id', count: 1, exact: true },
      { object: 'order', field: 'sales_rep_id', count: 1, exact: true },
    ])
    const { deleted_at } = await member.ok('GET /api/sales-representatives/:id', { params: { id } })
    assert.equal(deleted_at, null)
  })

  test('gives what is still to be done to whoever takes over; what was sold and said keeps its name', async () => {
    const gone = await busy('Leaving')
    const taker = await representative('Taking')
    await member.ok(DELETE_REPRESENTATIVE, deleting(gone.id, taker))
    for (const id of [gone.first, gone.second]) {
      assert.equal((await readCustomer(id)).assigned_sales_rep_name, 'Taking')
    }
    const junior = await member.ok('GET /api/sales-representatives/:id', { params: { id: gone.junior } })
    assert.equal(junior.manager_id, taker)
    assert.equal((await readOrder(gone.draft)).sales_rep_id, taker)
    assert.equal((await readOrder(gone.sold)).sales_rep_name, 'Leaving')
    const call = await member.ok('GET /api/interactions/:id', { params: { id: gone.call } })
    assert.equal(call.sales_rep_name, 'Leaving')
    const { items } = await member.ok('GET /api/customers/:id/timeline', {
      params: { id: gone.first },
      query: { kinds: 'change', limit: 1 },
    })
    assert.deepEqual(items[0]?.change?.fields, [
      { field: 'assigned_sales_rep_id', from: String(gone.id), to: String(taker) },
    ])
    await assertSummariesExact(app.db, member.scope, 'after a hand-over')
  })

  test("or leaves it as nobody's: filter, report, defaults and page agree", async () => {
    const gone = await busy('Nobody')
    await member.ok(DELETE_REPRESENTATIVE, deleting(gone.id, 'nobody'))
    const { items } = await member.ok('GET /api/customers', {
      query: { 'assigned_sales_rep_id[empty]': true, limit: 200 },
    })
    assert.ok([gone.first, gone.second].every((id) => items.some((item) => item.id === id)))
    const kept = await member.ok('GET /api/customers', { query: { assigned_sales_rep_id: gone.id } })
    assert.equal(kept.items.length, 0)
    assert.deepEqual(
      [(await readCustomer(gone.first)).assigned_sales_rep_id, (await readOrder(gone.draft)).sales_rep_id],
      [null, null],
    )
    const fresh = await order('draft', { customer_id: gone.second })
    assert.equal((await readOrder(fresh)).sales_rep_id, null)
    const report = await member.ok('GET /api/reports/representatives', { query: { limit: 200 } })
    const { total } = await member.ok('GET /api/customers', { query: { limit: 1 } })
    const sum = report.items.reduce((all, { customers }) => all + customers, report.nobody.customers)
    assert.equal(sum, total?.count)
    // What was said in the quarter stays in its report.
    const leaver = report.items.find(({ sales_rep_id }) => sales_rep_id === gone.id)
    assert.deepEqual([leaver?.customers, leaver?.interactions], [0, 1])
  })

  test('and taking it back gives everything back that nobody has changed since', async () => {
    const gone = await busy('Undone')
    const [taker, other] = [await representative('For a moment'), await representative('Third')]
    await member.ok(DELETE_REPRESENTATIVE, deleting(gone.id, taker))
    const { version } = await readCustomer(gone.second)
    await member.ok('PATCH /api/customers/:id', {
      params: { id: gone.second },
      body: { version, assigned_sales_rep_id: other },
    })
    await member.ok(RESTORE_REPRESENTATIVE, { params: { id: gone.id } })
    assert.equal((await readCustomer(gone.first)).assigned_sales_rep_id, gone.id)
    assert.equal((await readCustomer(gone.second)).assigned_sales_rep_id, other)
    assert.equal((await readOrder(gone.draft)).sales_rep_id, gone.id)
    const junior = await member.ok('GET /api/sales-representatives/:id', { params: { id: gone.junior } })
    assert.equal(junior.manager_id, gone.id)
    const { rows } = await sql`SELECT FROM trash_handovers WHERE entity_id = ${gone.id}`.execute(app.db)
    assert.equal(rows.length, 0)
    await assertSummariesExact(app.db, member.scope, 'after taking it back')
  })

  test('a company gives its customers and drafts away, a customer its drafts', async () => {
    const [closing, buying] = [await company('Closing'), await company('Buying')]
    const worker = await customer('Worker', { company_id: closing })
    const draft = await order('draft', { customer_id: worker })
    const sold = await order('shipped', { customer_id: worker })
    const problem = await member.refused(409, 'DELETE /api/companies/:id', deleting(closing))
    assert.match(problem.detail, /^1 customer and 1 draft order belong/)
    await member.ok('DELETE /api/companies/:id', deleting(closing, buying))
    assert.equal((await readCustomer(worker)).company_name, 'Buying')
    assert.deepEqual(
      [(await readOrder(draft)).company_name, (await readOrder(sold)).company_name],
      ['Buying', 'Closing'],
    )
    const one = await member.refused(409, 'DELETE /api/customers/:id', deleting(worker))
    assert.match(one.detail, /^1 draft order belongs/)
    await member.ok('DELETE /api/customers/:id', deleting(worker, 'nobody'))
    assert.deepEqual(
      [(await readOrder(draft)).customer_id, (await readOrder(sold)).customer_name],
      [null, 'Worker'],
    )
    await member.ok('POST /api/customers/:id/restore', { params: { id: worker } })
    assert.equal((await readOrder(draft)).customer_id, worker)
  })

  test('several at once: what they have of one another needs no decision', async () => {
    const boss = await representative('Boss')
    const team = await representative('Team', { manager_id: boss })
    const body = { ids: [boss, team] }
    const params = { kind: 'sales-representatives' }
    assert.deepEqual(await member.ok('POST /api/trash/:kind', { params, body }), { changed: 2 })
    await member.ok('POST /api/trash/:kind/restore', { params, body })
    const back = await member.ok('GET /api/sales-representatives/:id', { params: { id: team } })
    assert.equal(back.manager_id, boss)
  })

  test('a product is deleted without asking: lines keep it', async () => {
    const made = await member.ok('POST /api/products', { body: { product_name: 'Gone', unit_price: '2' } })
    const id = await order('completed', { items: [{ product_id: made.id, quantity: 2 }] })
    await member.ok('DELETE /api/products/:id', { params: { id: made.id } })
    const { items, total_amount } = await readOrder(id)
    assert.deepEqual([items[0]?.product_name, Number(total_amount)], ['Gone', 4])
    await assertSummariesExact(app.db, member.scope, 'after a product went')
  })

  test('what keeps the name of something in the trash says so, in lists and on its page', async () => {
    const lamp = await made('POST /api/products', { product_name: 'Old lamp', unit_price: '3' })
    const [seller, firm] = [await representative('Gone'), await company('Closed')]
    const buyer = await customer('Left', { company_id: firm })
    const of = { customer_id: buyer, company_id: firm, sales_rep_id: seller }
    const sold = await order('completed', { ...of, items: [{ product_id: lamp, quantity: 1 }] })
    const said = async () => {
      const query = { customer_id: buyer, fields: 'customer_in_trash,company_in_trash,sales_rep_in_trash' }
      const { items } = await member.ok('GET /api/orders', { query })
      const page = await readOrder(sold)
      const rows = [items[0], page].map((row) => [
        row?.customer_in_trash,
        row?.company_in_trash,
        row?.sales_rep_in_trash,
      ])
      return [...rows, page.items.map(({ product_in_trash }) => product_in_trash)]
    }
    assert.deepEqual(await said(), [[false, false, false], [false, false, false], [false]])
    await member.ok('DELETE /api/customers/:id', deleting(buyer))
    await member.ok('DELETE /api/companies/:id', deleting(firm, 'nobody'))
    await member.ok(DELETE_REPRESENTATIVE, deleting(seller, 'nobody'))
    await member.ok('DELETE /api/products/:id', { params: { id: lamp } })
    assert.deepEqual(await said(), [[true, true, true], [true, true, true], [true]])
    const without = await order('completed')
    assert.equal((await readOrder(without)).customer_in_trash, false)
    await member.ok('POST /api/customers/:id/restore', { params: { id: buyer } })
    assert.deepEqual((await said())[0], [false, true, true])
  })

  test('nobody takes over who is not there, in the trash, or deleted as well', async () => {
    const { id } = await busy('Wrong taker')
    const trashed = await representative('Trashed')
    await member.ok(DELETE_REPRESENTATIVE, deleting(trashed))
    for (const take_over of [id, trashed, 424_242]) {
      const { errors } = await member.refused(400, DELETE_REPRESENTATIVE, deleting(id, take_over))
      assert.equal(errors[0]?.path, '/take_over', String(take_over))
    }
    await member.refused(400, DELETE_REPRESENTATIVE, { params: { id }, query: { take_over: 'someone' } })
    await member.refused(400, 'POST /api/trash/:kind', {
      params: { kind: 'products' },
      body: { ids: [product], take_over: 'nobody' },
    })
  })

  test('whoever manages the one who takes over is not left their own manager', async () => {
    const boss = await representative('Old boss')
    const heir = await representative('Heir', { manager_id: boss })
    await member.ok(DELETE_REPRESENTATIVE, deleting(boss, heir))
    const read = () => member.ok('GET /api/sales-representatives/:id', { params: { id: heir } })
    assert.equal((await read()).manager_id, null)
    await member.ok(RESTORE_REPRESENTATIVE, { params: { id: boss } })
    assert.equal((await read()).manager_id, boss)
  })

  test('nor by others who report to them, nor when the deleted one comes back', async () => {
    const boss = await representative('Older boss')
    const middle = await representative('Middle', { manager_id: boss })
    const heir = await representative('Late heir', { manager_id: middle })
    const managerOf = async (id: number) =>
      (await member.ok('GET /api/sales-representatives/:id', { params: { id } })).manager_id
    await member.ok(DELETE_REPRESENTATIVE, deleting(boss, heir))
    assert.deepEqual([await managerOf(middle), await managerOf(heir)], [null, middle])
    await member.ok(RESTORE_REPRESENTATIVE, { params: { id: boss } })
    assert.equal(await managerOf(middle), boss)
  })
})

describe('a sold order that is a draft again', () => {
  test('belongs to nobody of those who lie in the trash, and theirs again when they come back', async () => {
    const buyer = await customer('Gone buyer')
    const seller = await representative('Gone seller')
    const id = await order('confirmed', { customer_id: buyer, sales_rep_id: seller })
    await member.ok('DELETE /api/customers/:id', deleting(buyer, 'nobody'))
    await member.ok(DELETE_REPRESENTATIVE, deleting(seller, 'nobody'))
    const sold = await readOrder(id)
    assert.deepEqual([sold.customer_id, sold.sales_rep_id], [buyer, seller])
    const body = { version: sold.version, status: 'draft' }
    const draft = await member.ok('PATCH /api/orders/:id', { params: { id }, body })
    assert.deepEqual([draft.status, draft.customer_id, draft.sales_rep_id], ['draft', null, null])
    await member.ok('POST /api/customers/:id/restore', { params: { id: buyer } })
    await member.ok(RESTORE_REPRESENTATIVE, { params: { id: seller } })
    const back = await readOrder(id)
    assert.deepEqual([back.customer_id, back.sales_rep_id], [buyer, seller])
  })
})

describe('who cannot take over is told why, and what to do', () => {
  for (const [who, taker, said] of [
    [
      'nobody of this id',
      async () => 99_999_999,
      /no such sales representative in this workspace to take over; name another/,
    ],
    ['the one who leaves', undefined, /What is deleted cannot take over; name another, or "nobody"/],
    [
      'one in the trash',
      async () => {
        const gone = await representative('Gone before')
        await member.ok(DELETE_REPRESENTATIVE, deleting(gone))
        return gone
      },
      /The sales representative to take over is in the trash; restore it first, or name another/,
    ],
    [
      'one of another workspace',
      async () => {
        const stranger = await (await createWorkspace(app)).join('manager')
        return (await stranger.ok('POST /api/sales-representatives', { body: { last_name: 'Elsewhere' } })).id
      },
      /no such sales representative in this workspace/,
    ],
  ] as const) {
    test(who, async () => {
      const id = await representative('Leaving')
      await customer('Kept', { assigned_sales_rep_id: id })
      const { detail, errors } = await member.refused(
        400,
        DELETE_REPRESENTATIVE,
        deleting(id, taker ? await taker() : id),
      )
      assert.match(detail, said)
      assert.match(detail, /Nothing was deleted\.$/)
      assert.equal(errors[0]?.path, '/take_over')
    })
  }
})

describe('a record that comes back', () => {
  test('does not point into the trash, and gets what it pointed at when that comes back', async () => {
    const rep = await representative('Gone meanwhile')
    const id = await customer('Child', { assigned_sales_rep_id: rep })
    await member.ok('DELETE /api/customers/:id', deleting(id))
    await member.ok(DELETE_REPRESENTATIVE, deleting(rep))
    const back = await member.ok('POST /api/customers/:id/restore', { params: { id } })
    assert.equal(back.assigned_sales_rep_id, null)
    await member.ok(RESTORE_REPRESENTATIVE, { params: { id: rep } })
    assert.equal((await readCustomer(id)).assigned_sales_rep_id, rep)
  })
})

describe('at the same moment', () => {
  test('someone who is being deleted is not given another customer', async () => {
    for (let round = 0; round < 10; round++) {
      const rep = await representative(`Race ${round}`)
      const id = await customer(`Race ${round}`)
      const [deleted, assigned] = await Promise.all([
        member.send(DELETE_REPRESENTATIVE, deleting(rep)),
        member.send('PATCH /api/customers/:id', {
          params: { id },
          body: { version: 1, assigned_sales_rep_id: rep },
        }),
      ])
      const outcome = [deleted.status, assigned.status].join(' ')
      assert.ok(['204 409', '409 200'].includes(outcome), `${outcome} ${deleted.text} ${assigned.text}`)
    }
  })

  test('two who take over from one another: one of them stays', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await busy(`One ${round}`), await busy(`Other ${round}`)]
      const answers = await Promise.all([
        member.send(DELETE_REPRESENTATIVE, deleting(one.id, other.id)),
        member.send(DELETE_REPRESENTATIVE, deleting(other.id, one.id)),
      ])
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted(),
        [204, 400],
        answers.map(({ text }) => text).join(),
      )
    }
    await assertSummariesExact(app.db, member.scope, 'after races')
  })
})
