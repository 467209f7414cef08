import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { untilWaiting } from '../../test/fixtures/waiting.ts'
import { transaction } from '../db/database.ts'
import { kindParts } from '../kinds.ts'
import { trashRecords } from '../records/trash.ts'
import type { Scope } from '../scope.ts'
import { purgeRecords } from '../trash/purge.ts'
import { kindOfPath } from '../vocabulary.ts'
import type { Mapping, RecordMapping } from './mapping/mapping.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const team: RecordMapping = {
  object: 'sales_representatives',
  external_id: 'id',
  fields: { last_name: 'name' },
}
const people: RecordMapping = {
  object: 'customers',
  external_id: 'id',
  fields: { last_name: 'name', assigned_sales_rep_id: 'rep' },
}
const mapping = (file: string, ...records: RecordMapping[]): Mapping => ({
  name: 'test',
  files: [{ file, records }],
})
const TEAM = mapping('team.csv', team)
const PEOPLE = mapping('people.csv', people)
const peopleCsv = { 'people.csv': 'id,name,rep\n1,Ann,r\n2,Bob,\n' }

type Kind = 'customers' | 'sales-representatives'

/** A workspace with one imported representative. */
async function withRepresentative(): Promise<{ workspaceId: number; scope: Scope; id: number }> {
  const workspaceId = await bench.workspace()
  await bench.run(workspaceId, TEAM, { 'team.csv': 'id,name\nr,Leaving\n' })
  const [found] = await bench.rows<{ id: number }>(
    'SELECT id FROM sales_representatives WHERE workspace_id = $1',
    [workspaceId],
  )
  return {
    workspaceId,
    scope: ownerOf(workspaceId),
    id: found?.id ?? 0,
  }
}

const ownerOf = (workspaceId: number): Scope => ({
  workspaceId,
  userId: null as unknown as string, // Of the command line, which has no user.
  role: 'owner',
})

const trash = (kind: Kind, scope: Scope, id: number, takeOver?: 'nobody') =>
  transaction(bench.db, (tx) => trashRecords(tx, kindParts[kindOfPath[kind]].source, scope, [id], takeOver))

/** Moves a record to the trash, or deletes it for good, and keeps the transaction open until the import has come to it. */
async function importDuring(
  work: (tx: Parameters<Parameters<typeof transaction>[1]>[0]) => Promise<unknown>,
  start: () => ReturnType<ImportBench['run']>,
) {
  let imported: ReturnType<ImportBench['run']> | undefined
  await transaction(bench.db, async (tx) => {
    await work(tx)
    imported = start()
    await untilWaiting(bench.pool, imported)
  })
  return imported
}

/** Any number that no program uses as its advisory lock. */
const GATE = 4_711

/** Runs `meanwhile` when the batch stands before its first insert into a table, with everything looked up. */
async function beforeInsert<T>(
  table: string,
  start: () => ReturnType<ImportBench['run']>,
  meanwhile: () => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  await bench.pool.query(`
    CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NULL; END $$;
    CREATE TRIGGER gate BEFORE INSERT ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION gate()`)
  const holder = await bench.pool.connect()
  try {
    await holder.query(`SELECT pg_advisory_lock(${GATE})`)
    const imported = start()
    await untilWaiting(bench.pool, imported)
    const done = meanwhile()
    await untilWaiting(bench.pool, done, ['transactionid', 'tuple'])
    await holder.query(`SELECT pg_advisory_unlock(${GATE})`)
    const [outcome] = await Promise.allSettled([done, imported])
    return outcome
  } finally {
    holder.release()
    await bench.pool.query(`DROP TRIGGER gate ON ${table}; DROP FUNCTION gate()`)
  }
}

const pointingIntoTrash = `
  SELECT count(*) AS n FROM customers c JOIN sales_representatives r
    ON r.workspace_id = c.workspace_id AND r.id = c.assigned_sales_rep_id
  WHERE c.workspace_id = $1 AND r.deleted_at IS NOT NULL`

async function assertNonePointsIntoTrash(workspaceId: number) {
  assert.deepEqual(await bench.rows(pointingIntoTrash, [workspaceId]), [{ n: 0 }])
}

const reasons = (workspaceId: number) =>
  bench.rows('SELECT line, reason FROM import_errors WHERE workspace_id = $1 ORDER BY line', [workspaceId])

