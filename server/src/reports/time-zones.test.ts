import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { assertSummariesExact, openShop, type Shop } from '../../test/fixtures/summaries.ts'
import { startOfDay } from '../days.ts'
import type { Db } from '../db/database.ts'
import { foldSummaries } from '../summaries/fold.ts'
import { plainRepresentativeLoads } from './plain.ts'
import { currentQuarter, representativeLoads } from './queries.ts'

const WRITERS = 6
const ROUNDS = 25
const { db } = await openTestDatabase({ size: WRITERS + 4 })
const ends = ['2026-01-01', '2026-04-01', '2026-07-01', '2026-10-01', '2027-01-01']

/** Zones that differ at the end of a quarter, each once. */
const zones = [
  ...new Map(
    Intl.supportedValuesOf('timeZone').map((zone) => [ends.map((end) => startOfDay(end, zone)).join(), zone]),
  ).values(),
]

async function moveTo(shop: Shop, zone: string): Promise<void> {
  await sql`UPDATE workspaces SET time_zone = ${zone} WHERE id = ${shop.scope.workspaceId}`.execute(db)
}

async function call(shop: Shop, moment: string, representative = 0): Promise<void> {
  await sql`INSERT INTO interactions (workspace_id, kind, customer_id, sales_rep_id, occurred_at)
    VALUES (${shop.scope.workspaceId}, 'call', ${shop.customers[0]}, ${shop.representatives[representative]}, ${moment})`.execute(
    db,
  )
}

/** How many interactions the first representative has in the quarter of a moment. */
async function logged(shop: Shop, moment: string): Promise<number | undefined> {
  const quarter = await currentQuarter(db, shop.scope, moment)
  const [first] = await representativeLoads(db, shop.scope, quarter, 10)
  return first?.interactions
}

async function assertPlain(on: Db, shop: Shop, moment: string): Promise<void> {
  const quarter = await currentQuarter(on, shop.scope, moment)
  assert.deepEqual(
    await representativeLoads(on, shop.scope, quarter, 10),
    await plainRepresentativeLoads(on, shop.scope, quarter, 10),
    `${quarter.from} in ${quarter.time_zone}`,
  )
}

describe('interactions count in the quarter of the workspace', () => {
  const cases: [zone: string, last: string, first: string][] = [
    ['UTC', '2026-09-30T23:59:59.999999Z', '2026-10-01T00:00:00Z'],
    // 00:00 on 1 October in Berlin is still September in UTC.
    ['Europe/Berlin', '2026-09-30T21:59:59.999999Z', '2026-09-30T22:00:00Z'],
    ['America/New_York', '2026-10-01T03:59:59.999999Z', '2026-10-01T04:00:00Z'],
    ['America/Sao_Paulo', '2026-10-01T02:59:59.999999Z', '2026-10-01T03:00:00Z'],
    ['Pacific/Auckland', '2026-09-30T10:59:59.999999Z', '2026-09-30T11:00:00Z'],
    ['Asia/Kathmandu', '2026-09-30T18:14:59.999999Z', '2026-09-30T18:15:00Z'],
    ['Australia/Lord_Howe', '2026-09-30T13:29:59.999999Z', '2026-09-30T13:30:00Z'],
    ['Pacific/Apia', '2026-09-30T10:59:59.999999Z', '2026-09-30T11:00:00Z'],
    ['Pacific/Kiritimati', '2026-09-30T09:59:59.999999Z', '2026-09-30T10:00:00Z'],
    ['Etc/GMT+12', '2026-10-01T11:59:59.999999Z', '2026-10-01T12:00:00Z'],
  ]
  for (const [zone, last, first] of cases) {
    test(`in ${zone}`, async () => {
      const shop = await openShop(db, 1)
      await moveTo(shop, zone)
      await call(shop, last)
      assert.deepEqual([await logged(shop, last), await logged(shop, first)], [1, 0])
      await call(shop, first)
      assert.deepEqual([await logged(shop, last), await logged(shop, first)], [1, 1])
      await foldSummaries(db)
      assert.deepEqual([await logged(shop, last), await logged(shop, first)], [1, 1])
    })
  }

  test('and the year of New Year’s Eve', async () => {
    const shop = await openShop(db, 1)
    await moveTo(shop, 'Europe/Berlin')
    await call(shop, '2025-12-31T23:30:00Z')
    assert.deepEqual(
      [await logged(shop, '2025-12-31T12:00:00Z'), await logged(shop, '2026-01-01T12:00:00Z')],
      [0, 1],
    )
  })
})

describe('a change of the zone', () => {
  let shop: Shop
  before(async () => {
    shop = await openShop(db, 1)
    await sql`INSERT INTO interactions (workspace_id, kind, customer_id, sales_rep_id, occurred_at, deleted_at)
      SELECT ${shop.scope.workspaceId}, 'call', ${shop.customers[0]}::bigint, (${shop.representatives}::bigint[])[n % 4],
        day::timestamp AT TIME ZONE 'UTC' + (n - 150) * interval '7 minutes 3 seconds', CASE WHEN n % 11 = 0 THEN now() END
      FROM unnest(${ends}::date[]) day, generate_series(1, 300) n`.execute(db)
  })

  test('holds for what was logged before, at once, in whatever zone', async () => {
    assert.ok(zones.length > 30)
    for (const zone of zones) {
      await moveTo(shop, zone)
      for (const end of ends) await assertPlain(db, shop, startOfDay(end, zone))
    }
    await foldSummaries(db)
    for (const zone of zones) {
      await moveTo(shop, zone)
      await assertPlain(db, shop, startOfDay('2026-10-01', zone))
    }
  })

  test('beside writers never gives a mixture of two zones', async (t) => {
    const w = shop.scope.workspaceId
    let writing = true
    let compared = 0
    const write = async (writer: number) => {
      for (let round = 0; round < ROUNDS; round++) {
        const hours = ((writer * 5 + round * 3) % 30) - 15
        await call(shop, new Date(Date.parse('2026-10-01') + hours * 3_600_000).toISOString(), round % 3)
        await sql`UPDATE interactions SET occurred_at = occurred_at + ${(round % 9) - 4} * interval '3 hours',
            sales_rep_id = ${shop.representatives[writer % 3]}, deleted_at = CASE WHEN ${round % 4} = 0 THEN now() END
          WHERE workspace_id = ${w} AND id IN (SELECT id FROM interactions WHERE workspace_id = ${w}
            AND id % ${WRITERS} = ${writer} ORDER BY id DESC LIMIT 2)`.execute(db)
      }
    }
    const move = async () => {
      for (let n = 0; writing; n++) await moveTo(shop, zones[n % zones.length] ?? 'UTC')
    }
    const fold = async () => {
      while (writing) await foldSummaries(db)
    }
    const watch = async () => {
      for (; writing; compared++) {
        await db
          .transaction()
          .setIsolationLevel('repeatable read')
          .execute((tx) => assertPlain(tx, shop, '2026-10-01T12:00:00Z'))
      }
    }
    const others = Promise.all([move(), fold(), watch()])
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(() => {
      writing = false
    })
    await others
    t.diagnostic(`${compared} snapshots compared`)
    assert.ok(compared > 0)
    await assertSummariesExact(db, shop.scope, 'at the end')
    await assertPlain(db, shop, '2026-10-01T12:00:00Z')
  })
})
