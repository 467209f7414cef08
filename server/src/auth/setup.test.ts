import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sessionOf, whoIs } from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { problemOf, request } from '../../test/fixtures/workspace.ts'

const route = 'POST /api/setup/owner'
const owner = {
  name: 'Ann',
  email: 'Ann@Example.com',
  password: 'correct horse battery',
  workspace_name: 'Acme',
  time_zone: 'Europe/Berlin',
}

async function count(app: TestApp): Promise<number[]> {
  const tables = ['users', 'accounts', 'workspaces', 'memberships'] as const
  const counts = tables.map((table) =>
    app.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow(),
  )
  return (await Promise.all(counts)).map(({ n }) => Number(n))
}

async function needsOwner(app: TestApp): Promise<boolean> {
  const { text } = await request(app.url, 'GET /api/setup', {})
  return JSON.parse(text).needs_owner
}

describe('the first owner', () => {
  let app: TestApp
  before(async () => {
    app = await startTestApp()
  })
  after(() => app.close())

  test('is waited for', async () => {
    assert.equal(await needsOwner(app), true)
  })

  const refused: [field: string, value: unknown][] = [
    ['time_zone', 'Mars/Olympus'],
    ['time_zone', '+02'],
    ['password', 'too short'],
    ['email', 'not an address'],
    ['email', 'r&d@example.com'],
    ['name', ''],
    ['workspace_name', ''],
  ]
  for (const [field, value] of refused) {
    test(`${field} ${JSON.stringify(value)} is refused, and nothing is made`, async () => {
      const answer = await request(app.url, route, { body: { ...owner, [field]: value } })
      const { errors } = problemOf(answer, 400, route)
      assert.equal(errors[0]?.path, `/${field}`)
      assert.deepEqual(answer.headers.getSetCookie(), [])
      assert.deepEqual(await count(app), [0, 0, 0, 0])
    })
  }

  test('comes with a workspace, and is signed in', async () => {
    const answer = await request(app.url, route, { body: owner })
    assert.equal(answer.status, 201, answer.text)
    const me = JSON.parse(answer.text)
    assert.deepEqual(
      { ...me, user: { ...me.user, id: '' }, workspace: { ...me.workspace, id: 0 } },
      {
        user: { id: '', name: 'Ann', email: 'ann@example.com' },
        workspace: { id: 0, name: 'Acme', time_zone: 'Europe/Berlin', currency: 'EUR' },
        role: 'owner',
        sales_rep_id: null,
      },
    )
    assert.deepEqual(await whoIs(app, sessionOf(answer)), me)
    assert.equal(await needsOwner(app), false)
  })

  test('has a password that is kept only as a hash', async () => {
    const { password } = await app.db.selectFrom('accounts').select('password').executeTakeFirstOrThrow()
    assert.match(password ?? '', /^[0-9a-f]{32}:[0-9a-f]{128}$/)
  })

  test('comes only once', async () => {
    const answer = await request(app.url, route, { body: { ...owner, email: 'eve@example.com' } })
    assert.equal(problemOf(answer, 409, route).type, '/docs/errors#already-set-up')
    assert.deepEqual(await count(app), [1, 1, 1, 1])
  })
})

test('of several who set up at the same moment one becomes the owner', async () => {
  const app = await startTestApp()
  try {
    const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}@example.com`)
    const answers = await Promise.all(
      emails.map((email) => request(app.url, route, { body: { ...owner, email } })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409])
    assert.deepEqual(await count(app), [1, 1, 1, 1])
  } finally {
    await app.close()
  }
})
