import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member, type TestWorkspace } from '../../test/fixtures/workspace.ts'

let app: TestApp
let workspace: TestWorkspace
let member: Member
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
  member = await workspace.join('manager')
})
after(() => app.close())

async function create(body: object, who = member) {
  return who.ok('POST /api/customers', { body })
}

describe('looking customers up by name', () => {
  const found: [asked: string, name: string][] = [
    ['smith', 'SMITH'],
    ['Muller', 'Müller'],
    ['MÜLLER ', 'Müller'],
    ['strauss', 'Strauß'],
    ['aeroe', 'Ærøe'],
    ['garcia marquez', 'García Márquez'],
  ]
  for (const [asked, name] of found) {
    test(`"${asked}" finds ${name}`, async () => {
      const stranger = await (await createWorkspace(app)).join('representative')
      const { id } = await create({ last_name: name }, stranger)
      await create({ last_name: 'Somebody Else' }, stranger)
      const query = { last_name: asked }
      const { items, total } = await stranger.ok('GET /api/customers', { query })
      assert.deepEqual([items.map((item) => item.id), total], [[id], { count: 1, exact: true }])
      const prefix = { 'last_name[prefix]': asked.trim().slice(0, 4) }
      const begun = await stranger.ok('GET /api/customers', { query: prefix })
      assert.deepEqual(
        begun.items.map((item) => item.id),
        [id],
      )
    })
  }

  test('a phone is found by its digits', async () => {
    const { id } = await create({ last_name: 'Caller', phone: '+49 (30) 901-820' })
    for (const query of [{ phone: '4930901820' }, { 'phone[prefix]': '+49 30 9' }]) {
      const { items } = await member.ok('GET /api/customers', { query })
      assert.deepEqual(
        items.map((item) => item.id),
        [id],
      )
    }
  })

  test('an email is found in any case, and kept as it was written', async () => {
    await create({ last_name: 'Mailer', email: 'Jo.Mailer@Example.com' })
    const { items } = await member.ok('GET /api/customers', { query: { email: 'JO.mailer@example.COM' } })
    assert.deepEqual(
      items.map((item) => item.email),
      ['Jo.Mailer@Example.com'],
    )
  })
})

describe('creating customers', () => {
  test('names the company and the representative', async () => {
    const company = await member.ok('POST /api/companies', { body: { name: 'Acme' } })
    const representative = await member.ok('POST /api/sales-representatives', {
      body: { first_name: 'Rita', last_name: 'Rep' },
    })
    const made = await create({
      last_name: 'Named',
      company_id: company.id,
      assigned_sales_rep_id: representative.id,
    })
    assert.deepEqual([made.company_name, made.assigned_sales_rep_name], ['Acme', 'Rita Rep'])
    assert.equal(made.lifecycle_stage, 'lead')
  })

  test('an email alone is enough', async () => {
    const made = await create({ email: 'only@example.com' })
    assert.equal(made.last_name, '')
  })

  test('taking away the last thing that names a customer is refused', async () => {
    const { id } = await create({ email: 'gone@example.com' })
    const body = { version: 1, email: null }
    const problem = await member.refused(400, 'PATCH /api/customers/:id', { params: { id }, body })
    assert.match(problem.detail, /needs a name or an email/)
  })

  test('a company in the trash cannot be chosen', async () => {
    const company = await member.ok('POST /api/companies', { body: { name: 'Closing' } })
    await member.send('DELETE /api/companies/:id', { params: { id: company.id } })
    const body = { last_name: 'Late', company_id: company.id, assigned_sales_rep_id: 424_242 }
    const problem = await member.refused(400, 'POST /api/customers', { body })
    assert.deepEqual(
      problem.errors.map(({ path }) => path),
      ['/company_id', '/assigned_sales_rep_id'],
    )
    const other = await create({ last_name: 'Other' })
    const { type, errors } = await member.refused(409, 'PATCH /api/customers/:id', {
      params: { id: other.id },
      body: { version: 1, company_id: company.id },
    })
    assert.match(type, /#in-trash$/)
    assert.deepEqual(errors, [
      { path: '/company_id', message: 'This company is in the trash; restore it first.' },
    ])
  })
})

describe('the workspace decides whether emails are unique', () => {
  test('without the rule two customers may share one', async () => {
    await create({ email: 'twin@example.com' })
    await create({ email: 'twin@example.com' })
  })

  test('with it the second is 409 in any case, until the first is in the trash', async () => {
    const strict = await createWorkspace(app, 'Strict')
    await app.db
      .updateTable('workspaces')
      .where('id', '=', strict.id)
      .set({ unique_customer_emails: true })
      .execute()
    const strictMember = await strict.join('representative')
    const first = await create({ email: 'one@example.com' }, strictMember)
    const problem = await strictMember.refused(409, 'POST /api/customers', {
      body: { email: 'ONE@example.com' },
    })
    assert.deepEqual([problem.type, problem.errors[0]?.path], ['/docs/errors#duplicate', '/email'])
    const second = await create({ email: 'two@example.com' }, strictMember)
    const body = { version: 1, email: 'one@example.com' }
    await strictMember.refused(409, 'PATCH /api/customers/:id', { params: { id: second.id }, body })
    await strictMember.send('DELETE /api/customers/:id', { params: { id: first.id } })
    await strictMember.ok('PATCH /api/customers/:id', { params: { id: second.id }, body })
    await strictMember.refused(409, 'POST /api/customers/:id/restore', { params: { id: first.id } })
  })
})

describe('many at once', () => {
  const several = async () => Promise.all([1, 2, 3].map((n) => create({ last_name: `Bulk ${n}` })))

  test('all are trashed and restored; those already so are not counted', async () => {
    const ids = (await several()).map(({ id }) => id)
    await member.send('DELETE /api/customers/:id', { params: { id: ids[0] ?? 0 } })
    assert.deepEqual(await member.ok('POST /api/customers/bulk/delete', { body: { ids } }), { changed: 2 })
    for (const id of ids) {
      assert.notEqual((await member.ok('GET /api/customers/:id', { params: { id } })).deleted_at, null)
    }
    assert.deepEqual(await member.ok('POST /api/customers/bulk/restore', { body: { ids } }), { changed: 3 })
    assert.deepEqual(await member.ok('POST /api/customers/bulk/restore', { body: { ids } }), { changed: 0 })
  })

  test('one that does not exist, or is another workspace’s, stops all of them', async () => {
    const ids = (await several()).map(({ id }) => id)
    const stranger = await (await createWorkspace(app)).join('manager')
    const theirs = await create({ last_name: 'Theirs' }, stranger)
    for (const extra of [9_999_999, theirs.id]) {
      for (const key of ['POST /api/customers/bulk/delete', 'POST /api/customers/bulk/restore']) {
        await member.refused(404, key, { body: { ids: [...ids, extra] } })
      }
    }
    for (const id of ids) {
      const { deleted_at, version } = await member.ok('GET /api/customers/:id', { params: { id } })
      assert.deepEqual([deleted_at, version], [null, 1])
    }
    const untouched = await stranger.ok('GET /api/customers/:id', { params: { id: theirs.id } })
    assert.equal(untouched.deleted_at, null)
  })

  test('two overlapping bulk edits in opposite order both end', async () => {
    const ids = (await several()).map(({ id }) => id)
    const requests = Array.from({ length: 8 }, (_, n) =>
      member.send(`POST /api/customers/bulk/${n % 2 ? 'delete' : 'restore'}`, {
        body: { ids: n % 3 ? ids : ids.toReversed() },
      }),
    )
    for (const { status } of await Promise.all(requests)) assert.equal(status, 200)
  })
})
