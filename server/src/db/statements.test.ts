import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { partsOf, statementsOf } from './statements.ts'

describe('the statements of a migration', () => {
  const cases: [what: string, sql: string, statements: string[]][] = [
    [
      'several, and the last without its sign',
      'SELECT 1; SELECT 2 ;\n\nSELECT 3',
      ['SELECT 1', 'SELECT 2', 'SELECT 3'],
    ],
    ['without comments', '-- first; not\nSELECT 1 /* one; */ + 1; -- end', ['SELECT 1 + 1']],
    [
      'with texts that hold the sign',
      `SELECT ';' || 'it''s;' || E'\\';' || ";"`,
      [`SELECT ';' || 'it''s;' || E'\\';' || ";"`],
    ],
    [
      'with bodies of functions as they stand',
      'CREATE FUNCTION f() AS $$\nBEGIN\n  RETURN; -- kept\nEND $$; CALL g($a$ $$;$$ $a$)',
      ['CREATE FUNCTION f() AS $$\nBEGIN\n  RETURN; -- kept\nEND $$', 'CALL g($a$ $$;$$ $a$)'],
    ],
    ['in one line each', 'CREATE TABLE\n  t (\n  id int)', ['CREATE TABLE t ( id int)']],
    ['none', ' -- nothing\n;;', []],
  ]
  for (const [what, sql, statements] of cases)
    test(what, () => assert.deepEqual(statementsOf(sql), statements))

  test('whatever a text holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const statements = texts.map((text) => `SELECT '${text.replaceAll("'", "''")}'`)
        assert.deepEqual(statementsOf(statements.join(';')), statements)
      }),
    )
  })

  test('the actions of one', () => {
    assert.deepEqual(partsOf(`ADD a numeric(1, 2) DEFAULT 0, ADD CHECK (b IN ('(', 'c,d'))`), [
      'ADD a numeric(1, 2) DEFAULT 0',
      `ADD CHECK (b IN ('(', 'c,d'))`,
    ])
  })
})
