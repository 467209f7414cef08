import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { loggedError } from './log.ts'

const { pool } = await openTestDatabase({ size: 1 })

describe('the log', () => {
  const statements = {
    'a value of the wrong kind': `SELECT 'secret note'::int`,
    'a broken rule': `INSERT INTO users (id, name, email) VALUES ('1', 'Ann', 'SECRET NOTE')`,
    'a duplicate': `INSERT INTO currencies VALUES ('EUR', 2)`,
  }
  for (const [name, statement] of Object.entries(statements)) {
    test(`has of ${name} what an operator needs, and nothing that a person typed`, async () => {
      const error = await pool.query(statement).then(
        () => undefined,
        (failure) => failure,
      )
      const logged = loggedError(error)
      assert.match(logged.code ?? '', /^\d{2}/)
      assert.doesNotMatch(JSON.stringify(logged), /secret note|EUR/i)
    })
  }
})
