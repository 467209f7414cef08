import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../../test/fixtures/importing.ts'
import type { RecordMapping } from '../mapping/mapping.ts'
import { parseMapping } from '../mapping/read-mapping.ts'
import { readImport } from '../queries.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const mapping = (records: RecordMapping[]) =>
  parseMapping(JSON.stringify({ name: 'crm', files: [{ file: 'c.csv', records }] }), 'The mapping')
const contacts = mapping([
  {
    object: 'companies',
    external_id: 'company',
    shared: true,
    existing: 'update',
    fields: { name: 'company', city: 'city', industry: 'industry' },
  },
  { object: 'customers', external_id: 'id', fields: { last_name: 'name', company_id: 'company' } },
])
const people = mapping([
  { object: 'customers', external_id: 'id', existing: 'update', fields: { last_name: 'name' } },
])

for (const batchRows of [1, 2, 100]) {
  describe(`the first row that says something of a record, ${batchRows} in a batch`, () => {
    test('is the one that counts, at every import of the file', async () => {
      const workspaceId = await bench.workspace()
      const rows =
        'id,name,company,city,industry\n1,Ann,Acme,,\n2,Bob,Acme,Bonn,\n3,Cid,Acme,Kiel,Trade\n4,Dan,Acme,,\n'
      for (const time of ['first', 'second', 'third']) {
        const { importId } = await bench.run(workspaceId, contacts, { 'c.csv': rows }, { batchRows })
        assert.deepEqual(
          await bench.rows('SELECT city, industry FROM companies WHERE workspace_id = $1', [workspaceId]),
          [{ city: 'Bonn', industry: 'Trade' }],
          time,
        )
        const notes = (await readImport(bench.db, workspaceId, importId))?.notes.map(({ note }) => note)
        const note = `The company's city is "Bonn" by an earlier row; "Kiel" was left out.`
        assert.deepEqual(notes, [note], time)
      }
      assert.deepEqual(
        await bench.rows('SELECT id FROM change_events WHERE workspace_id = $1', [workspaceId]),
        [],
      )
    })

    test('still takes over what the file says now', async () => {
      const workspaceId = await bench.workspace()
      const file = (city: string) =>
        `id,name,company,city,industry\n1,Ann,Acme,,\n2,Bob,Acme,${city},\n3,Cid,Acme,Kiel,\n`
      for (const city of ['Bonn', 'Rome']) {
        await bench.run(workspaceId, contacts, { 'c.csv': file(city) }, { batchRows })
      }
      const companies = await bench.rows('SELECT city FROM companies WHERE workspace_id = $1', [workspaceId])
      assert.deepEqual(companies, [{ city: 'Rome' }])
    })

    test('is the only one where rows do not share their record', async () => {
      const workspaceId = await bench.workspace()
      await bench.run(workspaceId, people, { 'c.csv': 'id,name\n1,Ann\n2,Bob\n' }, { batchRows })
      const twice = { 'c.csv': 'id,name\n1,Anna\n2,Bob\n1,Anne\n' }
      const { rowsFailed } = await bench.run(workspaceId, people, twice, { batchRows })
      assert.equal(rowsFailed, 1)
      assert.deepEqual(
        await bench.rows('SELECT last_name FROM customers WHERE workspace_id = $1 ORDER BY id', [
          workspaceId,
        ]),
        [{ last_name: 'Anna' }, { last_name: 'Bob' }],
      )
      assert.deepEqual(
        await bench.rows('SELECT line, reason FROM import_errors WHERE workspace_id = $1', [workspaceId]),
        [{ line: 4, reason: 'An earlier row has the id "1" too; only the first became a customer.' }],
      )
    })
  })
}
