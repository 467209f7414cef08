import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { dayOf, startOfDay, startOfNextDay, today } from '../days.ts'

let app: TestApp
before(async () => {
  app = await startTestApp()
})
after(() => app.close())

type Asked = Record<string, string>

/** A workspace in a zone with a customer of each moment, named by it. */
async function customersOf(zone: string, moments: string[]) {
  const owner = await (await createWorkspace(app)).join('owner')
  const { workspaceId } = owner.scope
  await sql`UPDATE workspaces SET time_zone = ${zone} WHERE id = ${workspaceId}`.execute(app.db)
  await sql`INSERT INTO customers (workspace_id, last_name, created_at)
    SELECT ${workspaceId}, moment, moment::timestamptz FROM unnest(${moments}::text[]) moment`.execute(app.db)
  return owner
}

async function found(member: Member, query: Asked): Promise<string[]> {
  const { items } = await member.ok('GET /api/customers', { query: { sort: 'created_at', ...query } })
  return items.map(({ last_name }) => last_name ?? '')
}

describe('a filter on moments by a day means the whole day of the workspace', () => {
  const days: [zone: string, day: string][] = [
    ['UTC', '2026-03-10'],
    ['Europe/Berlin', '2026-03-10'],
    // The days on which clocks change.
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25'],
    ['America/New_York', '2026-03-08'],
    ['America/New_York', '2026-11-01'],
    ['Pacific/Auckland', '2026-04-05'],
    ['Pacific/Auckland', '2026-09-27'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['America/Sao_Paulo', '2026-02-15'],
    ['Asia/Kathmandu', '2024-02-29'],
    ['Africa/Cairo', '2026-04-24'],
    ['America/Havana', '2026-11-01'],
    ['Europe/Berlin', '2026-12-31'],
  ]
  for (const [zone, day] of days) {
    test(`${day} in ${zone}`, async () => {
      const start = Date.parse(startOfDay(day, zone))
      const end = Date.parse(startOfNextDay(day, zone))
      const [before, first, last, after] = [start - 1, start, end - 1, end].map((ms) =>
        new Date(ms).toISOString(),
      ) as [string, string, string, string] // Four in, four out.
      const owner = await customersOf(zone, [before, first, last, after])
      const answers: [query: Asked, expected: string[]][] = [
        [{ created_at: day }, [first, last]],
        [{ 'created_at[gte]': day }, [first, last, after]],
        [{ 'created_at[gt]': day }, [after]],
        [{ 'created_at[lte]': day }, [before, first, last]],
        [{ 'created_at[lt]': day }, [before]],
        [{ 'created_at[gte]': day, 'created_at[lte]': day }, [first, last]],
        // Both bounds hold, whatever they become.
        [{ created_at: day, 'created_at[gte]': last }, [last]],
        [{ 'created_at[lt]': last, 'created_at[lte]': day }, [before, first]],
        [{ 'created_at[gt]': day, 'created_at[lt]': day }, []],
      ]
      for (const [query, expected] of answers) {
        assert.deepEqual(await found(owner, query), expected, JSON.stringify(query))
      }
    })
  }

  test('a day that a zone left out has no moments', async () => {
    const moments = ['2011-12-30T09:59:59.999Z', '2011-12-30T10:00:00Z']
    const owner = await customersOf('Pacific/Apia', moments)
    assert.deepEqual(await found(owner, { created_at: '2011-12-30' }), [])
    assert.deepEqual(await found(owner, { 'created_at[lte]': '2011-12-30' }), moments.slice(0, 1))
    assert.deepEqual(await found(owner, { created_at: '2011-12-31' }), moments.slice(1))
  })

  test('“until today” has what was made just now', async () => {
    for (const zone of ['Pacific/Kiritimati', 'Europe/Berlin', 'Pacific/Pago_Pago']) {
      const owner = await customersOf(zone, [])
      await owner.ok('POST /api/customers', { body: { last_name: 'Now' } })
      const day = today(zone)
      assert.deepEqual(await found(owner, { 'created_at[lte]': day }), ['Now'])
      assert.deepEqual(await found(owner, { created_at: day }), ['Now'])
      assert.deepEqual(await found(owner, { 'created_at[gt]': day }), [])
    }
  })

  test('and follows the zone of the workspace at once, also where answers are kept', async () => {
    const moment = '2026-03-09T23:30:00Z'
    const owner = await customersOf('UTC', [moment])
    const query = { created_at: '2026-03-10' }
    assert.deepEqual(await found(owner, query), [])
    await owner.ok('PATCH /api/workspace', { body: { version: 1, time_zone: 'Europe/Berlin' } })
    assert.equal(dayOf(moment, 'Europe/Berlin'), '2026-03-10')
    assert.deepEqual(await found(owner, query), [moment])
  })

  test('days at the ends of the calendar are days', async () => {
    const owner = await customersOf('Europe/Berlin', ['2026-01-01T00:00:00Z'])
    assert.equal((await found(owner, { 'created_at[lte]': '9999-12-31' })).length, 1)
    assert.equal((await found(owner, { 'created_at[gt]': '9999-12-31' })).length, 0)
    assert.equal((await found(owner, { 'created_at[gte]': '0001-01-02' })).length, 1)
  })
})

test('moments stay exact to the microsecond, with any offset', async () => {
  const owner = await customersOf('Pacific/Auckland', ['2026-03-10T08:00:00.000001Z'])
  const answers: [query: Asked, count: number][] = [
    [{ 'created_at[gt]': '2026-03-10T08:00:00.000000Z' }, 1],
    [{ 'created_at[gt]': '2026-03-10T08:00:00.000001Z' }, 0],
    [{ 'created_at[gte]': '2026-03-10T09:00:00.000001+01:00' }, 1],
    [{ created_at: '2026-03-10T08:00:00.000001Z' }, 1],
    [{ created_at: '2026-03-10T08:00:00Z' }, 0],
    [{ 'created_at[lt]': '2026-03-10t03:00:00.000002-0500' }, 1],
  ]
  for (const [query, count] of answers)
    assert.equal((await found(owner, query)).length, count, JSON.stringify(query))
})

test('what is neither a day nor a moment is refused by name', async () => {
  const owner = await customersOf('UTC', [])
  for (const text of [
    '2026-02-30',
    '2026-3-1',
    'today',
    '2026-03-10T08:00',
    '2026-03-10T25:00:00Z',
    '0000-01-01',
  ]) {
    const { errors } = await owner.refused(400, 'GET /api/customers', { query: { 'created_at[lte]': text } })
    assert.equal(errors[0]?.path, 'query/created_at[lte]')
  }
})
