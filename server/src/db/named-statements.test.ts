import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { STATEMENTS_NAMED_MAX } from './client.ts'

const { db } = await openTestDatabase({ size: 1 })

/** Statements that the one connection keeps prepared. */
async function prepared(): Promise<string[]> {
  const { rows } = await sql<{ statement: string }>`
    SELECT statement FROM pg_prepared_statements /* planned each time */`.execute(db)
  return rows.map(({ statement }) => statement)
}

describe('a connection keeps a statement prepared', () => {
  test('from the second time that it is sent, whatever its values', async () => {
    const ask = (n: number) => sql`SELECT ${n}::int + 1 AS twice`.execute(db)
    const kept = async () => (await prepared()).some((text) => text.includes('twice'))
    await ask(1)
    assert.equal(await kept(), false)
    await ask(2)
    assert.equal(await kept(), true)
  })

  describe('as long as there are not too many', () => {
    before(async () => {
      for (let n = 0; n < STATEMENTS_NAMED_MAX + 20; n++) {
        for (const value of [1, 2]) await sql`SELECT ${value}::int AS ${sql.raw(`column_${n}`)}`.execute(db)
      }
    })

    test('and sends the others as they are', async () => {
      const { length } = await prepared()
      // Other connections of this process have used a few names for statements of their own.
      assert.ok(length > STATEMENTS_NAMED_MAX - 50 && length <= STATEMENTS_NAMED_MAX, `${length} are kept`)
      const { rows } =
        await sql`SELECT ${7}::int AS ${sql.raw(`column_${STATEMENTS_NAMED_MAX + 10}`)}`.execute(db)
      assert.deepEqual(Object.values(rows[0] ?? {}), [7])
    })
  })
})
