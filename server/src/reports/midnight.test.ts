import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace } from '../../test/fixtures/workspace.ts'

let app: TestApp
before(async () => {
  app = await startTestApp()
})
after(() => app.close())

test('a report that was kept is not given over midnight of the workspace', async (t) => {
  const zones: [zone: string, midnight: string][] = [
    ['Europe/Berlin', '2026-09-30T22:00:00Z'],
    ['Asia/Kathmandu', '2026-09-30T18:15:00Z'],
    ['America/New_York', '2026-10-01T04:00:00Z'],
  ]
  for (const [zone, midnight] of zones) {
    const member = await (await createWorkspace(app)).join('owner')
    await sql`UPDATE workspaces SET time_zone = ${zone} WHERE id = ${member.scope.workspaceId}`.execute(
      app.db,
    )
    const report = async () => (await member.ok('GET /api/reports/top-products')).from
    const representatives = async () => void (await member.ok('GET /api/reports/representatives'))
    t.mock.timers.enable({ apis: ['Date'], now: Date.parse(midnight) - 1_000 })
    await representatives()
    assert.equal(await report(), '2026-07-01')
    const { hits } = app.app.responseCache.counters
    assert.equal(await report(), '2026-07-01')
    assert.equal(app.app.responseCache.counters.hits, hits + 1)
    t.mock.timers.setTime(Date.parse(midnight))
    assert.equal(await report(), '2026-10-01')
    const { misses } = app.app.responseCache.counters
    await representatives()
    assert.equal(app.app.responseCache.counters.misses, misses + 1)
    t.mock.timers.reset()
  }
})
