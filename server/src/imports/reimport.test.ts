import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import type { Mapping, RecordMapping } from './mapping/mapping.ts'
import { parseMapping } from './mapping/read-mapping.ts'
import type { FileProgress } from './progress.ts'
import { readImport } from './queries.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

function mapping(files: Record<string, RecordMapping[]>): Mapping {
  const list = Object.entries(files).map(([file, records]) => ({ file, records }))
  return parseMapping(JSON.stringify({ name: 'crm', files: list }), 'The mapping')
}

const person: RecordMapping = {
  object: 'customers',
  external_id: 'id',
  fields: {
    last_name: 'name',
    email: 'email',
    city: 'city',
    source: { constant: 'fair' },
    lifecycle_stage: { column: 'stage', default: 'prospect' },
  },
}
const header = 'id,name,email,city,stage\n'
const keep = mapping({ 'c.csv': [person] })
const update = mapping({ 'c.csv': [{ ...person, existing: 'update' }] })
const overwrite = mapping({ 'c.csv': [{ ...person, existing: 'update', overwrite: true }] })
const restore = mapping({ 'c.csv': [{ ...person, in_trash: 'restore' }] })
const refresh = mapping({ 'c.csv': [{ ...person, in_trash: 'restore', existing: 'update' }] })

function became(file: FileProgress | undefined): Record<string, number> {
  const counts = Object.entries(file ?? {}).filter(
    ([name, count]) => name.startsWith('rows_') && name !== 'rows_read' && Number(count) > 0,
  )
  return Object.fromEntries(counts.map(([name, count]) => [name.slice('rows_'.length), Number(count)]))
}

async function runRows(workspaceId: number, what: Mapping, rows: string, options = {}) {
  const result = await bench.run(workspaceId, what, { 'c.csv': header + rows }, options)
  assert.equal(result.failure, null)
  return { ...result, became: became(result.files[0]) }
}

async function people(workspaceId: number): Promise<string[]> {
  const rows = await bench.rows<Record<string, unknown>>(
    `SELECT last_name, email, city, source, lifecycle_stage, version, deleted_at IS NOT NULL AS trashed
     FROM customers WHERE workspace_id = $1 ORDER BY id`,
    [workspaceId],
  )
  return rows.map((row) => Object.values(row).join(' '))
}

async function trash(workspaceId: number, name: string): Promise<void> {
  await bench.rows('UPDATE customers SET deleted_at = now() WHERE workspace_id = $1 AND last_name = $2', [
    workspaceId,
    name,
  ])
}

async function changeByPerson(workspaceId: number, name: string, city: string): Promise<void> {
  await bench.rows(
    `WITH changed AS (
       UPDATE customers SET city = $3, version = version + 1 WHERE workspace_id = $1 AND last_name = $2 RETURNING id, version)
     INSERT INTO change_events (workspace_id, object, entity_id, action, changes, version)
     SELECT $1, 'customer', id, 'updated', jsonb_build_object('city', jsonb_build_array('Ulm', $3::text)), version FROM changed`,
    [workspaceId, name, city],
  )
}

async function errorsOf(importId: number): Promise<string[]> {
  const rows = await bench.rows<{ reason: string }>(
    'SELECT reason FROM import_errors WHERE import_id = $1 ORDER BY id',
    [importId],
  )
  return rows.map(({ reason }) => reason)
}

const two = '1,Ann,ann@example.com,Ulm,\n2,Bob,bob@example.com,Bonn,customer\n'

