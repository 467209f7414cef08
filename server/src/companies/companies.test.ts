import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'

let app: TestApp
let member: Member
before(async () => {
  app = await startTestApp()
  member = await (await createWorkspace(app)).join('representative')
})
after(() => app.close())

test('a domain is kept in lower case, at creation and change, and found in any', async () => {
  const made = await member.ok('POST /api/companies', { body: { name: 'Acme', domain: 'Www.Acme.COM' } })
  assert.equal(made.domain, 'www.acme.com')
  const params = { id: made.id }
  const same = { version: 1, domain: 'WWW.acme.com' }
  assert.equal((await member.ok('PATCH /api/companies/:id', { params, body: same })).version, 1)
  const changed = { version: 1, domain: 'ACME.org' }
  assert.equal((await member.ok('PATCH /api/companies/:id', { params, body: changed })).domain, 'acme.org')
  const { items } = await member.ok('GET /api/companies', { query: { domain: 'Acme.Org' } })
  assert.deepEqual(
    items.map(({ id }) => id),
    [made.id],
  )
  for (const domain of ['ａｃｍｅ.org', 'ACME.Org']) {
    assert.equal((await member.ok('GET /api/companies', { query: { domain } })).items.length, 1, domain)
  }
  const none = { version: 2, domain: null }
  assert.equal((await member.ok('PATCH /api/companies/:id', { params, body: none })).domain, null)
})

test('a company is found by its name without case or accents', async () => {
  const { id } = await member.ok('POST /api/companies', { body: { name: 'Société Générale' } })
  for (const query of [{ name: 'societe generale' }, { 'name[prefix]': 'SOCIÉTÉ G' }]) {
    const { items } = await member.ok('GET /api/companies', { query })
    assert.deepEqual(
      items.map((item) => item.id),
      [id],
    )
  }
})

test('renaming a company renames it at its customers, in lists too', async () => {
  const { id } = await member.ok('POST /api/companies', { body: { name: 'Before' } })
  await member.ok('POST /api/customers', { body: { last_name: 'Employee', company_id: id } })
  const query = { company_id: id }
  assert.equal((await member.ok('GET /api/customers', { query })).items[0]?.company_name, 'Before')
  await member.ok('PATCH /api/companies/:id', { params: { id }, body: { version: 1, name: 'After' } })
  assert.equal((await member.ok('GET /api/customers', { query })).items[0]?.company_name, 'After')
})
