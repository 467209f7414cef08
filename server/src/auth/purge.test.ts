import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import { purgeEnded } from './purge.ts'

let app: TestApp
let workspace: TestWorkspace
before(async () => {
  app = await startTestApp()
  workspace = await createWorkspace(app)
})
after(() => app.close())

test('sessions, links and invitations go when their time is over, and not before', async () => {
  const { scope } = await workspace.join('owner')
  const put = (key: string, hours: number) =>
    sql`
    WITH ends AS (SELECT now() + make_interval(hours => ${hours}) AS at),
      s AS (INSERT INTO sessions (id, user_id, token, expires_at) SELECT ${key}, ${scope.userId}, ${key}, at FROM ends),
      v AS (INSERT INTO verifications (id, identifier, value, expires_at) SELECT ${key}, ${key}, '', at FROM ends),
      r AS (INSERT INTO password_resets (token_hash, user_id, expires_at) SELECT ${key}, ${scope.userId}, at FROM ends)
    INSERT INTO invitations (workspace_id, email, role, token_hash, expires_at)
    SELECT ${scope.workspaceId}, ${`${key}@example.com`}, 'manager', ${key}, at FROM ends`.execute(app.db)
  await put('running', 1)
  await put('ended', -1)
  await put('long-ended', -31 * 24)
  const removed = await purgeEnded(app.db, new AbortController().signal)
  assert.deepEqual(removed, { sessions: 2, verifications: 2, password_resets: 2, invitations: 1 })
  const { rows } = await sql<{ token_hash: string }>`
    SELECT token_hash FROM invitations WHERE workspace_id = ${scope.workspaceId} ORDER BY expires_at`.execute(
    app.db,
  )
  assert.deepEqual(
    rows.map(({ token_hash }) => token_hash),
    ['ended', 'running'],
    'whom one has invited is told for a month',
  )
})