describe('what lies in the trash', () => {
  test('is told, and stays there', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    await trash(workspaceId, 'Ann')
    for (const what of [keep, update]) {
      const { became } = await runRows(workspaceId, what, two)
      assert.deepEqual(became, { unchanged: 1, in_trash: 1 })
    }
    assert.match((await people(workspaceId))[0] ?? '', /1 true$/)
  })

  test('comes back where the mapping says so, with what the file says where it says that too', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    await trash(workspaceId, 'Ann')
    await trash(workspaceId, 'Bob')
    const first = await runRows(workspaceId, restore, two.replace('Ulm', 'Kiel'), { batchRows: 1 })
    assert.deepEqual(first.became, { restored: 2 })
    await trash(workspaceId, 'Bob')
    const second = await runRows(workspaceId, refresh, two.replace('Bonn', 'Rome'))
    assert.deepEqual(second.became, { unchanged: 1, restored: 1 })
    assert.deepEqual(await people(workspaceId), [
      'Ann ann@example.com Ulm fair prospect 2 false',
      'Bob bob@example.com Rome fair customer 4 false',
    ])
    const history = await bench.rows(
      'SELECT action, changes, import_id IS NOT NULL AS ours FROM change_events WHERE workspace_id = $1 ORDER BY id',
      [workspaceId],
    )
    assert.deepEqual(history, [
      { action: 'restored', changes: {}, ours: true },
      { action: 'restored', changes: {}, ours: true },
      { action: 'restored', changes: {}, ours: true },
      { action: 'updated', changes: { city: ['Bonn', 'Rome'] }, ours: true },
    ])
    assert.deepEqual(await bench.rows('SELECT kind FROM summary_drift($1)', [workspaceId]), [])
  })

  test('gets back what pointed at it', async () => {
    const workspaceId = await bench.workspace()
    const team = (in_trash: 'report' | 'restore') =>
      mapping({
        't.csv': [{ object: 'companies', external_id: 'id', in_trash, fields: { name: 'id' } }],
        'c.csv': [
          { object: 'customers', external_id: 'id', fields: { last_name: 'id', company_id: 'company' } },
        ],
      })
    const files = { 't.csv': 'id\nAcme\n', 'c.csv': 'id,company\nAnn,Acme\n' }
    await bench.run(workspaceId, team('report'), files)
    await bench.rows(
      `WITH gone AS (UPDATE companies SET deleted_at = now() WHERE workspace_id = $1 RETURNING id),
       freed AS (UPDATE customers SET company_id = NULL WHERE workspace_id = $1 RETURNING id)
       INSERT INTO trash_handovers (workspace_id, object, entity_id, holder, field, holder_id)
       SELECT $1, 'company', gone.id, 'customers', 'company_id', freed.id FROM gone, freed`,
      [workspaceId],
    )
    await bench.run(workspaceId, team('restore'), files)
    const found = await bench.rows(
      `SELECT co.name FROM customers c JOIN companies co ON co.id = c.company_id AND co.deleted_at IS NULL WHERE c.workspace_id = $1`,
      [workspaceId],
    )
    assert.deepEqual(found, [{ name: 'Acme' }])
  })

  test('does not come back where another has its email by now', async () => {
    const workspaceId = await bench.workspace({ uniqueEmails: true })
    await runRows(workspaceId, keep, two)
    await trash(workspaceId, 'Ann')
    await runRows(workspaceId, keep, '3,New,ann@example.com,,\n')
    const { became, importId } = await runRows(workspaceId, restore, two)
    assert.deepEqual(became, { unchanged: 1, failed: 1 })
    assert.deepEqual(await errorsOf(importId), [
      'The customer "1" lies in the trash, and another has its email by now. Change one of them.',
    ])
  })

  test('cannot be referred to', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    await trash(workspaceId, 'Ann')
    const orders = mapping({
      'o.csv': [
        {
          object: 'orders',
          external_id: 'no',
          fields: {
            order_number: 'no',
            order_date: 'date',
            customer_id: 'who',
            status: { constant: 'confirmed' },
          },
        },
      ],
    })
    const files = { 'o.csv': 'no,date,who\nA,2026-11-02,1\nB,2026-11-02,2\n' }
    const { importId, files: done } = await bench.run(workspaceId, orders, files)
    assert.deepEqual(became(done[0]), { inserted: 1, failed: 1 })
    assert.deepEqual(await errorsOf(importId), [
      'The customer "1" lies in the trash. Restore it, or let the mapping do it, and import this row again.',
    ])
  })

  test('and what was deleted for good comes in anew', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    await bench.rows(`DELETE FROM customers WHERE workspace_id = $1 AND last_name = 'Ann'`, [workspaceId])
    assert.deepEqual((await runRows(workspaceId, keep, two)).became, { inserted: 1, unchanged: 1 })
    assert.deepEqual((await runRows(workspaceId, keep, two)).became, { unchanged: 2 })
  })
})

