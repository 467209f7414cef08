import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { parseMapping } from './mapping/read-mapping.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const team = parseMapping(
  JSON.stringify({
    name: 'team',
    files: [
      {
        file: 'team.csv',
        records: [
          {
            object: 'sales_representatives',
            external_id: 'id',
            existing: 'update',
            fields: { last_name: 'id', manager_id: 'boss' },
          },
        ],
      },
    ],
  }),
  'The mapping',
)
const run = (workspaceId: number, rows: string) =>
  bench.run(workspaceId, team, { 'team.csv': `id,boss\n${rows}` })
const managers = (workspaceId: number) =>
  bench.rows(
    `SELECT concat(r.last_name, ' ', m.last_name) AS pair FROM sales_representatives r
     LEFT JOIN sales_representatives m ON m.workspace_id = r.workspace_id AND m.id = r.manager_id
     WHERE r.workspace_id = $1 ORDER BY 1`,
    [workspaceId],
  )

test('rows that make people manage one another in a circle are refused, whoever else reports to them', async () => {
  const workspaceId = await bench.workspace()
  await run(workspaceId, 'top,\nmiddle,top\none,three\ntwo,one\nthree,two\n')
  assert.deepEqual(await managers(workspaceId), [{ pair: 'middle top' }, { pair: 'top ' }])
  const reasons = await bench.rows<{ reason: string }>(
    'SELECT reason FROM import_errors WHERE workspace_id = $1 ORDER BY line',
    [workspaceId],
  )
  assert.deepEqual(
    reasons.map(({ reason }) => reason),
    ['three', 'one', 'two'].map(
      (boss) => `"${boss}" reports to this sales representative, directly or through others.`,
    ),
  )
})

test('nor by those who are there already; a change of places is none', async () => {
  const workspaceId = await bench.workspace()
  await run(workspaceId, 'top,\nmiddle,top\nlow,middle\n')
  assert.equal((await run(workspaceId, 'top,low\n')).rowsFailed, 1)
  assert.equal((await run(workspaceId, 'top,\nlow,top\nmiddle,low\n')).rowsFailed, 0)
  assert.deepEqual(await managers(workspaceId), [
    { pair: 'low top' },
    { pair: 'middle low' },
    { pair: 'top ' },
  ])
})
