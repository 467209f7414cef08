import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { captureSql, type Statement } from '../../test/fixtures/captured-sql.ts'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { kindParts } from '../kinds.ts'
import type { Scope } from '../scope.ts'
import { search } from './queries.ts'

/** More than any cap, so that a search which read all of them would be seen. */
const CUSTOMERS = 30_000
const OTHERS = 10_000
/** Blocks of 8 kB: two thousand documents with the index pages on the way to them. */
const BLOCKS_MAX = 9_000
/** Rows that a node may bring: two kinds with 5,000 tokens of a term each, or those of two hundred vocabulary words. */
const ROWS_MAX = 10_000

const scope: Scope = { workspaceId: 1, userId: 'me', role: 'representative' }

const { pool, db } = await openTestDatabase({ size: 1 })
const statements = captureSql()

before(async () => {
  await pool.query(`INSERT INTO workspaces (id, name) VALUES (1, 'Ours'), (2, 'Theirs')`)
  await pool.query(`INSERT INTO users (id, name, email) VALUES ('me', 'Me', 'me@x.example')`)
  await pool.query(`INSERT INTO memberships VALUES (1, 'me', 'representative')`)
  await pool.query(
    `INSERT INTO sales_representatives (workspace_id, id, last_name, user_id) VALUES (1, 1, 'Me', 'me'), (1, 2, 'Other', NULL)`,
  )
  await pool.query(`
    INSERT INTO customers (workspace_id, first_name, last_name, email, phone, assigned_sales_rep_id)
    SELECT CASE WHEN i <= ${CUSTOMERS} THEN 1 ELSE 2 END, (ARRAY['John', 'Maria', 'Anna', 'Johanna'])[1 + i % 4],
      (ARRAY['Smith', 'Miller', 'Schmidt'])[1 + i % 3] || CASE WHEN i % 10 = 0 THEN to_hex(i) ELSE '' END,
      'person' || i || '@gmail.com', '+49 30 ' || 1000000 + i, CASE WHEN i <= ${CUSTOMERS} THEN 1 + (i % 20 > 0)::int END
    FROM generate_series(1, ${CUSTOMERS + OTHERS}) i`)
  await pool.query(`
    INSERT INTO orders (workspace_id, order_number, order_date, currency, currency_digits)
    SELECT 1, '2026-' || lpad(i::text, 6, '0'), '2026-01-01', 'EUR', 2 FROM generate_series(1, ${CUSTOMERS}) i`)
  await pool.query(`INSERT INTO companies (workspace_id, name, domain)
    SELECT 1, 'John & Smith ' || i, 'john' || i || '.example' FROM generate_series(1, ${OTHERS}) i`)
  await pool.query(`INSERT INTO products (workspace_id, product_name, sku, unit_price, currency)
    SELECT 1, 'Jacket ' || i, 'JA-' || i, 1, 'EUR' FROM generate_series(1, ${OTHERS}) i`)
  await pool.query('VACUUM ANALYZE')
})

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: PlanNode[]
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** Runs the statement once more, planned for its values or for any values. */
async function explain({ text, values }: Statement, mode: string): Promise<PlanNode> {
  await pool.query(`SET plan_cache_mode = ${mode}`)
  await pool.query(`PREPARE explained AS ${text}`)
  try {
    const literals = values.map((value) =>
      Array.isArray(value) ? arrayLiteral(value) : literal(String(value)),
    )
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained ${values.length ? `(${literals.join(', ')})` : ''}`,
    )
    const root = rows[0]?.['QUERY PLAN'][0].Plan
    assert.ok(root)
    return root
  } finally {
    await pool.query('DEALLOCATE explained')
    await pool.query('RESET plan_cache_mode')
  }
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
const arrayLiteral = (values: unknown[]) =>
  literal(`{${values.map((value) => JSON.stringify(String(value))).join(',')}}`)

describe('whatever is asked, only indexes are read, and only so far', () => {
  const questions = {
    'one letter': 'j',
    'two letters': 'jo',
    'a common word': 'john',
    'a rare word': 'smith1d4c',
    'an absent word': 'xyzzyplugh',
    'the start of a phone number': '+49 30 10',
    'two common words': 'john smith',
    'two common beginnings': 'joh smi',
    'one letter twice': 'j s',
    'a common and a rare word': 'john smith1d4c',
    'three common words': 'john smith gmail',
    'words that never meet': 'john maria',
    'one typing error': 'schmitd',
    'two typing errors': 'jonh schmitd',
    'an email address': 'person77@gmail.com',
    'an order number': '2026-000077',
    'what all orders have in common': '2026-0',
  }
  for (const [what, q] of Object.entries(questions)) {
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      test(`${what}, ${mode === 'force_custom_plan' ? 'planned for it' : 'planned for anything'}`, async () => {
        statements.length = 0
        await search(db, scope, { q, limit: 10 }, kindParts)
        const asked = [...statements]
        assert.ok(asked.length >= 2)
        for (const statement of asked) {
          const root = await explain(statement, mode)
          const nodes = nodesOf(root)
          const scanned = nodes.filter((node) => node['Node Type'] === 'Seq Scan')
          // Of the other tables a few rows are looked up by their keys; these two representatives fill one block.
          const tables = scanned
            .map((node) => node['Relation Name'])
            .filter((table) => table !== 'sales_representatives')
          assert.deepEqual(tables, [], statement.text)
          const blocks = root['Shared Hit Blocks'] + root['Shared Read Blocks']
          assert.ok(blocks <= BLOCKS_MAX, `${blocks} blocks: ${statement.text}`)
          const most = Math.max(...nodes.map((node) => node['Actual Rows'] * node['Actual Loops']))
          assert.ok(most <= ROWS_MAX * 2, `${most} rows in a node: ${statement.text}`)
        }
      })
    }
  }
})