describe('what is there already', () => {
  const changed = '1,Anne,ann@example.com,,\n2,Bob,bob@example.com,Bonn,\n'

  test('stays as it is unless the mapping says otherwise', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    const before = await people(workspaceId)
    assert.deepEqual((await runRows(workspaceId, keep, changed)).became, { unchanged: 2 })
    assert.deepEqual(await people(workspaceId), before)
  })

  test('takes on what the file says: no empty cell, no default, nothing that only the mapping says', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    const { became } = await runRows(workspaceId, update, changed)
    assert.deepEqual(became, { updated: 1, unchanged: 1 })
    assert.deepEqual(await people(workspaceId), [
      'Anne ann@example.com Ulm fair prospect 2 false',
      'Bob bob@example.com Bonn fair customer 1 false',
    ])
    assert.deepEqual((await runRows(workspaceId, update, changed)).became, { unchanged: 2 })
    const found = await bench.rows(
      `SELECT last_name_sort FROM customers WHERE workspace_id = $1 AND last_name_sort = 'anne'`,
      [workspaceId],
    )
    assert.equal(found.length, 1)
  })

  test('keeps what a person has changed, and says so, unless the mapping overwrites', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    await changeByPerson(workspaceId, 'Ann', 'Kiel')
    const moved = '1,Anne,ann@example.com,Rome,\n'
    const { became, importId, rowsNoted } = await runRows(workspaceId, update, moved)
    assert.deepEqual([became, rowsNoted], [{ updated: 1 }, 1])
    assert.deepEqual((await readImport(bench.db, workspaceId, importId))?.notes, [
      {
        file: 'c.csv',
        line: 2,
        column: 'city',
        note: `A person has changed the customer's city to "Kiel"; "Rome" was left out.`,
      },
    ])
    assert.match((await people(workspaceId))[0] ?? '', /^Anne ann@example.com Kiel/)
    await runRows(workspaceId, overwrite, moved)
    assert.match((await people(workspaceId))[0] ?? '', /^Anne ann@example.com Rome/)
    // From then on the field is the file's again.
    await runRows(workspaceId, update, moved.replace('Rome', 'Oslo'))
    assert.match((await people(workspaceId))[0] ?? '', /^Anne ann@example.com Oslo/)
  })

  test('does not take on what another has', async () => {
    const workspaceId = await bench.workspace({ uniqueEmails: true })
    await runRows(workspaceId, keep, two)
    const { became, importId } = await runRows(
      workspaceId,
      update,
      '1,Ann,BOB@example.com,,\n2,Bob,bob@example.com,Rome,\n',
    )
    assert.deepEqual(became, { updated: 1, failed: 1 })
    assert.deepEqual(await errorsOf(importId), ['Another customer has the email "BOB@example.com" already.'])
  })

  test('is told apart from an id that the file has twice', async () => {
    const workspaceId = await bench.workspace()
    await runRows(workspaceId, keep, two)
    assert.deepEqual((await runRows(workspaceId, keep, two + two)).became, { unchanged: 2, failed: 2 })
  })
})

describe('rows that share a record', () => {
  const contacts = mapping({
    'c.csv': [
      {
        object: 'companies',
        external_id: 'company',
        shared: true,
        fields: { name: 'company', city: 'city' },
      },
      { object: 'customers', external_id: 'id', fields: { last_name: 'name', company_id: 'company' } },
    ],
  })

  for (const batchRows of [1, 100]) {
    test(`fill what earlier ones left empty and are told where they contradict, ${batchRows} in a batch`, async () => {
      const workspaceId = await bench.workspace()
      const rows = 'id,name,company,city\n1,Ann,Acme,\n2,Bob,Acme,Bonn\n3,Cid,Acme,Kiel\n4,Dan,Acme,Bonn\n'
      const { importId } = await bench.run(workspaceId, contacts, { 'c.csv': rows }, { batchRows })
      const companies = await bench.rows('SELECT name, city FROM companies WHERE workspace_id = $1', [
        workspaceId,
      ])
      assert.deepEqual(companies, [{ name: 'Acme', city: 'Bonn' }])
      assert.deepEqual((await readImport(bench.db, workspaceId, importId))?.notes, [
        {
          file: 'c.csv',
          line: 4,
          column: 'city',
          note: `The company's city is "Bonn" by an earlier row; "Kiel" was left out.`,
        },
      ])
      assert.deepEqual(
        await bench.rows('SELECT id FROM change_events WHERE workspace_id = $1', [workspaceId]),
        [],
      )
      const again = await bench.run(workspaceId, contacts, { 'c.csv': rows }, { batchRows })
      assert.equal(again.rowsNoted, 0)
    })
  }
})

