import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { sql } from 'kysely'
import { captureSql } from '../../test/fixtures/captured-sql.ts'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { fillWorkspace } from '../../test/fixtures/fill.ts'
import { customerSource } from '../customers/queries.ts'
import type { Customer } from '../customers/schema.ts'
import { openPointReads } from '../db/shared-connections.ts'
import { Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { readTogether, WAITING_MAX } from './read-together.ts'

const CUSTOMERS = 40

const { pool, db } = await openTestDatabase({ size: 2 })
const pointReads = openPointReads(pool.options)
after(() => pointReads.destroy())
const statements = captureSql()

async function workspace(name: string): Promise<{ scope: Scope; ids: number[] }> {
  const { rows } = await sql<{ id: number }>`
    INSERT INTO workspaces (name, time_zone, currency) VALUES (${name}, 'UTC', 'EUR') RETURNING id`.execute(
    db,
  )
  const workspaceId = rows[0]?.id ?? 0
  await fillWorkspace(db, workspaceId, CUSTOMERS)
  const customers = await db
    .selectFrom('customers')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .execute()
  return { scope: { workspaceId, userId: 'somebody', role: 'read_only' }, ids: customers.map(({ id }) => id) }
}

const ours = await workspace('Ours')
const theirs = await workspace('Theirs')

const idsOf = (customers: Customer[]) => customers.map(({ id }) => id)

/** Statements that `work` sends. */
async function sent(work: () => Promise<unknown>): Promise<number> {
  const before = statements.length
  await work()
  return statements.length - before
}

describe('reads by id that are answered together', () => {
  test('give each asker their own record, also when two ask for the same', async () => {
    const read = readTogether<Customer>(pointReads, customerSource)
    const asked = [...ours.ids.toReversed(), ...ours.ids]
    assert.deepEqual(idsOf(await Promise.all(asked.map((id) => read(ours.scope, id)))), asked)
  })

  test('are one statement for all who ask at once, and one for all who ask while it is under way', async () => {
    const read = readTogether<Customer>(pointReads, customerSource)
    const [first = 0, ...others] = ours.ids
    const atOnce = () => Promise.all(ours.ids.map((id) => read(ours.scope, id)))
    assert.equal(await sent(atOnce), 1)
    const meanwhile = async () => {
      const early = read(ours.scope, first)
      await new Promise((resolve) => setImmediate(resolve))
      await Promise.all([early, ...others.map((id) => read(ours.scope, id))])
    }
    assert.equal(await sent(meanwhile), 2)
  })

  test('are a statement of its own for each workspace, and find nothing in another', async () => {
    const read = readTogether<Customer>(pointReads, customerSource)
    const both = [ours, theirs]
    const each = () =>
      Promise.all(both.flatMap(({ scope, ids }) => ids.map((id) => read(scope, id)))).then((customers) =>
        assert.deepEqual(idsOf(customers), [...ours.ids, ...theirs.ids]),
      )
    assert.equal(await sent(each), 2)
    const [answer, refused] = await Promise.allSettled([
      read(ours.scope, ours.ids[0] ?? 0),
      read(ours.scope, theirs.ids[0] ?? 0),
    ])
    assert.equal(answer.status, 'fulfilled', 'one that is not found must not fail the others')
    assert.ok(refused.status === 'rejected' && refused.reason instanceof Problem)
    assert.equal(refused.reason.status, 404)
  })

  test('fail together with their statement, and the next ones are answered', async () => {
    const broken = { ...customerSource, joins: 'JOIN nowhere ON true' }
    const readBroken = readTogether<Customer>(pointReads, broken)
    const failures = await Promise.allSettled(ours.ids.map((id) => readBroken(ours.scope, id)))
    assert.deepEqual(new Set(failures.map(({ status }) => status)), new Set(['rejected']))
    await assert.rejects(readBroken(ours.scope, 1), /nowhere/, 'and nobody waits for the one that failed')
  })

  test('are turned away at once when too many wait, and none of the others is lost', async () => {
    const read = readTogether<Customer>(pointReads, customerSource)
    const id = ours.ids[0] ?? 0
    const asked = Array.from({ length: WAITING_MAX }, () => read(ours.scope, id))
    await assert.rejects(read(ours.scope, id), (error) => error instanceof Problem && error.status === 503)
    assert.equal((await Promise.all(asked)).length, WAITING_MAX)
    assert.equal((await read(ours.scope, id)).id, id, 'and afterwards there is room again')
  })

  test('see what was committed before they were asked', async () => {
    const read = readTogether<Customer>(pointReads, customerSource)
    const id = ours.ids[0] ?? 0
    for (let version = 1; version <= 20; version++) {
      const city = `City ${version}`
      const noise = Promise.all(ours.ids.map((other) => read(ours.scope, other)))
      await sql`UPDATE customers SET city = ${city} WHERE workspace_id = ${ours.scope.workspaceId} AND id = ${id}`.execute(
        db,
      )
      assert.equal((await read(ours.scope, id)).city, city)
      await noise
    }
  })
})