describe('a record that goes to the trash while a batch points at it', () => {
  test('first: the batch waits, and refuses the row with the reason', async () => {
    const { workspaceId, scope, id } = await withRepresentative()
    const source = kindParts.sales_representative.source
    const result = await importDuring(
      (tx) => trashRecords(tx, source, scope, [id]),
      () => bench.run(workspaceId, PEOPLE, peopleCsv),
    )
    assert.equal(result?.failure, null)
    await assertNonePointsIntoTrash(workspaceId)
    assert.deepEqual(await reasons(workspaceId), [
      {
        line: 2,
        reason:
          'The sales representative "r" lies in the trash. Restore it, or let the mapping do it, and import this row again.',
      },
    ])
  })

  test('after the batch has looked: deleting waits for the batch, and then asks who takes over', async () => {
    const { workspaceId, scope, id } = await withRepresentative()
    const outcome = await beforeInsert(
      'customers',
      () => bench.run(workspaceId, PEOPLE, peopleCsv),
      () => trash('sales-representatives', scope, id),
    )
    assert.equal(outcome.status, 'rejected')
    assert.match(String(outcome.reason), /^Error: 1 customer belongs to what you want to delete/)
    await assertNonePointsIntoTrash(workspaceId)
  })

  test('and whoever takes over gets what the batch brought in', async () => {
    const { workspaceId, scope, id } = await withRepresentative()
    const outcome = await beforeInsert(
      'customers',
      () => bench.run(workspaceId, PEOPLE, peopleCsv),
      () => trash('sales-representatives', scope, id, 'nobody'),
    )
    assert.equal(outcome.status, 'fulfilled')
    await assertNonePointsIntoTrash(workspaceId)
    const kept = await bench.rows('SELECT holder FROM trash_handovers WHERE workspace_id = $1', [workspaceId])
    assert.deepEqual(kept, [{ holder: 'customers' }])
  })
})

test('a record that is deleted for good while a batch comes to it has not come in', async () => {
  const { workspaceId, scope, id } = await withRepresentative()
  await trash('sales-representatives', scope, id)
  const source = kindParts.sales_representative.source
  const result = await importDuring(
    (tx) => purgeRecords(tx, source, scope, [id]),
    () => bench.run(workspaceId, PEOPLE, peopleCsv),
  )
  assert.equal(result?.failure, null)
  assert.deepEqual(await reasons(workspaceId), [
    {
      line: 2,
      reason: 'No sales representative with the id "r" has come in; its row may be missing or refused.',
    },
  ])
})

test('a record that goes to the trash while a batch comes to change it is left as it is', async () => {
  const workspaceId = await bench.workspace()
  await bench.run(workspaceId, PEOPLE, { 'people.csv': 'id,name,rep\n1,Ann,\n' })
  const [found] = await bench.rows<{ id: number }>('SELECT id FROM customers WHERE workspace_id = $1', [
    workspaceId,
  ])
  const scope = ownerOf(workspaceId)
  const result = await importDuring(
    (tx) => trashRecords(tx, kindParts.customer.source, scope, [found?.id ?? 0]),
    () =>
      bench.run(workspaceId, mapping('people.csv', { ...people, existing: 'update' }), {
        'people.csv': 'id,name,rep\n1,Anna,\n',
      }),
  )
  assert.equal(result?.files[0]?.rows_in_trash, 1)
  assert.deepEqual(
    await bench.rows('SELECT last_name FROM customers WHERE workspace_id = $1', [workspaceId]),
    [{ last_name: 'Ann' }],
  )
})

test('the representative of the latest order who lies in the trash gets no customers', async () => {
  const { workspaceId, scope, id } = await withRepresentative()
  const shop: Mapping = {
    name: 'test',
    files: [
      { file: 'people.csv', records: [{ ...people, fields: { last_name: 'name' } }] },
      {
        file: 'orders.csv',
        records: [
          {
            object: 'orders',
            external_id: 'id',
            fields: {
              order_number: 'id',
              order_date: 'date',
              customer_id: 'customer',
              sales_rep_id: 'rep',
              status: { constant: 'shipped' },
            },
          },
        ],
      },
    ],
  }
  const files = {
    'people.csv': 'id,name,rep\n1,Ann,\n',
    'orders.csv': 'id,date,customer,rep\no,2025-01-01,1,r\n',
  }
  await bench.run(workspaceId, shop, files)
  await trash('sales-representatives', scope, id)
  await bench.run(workspaceId, { ...shop, finish: { assign_representative_of_latest_order: true } }, files)
  await assertNonePointsIntoTrash(workspaceId)
})