describe('orders that are there', () => {
  const shop = (existing: 'keep' | 'update') =>
    mapping({
      'p.csv': [
        {
          object: 'products',
          external_id: 'sku',
          fields: { product_name: 'sku', unit_price: { constant: '1' } },
        },
      ],
      'o.csv': [
        {
          object: 'orders',
          external_id: 'no',
          existing,
          fields: { order_number: 'no', order_date: 'date', status: 'status', currency: 'currency' },
        },
      ],
      'l.csv': [
        {
          object: 'order_items',
          external_id: ['no', 'line'],
          existing,
          fields: { order_id: 'no', product_id: 'sku', quantity: 'qty', unit_price: 'price' },
        },
      ],
    })
  const files = (order: string, lines: string) => ({
    'p.csv': 'sku\ntea\nmilk\n',
    'o.csv': `no,date,status,currency\n${order}\n`,
    'l.csv': `no,line,sku,qty,price\n${lines}`,
  })
  const orderOf = async (workspaceId: number) => {
    const [order] = await bench.rows<Record<string, unknown>>(
      `SELECT order_date, status, currency, total_amount, (
         SELECT string_agg(concat_ws('*', quantity, unit_price), ' ' ORDER BY position) FROM order_items i WHERE i.order_id = o.id) AS lines
       FROM orders o WHERE workspace_id = $1`,
      [workspaceId],
    )
    assert.deepEqual(await bench.rows('SELECT kind FROM summary_drift($1)', [workspaceId]), [])
    return Object.values(order ?? {}).join(' ')
  }

  test('take on changed lines as a whole, with their date, status and currency', async () => {
    const workspaceId = await bench.workspace()
    const lines = 'A,1,tea,1,1.0050\nA,2,milk,2,10\n'
    await bench.run(workspaceId, shop('keep'), files('A,2026-01-02,confirmed,EUR', lines))
    assert.equal(await orderOf(workspaceId), '2026-01-02 confirmed EUR 21.01 1*1.005 2*10')
    const changed = files('A,2026-02-03,completed,JPY', 'A,1,tea,1,1.0050\nA,2,milk,3,10\n')
    const kept = await bench.run(workspaceId, shop('keep'), changed)
    assert.deepEqual(kept.files.map(became).slice(1), [{ unchanged: 1 }, { unchanged: 2 }])
    const updated = await bench.run(workspaceId, shop('update'), changed, { batchRows: 1 })
    assert.deepEqual(updated.files.map(became).slice(1), [{ updated: 1 }, { unchanged: 1, updated: 1 }])
    assert.equal(await orderOf(workspaceId), '2026-02-03 completed JPY 31 1*1.005 3*10')
    const again = await bench.run(workspaceId, shop('update'), changed)
    assert.deepEqual(again.files.map(became).slice(1), [{ unchanged: 1 }, { unchanged: 2 }])
  })

  test('keep the lines that a person has given them', async () => {
    const workspaceId = await bench.workspace()
    const lines = 'A,1,tea,1,1\nA,2,milk,2,10\n'
    await bench.run(workspaceId, shop('keep'), files('A,2026-01-02,confirmed,EUR', lines))
    await bench.rows(
      `WITH gone AS (DELETE FROM order_items WHERE workspace_id = $1 AND position = 2)
       UPDATE orders SET total_amount = 1, version = version + 1 WHERE workspace_id = $1`,
      [workspaceId],
    )
    for (const existing of ['keep', 'update'] as const) {
      await bench.run(workspaceId, shop(existing), files('A,2026-01-02,confirmed,EUR', lines))
      assert.equal(await orderOf(workspaceId), '2026-01-02 confirmed EUR 1 1*1')
    }
  })

  test('that were deleted for good come in anew with all their lines', async () => {
    const workspaceId = await bench.workspace()
    const same = files('A,2026-01-02,confirmed,EUR', 'A,1,tea,1,1\nA,2,milk,2,10\n')
    await bench.run(workspaceId, shop('keep'), same)
    await bench.rows('DELETE FROM orders WHERE workspace_id = $1', [workspaceId])
    const { files: done } = await bench.run(workspaceId, shop('keep'), same)
    assert.deepEqual(done.map(became).slice(1), [{ inserted: 1 }, { inserted: 2 }])
    assert.equal(await orderOf(workspaceId), '2026-01-02 confirmed EUR 21.00 1*1 2*10')
  })
})
