import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fromMemory, type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'
import { lines, ordersOf, products, shopMapping } from '../../test/fixtures/shop-files.ts'
import { type TakenOver, takeOver } from './handed-over.ts'
import type { Mapping } from './mapping/mapping.ts'
import { parseMapping } from './mapping/read-mapping.ts'
import { continueImport } from './run-import.ts'

const BATCH_ROWS = 3

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

/** Orders with their lines, of which one is refused; people of whom none has an id, some of them the same. */
const shop = {
  mapping: shopMapping({ 'p.csv': [products], 'o.csv': [ordersOf('completed')], 'l.csv': [lines] }),
  files: {
    'p.csv': 'sku\ntea\nmilk\n',
    'o.csv': `no,date\n${[1, 2, 3, 4, 5].map((no) => `A${no},2026-03-02\n`).join('')}`,
    'l.csv': `no,line,sku,qty,price\n${[1, 2, 3, 4, 5].map((no) => `A${no},1,tea,1,2\nA${no},2,${no === 3 ? 'coffee' : 'milk'},3,1.5\n`).join('')}`,
  },
}
const people = {
  mapping: parseMapping(
    JSON.stringify({
      name: 'people',
      files: [
        {
          file: 'c.csv',
          records: [
            {
              object: 'customers',
              external_id: 'id',
              without_id: 'content',
              fields: { last_name: 'name', email: 'email' },
            },
          ],
        },
      ],
    }),
    'The mapping',
  ),
  files: {
    'c.csv': `id,name,email\n${['Ann', 'Ann', 'Bob', 'Ann', 'Cem', 'Bob', 'Ann', 'Dov', 'Ann'].map((name, n) => `,${name},${n === 4 ? 'nowhere' : ''}\n`).join('')}`,
  },
}

/** People who are there, changed by rows of which the first word holds, wherever a batch ends. */
const changed = {
  mapping: parseMapping(
    JSON.stringify({
      name: 'crm',
      files: [
        {
          file: 'c.csv',
          records: [
            {
              object: 'companies',
              external_id: 'company',
              shared: true,
              existing: 'update',
              fields: { name: 'company', city: 'city' },
            },
            {
              object: 'customers',
              external_id: 'id',
              existing: 'update',
              fields: { last_name: 'name', company_id: 'company' },
            },
          ],
        },
      ],
    }),
    'The mapping',
  ),
  before: { 'c.csv': 'id,name,company,city\n1,Ann,Acme,Graz\n2,Bob,Beta,Graz\n' },
  files: {
    'c.csv': `id,name,company,city\n${[
      '1,Ann,Acme,',
      '2,Bob,Acme,Bonn',
      '3,Cid,Beta,Rome',
      '4,Dan,Acme,Kiel',
      '1,Anna,Acme,Kiel',
      '5,Eva,Beta,Oslo',
      '6,Flo,Acme,Kiel',
      '2,Rob,Beta,',
    ].join('\n')}\n`,
  },
}

interface Sample {
  mapping: Mapping
  files: Record<string, string>
  /** What was imported before, by the same mapping. */
  before?: Record<string, string>
}
const samples: Record<string, Sample> = { shop, people, changed }

/** An import that was handed over. */
async function handedOver({ mapping, before }: Sample): Promise<{ workspaceId: number; importId: number }> {
  const workspaceId = await bench.workspace()
  if (before) await bench.run(workspaceId, mapping, before)
  const [upload] = await bench.rows<{ id: string }>(
    'INSERT INTO uploads (workspace_id) VALUES ($1) RETURNING id',
    [workspaceId],
  )
  const [made] = await bench.rows<{ id: number }>(
    `INSERT INTO imports (workspace_id, mapping, status, upload_id, definition) VALUES ($1, $2, 'waiting', $3, $4) RETURNING id`,
    [workspaceId, mapping.name, upload?.id, JSON.stringify(mapping)],
  )
  return { workspaceId, importId: made?.id ?? 0 }
}

async function taken(workspaceId: number, importId: number): Promise<TakenOver> {
  const found = await bench.db.transaction().execute((tx) => takeOver(tx, workspaceId, importId))
  assert.ok(found)
  return found
}

/** A run that ends after so many batches, as if its process had died then. */
async function run(
  { mapping, files }: Sample,
  {
    workspaceId,
    importId,
    from,
    batches,
  }: { workspaceId: number; importId: number; from: TakenOver; batches: number },
): Promise<boolean> {
  let left = batches
  const request = {
    db: bench.db,
    pool: bench.pool,
    workspaceId,
    userId: null,
    mapping,
    openFile: fromMemory(files),
    batchRows: BATCH_ROWS,
    onProgress: () => {
      if (--left < 0) throw new Error('killed')
    },
  }
  try {
    await continueImport(request, importId, from)
    return true
  } catch (error) {
    assert.equal((error as Error).message, 'killed')
    return false
  }
}

/** All that it says and all that came in, without what differs from run to run. */
async function outcome(workspaceId: number, importId: number) {
  const of = (text: string) => bench.rows(text, [workspaceId, importId])
  return {
    said: await of(
      `SELECT status, files, rows_failed, rows_noted, orders_incomplete, failure FROM imports WHERE workspace_id = $1 AND id = $2`,
    ),
    errors: await of(
      `SELECT file, line, reason FROM import_errors WHERE workspace_id = $1 AND import_id = $2 ORDER BY 1, 2, 3`,
    ),
    orders: await of(
      `SELECT order_number, status, total_amount FROM orders WHERE workspace_id = $1 AND $2 > 0 ORDER BY 1`,
    ),
    people: await of(
      `SELECT last_name, count(*) AS n FROM customers WHERE workspace_id = $1 AND $2 > 0 GROUP BY 1 ORDER BY 1`,
    ),
    companies: await of(`SELECT name, city FROM companies WHERE workspace_id = $1 AND $2 > 0 ORDER BY 1`),
    notes: await of(
      `SELECT line, note FROM import_notes WHERE workspace_id = $1 AND import_id = $2 ORDER BY 1, 2`,
    ),
    drift: await of(`SELECT count(*) AS n FROM summary_drift($1) WHERE $2 > 0`),
  }
}

describe('an import that is taken over', () => {
  for (const [name, sample] of Object.entries(samples)) {
    test(`after any batch comes to the same end as one that nobody interrupted: ${name}`, async () => {
      const whole = await handedOver(sample)
      assert.ok(
        await run(sample, { ...whole, from: await taken(whole.workspaceId, whole.importId), batches: 1_000 }),
      )
      const expected = await outcome(whole.workspaceId, whole.importId)
      for (let batches = 0; ; batches++) {
        const cut = await handedOver(sample)
        const first = await run(sample, { ...cut, from: await taken(cut.workspaceId, cut.importId), batches })
        if (first) return
        assert.ok(
          await run(sample, { ...cut, from: await taken(cut.workspaceId, cut.importId), batches: 1_000 }),
        )
        assert.deepEqual(await outcome(cut.workspaceId, cut.importId), expected, `after ${batches} batches`)
      }
    })
  }

  test('by one run after the other, one batch each, is whole in the end', async () => {
    const whole = await handedOver(people)
    await run(people, { ...whole, from: await taken(whole.workspaceId, whole.importId), batches: 1_000 })
    const cut = await handedOver(people)
    while (!(await run(people, { ...cut, from: await taken(cut.workspaceId, cut.importId), batches: 1 })));
    assert.deepEqual(
      await outcome(cut.workspaceId, cut.importId),
      await outcome(whole.workspaceId, whole.importId),
    )
  })

  test('is written by the new run alone: one that was taken for dead, and lives, is refused its next batch', async () => {
    const { workspaceId, importId } = await handedOver(people)
    const old = await taken(workspaceId, importId)
    await taken(workspaceId, importId)
    const request = {
      db: bench.db,
      pool: bench.pool,
      workspaceId,
      userId: null,
      mapping: people.mapping,
      openFile: fromMemory(people.files),
      batchRows: BATCH_ROWS,
    }
    const { failure } = await continueImport(request, importId, old)
    assert.match(failure ?? '', /declared dead/)
    const { people: cameIn, said } = await outcome(workspaceId, importId)
    assert.deepEqual(cameIn, [])
    assert.equal(said[0]?.status, 'running', 'and does not end it')
  })

  test('is not begun again once it has ended, and its files are gone', async () => {
    const { workspaceId, importId } = await handedOver(people)
    await run(people, { workspaceId, importId, from: await taken(workspaceId, importId), batches: 1_000 })
    await assert.rejects(taken(workspaceId, importId))
  })
})
