import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../../test/fixtures/importing.ts'
import { lines, ordersOf, products, salesIn, shopMapping } from '../../../test/fixtures/shop-files.ts'
import type { Mapping, RecordMapping } from '../mapping/mapping.ts'
import { readImport } from '../queries.ts'

let bench: ImportBench
before(async () => {
  bench = await openImportBench()
})
after(() => bench.close())

const orders = ordersOf('completed')

function shop(line: RecordMapping): Mapping {
  return shopMapping({ 'p.csv': [products], 'o.csv': [orders], 'l.csv': [line] })
}

const HEADER = 'no,line,sku,qty,price\n'

function filesWith(rows: string, header = HEADER) {
  return {
    'p.csv': 'sku\ntea\nmilk\n',
    'o.csv': 'no,date\nA,2026-11-02\nB,2026-11-02\n',
    'l.csv': header + rows,
  }
}

const salesOf = (workspaceId: number) => salesIn(bench, workspaceId)

/** At every committed moment a sale of the order A has one of these totals. */
function watch(workspaceId: number, ...totals: number[]): () => Promise<void> {
  return async () => {
    const sales = await bench.rows<{ total: string }>(
      `SELECT total_amount AS total FROM orders WHERE workspace_id = $1 AND is_sale AND order_number = 'A'`,
      [workspaceId],
    )
    for (const { total } of sales) assert.ok(totals.includes(Number(total)), total)
    assert.deepEqual(await bench.rows('SELECT kind FROM summary_drift($1)', [workspaceId]), [])
  }
}

async function reasons(workspaceId: number, importId: number): Promise<string[]> {
  const told = await readImport(bench.db, workspaceId, importId)
  return told?.incomplete_orders.map(({ order_number, reason }) => `${order_number}: ${reason}`) ?? []
}

describe('lines that are there change as a whole', () => {
  const updating = shop({ ...lines, existing: 'update' })
  const first = filesWith('A,1,tea,3,10\nA,2,milk,1,5\nB,1,tea,1,10\n')

  for (const [what, rows] of [
    ['cannot be read', 'A,1,tea,x,10\nA,2,milk,2,5\n'],
    ['cannot be read, and stands last', 'A,2,milk,2,5\nA,1,tea,x,10\n'],
    ['has an unknown product', 'A,1,rum,3,10\nA,2,milk,2,5\n'],
    ['has surplus cells', 'A,1,tea,1,10,5\nA,2,milk,2,5\n'],
    ['has a broken quotation mark behind its id', 'A,1,"te"a,1,10\nA,2,milk,2,5\n'],
  ] as const) {
    test(`an order is a draft while a line of it ${what}, and completed by the mended row`, async () => {
      for (const batchRows of [1, 100]) {
        const workspaceId = await bench.workspace()
        await bench.run(workspaceId, updating, first)
        assert.deepEqual(await salesOf(workspaceId), ['A completed 35', 'B completed 10'])
        const onProgress = watch(workspaceId, 35, 20)
        const result = await bench.run(workspaceId, updating, filesWith(rows), { onProgress, batchRows })
        assert.deepEqual([result.rowsFailed, result.ordersIncomplete], [1, 1])
        assert.deepEqual(await salesOf(workspaceId), ['A draft 40', 'B completed 10'])
        assert.deepEqual(await reasons(workspaceId, result.importId), ['A: A line of it was refused.'])
        // A mapping that only brings in what is new does not change the line either.
        await bench.run(workspaceId, shop(lines), filesWith('A,1,tea,1,10\n'), { onProgress })
        assert.deepEqual(await salesOf(workspaceId), ['A draft 40', 'B completed 10'])
        const mended = await bench.run(workspaceId, updating, filesWith('A,1,tea,1,10\n'), { onProgress })
        assert.equal(mended.ordersIncomplete, 0)
        assert.deepEqual(await salesOf(workspaceId), ['A completed 20', 'B completed 10'])
      }
    })
  }

  test('a refused row of a line that a person has replaced holds nothing back', async () => {
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, updating, first)
    await bench.rows(
      `UPDATE order_items SET id = nextval('order_items_id_seq') WHERE workspace_id = $1 AND quantity = 3`,
      [workspaceId],
    )
    const again = filesWith('A,1,tea,x,10\nA,2,milk,1,5\n')
    const result = await bench.run(workspaceId, updating, again, { onProgress: watch(workspaceId, 35) })
    assert.deepEqual([result.rowsFailed, result.ordersIncomplete], [1, 0])
    assert.deepEqual(await salesOf(workspaceId), ['A completed 35', 'B completed 10'])
  })

  test('a refused row of a line that is only kept changes nothing', async () => {
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, shop(lines), first)
    const result = await bench.run(workspaceId, shop(lines), filesWith('A,1,tea,x,10\n'))
    assert.deepEqual([result.rowsFailed, result.ordersIncomplete], [1, 0])
    assert.deepEqual(await salesOf(workspaceId), ['A completed 35', 'B completed 10'])
  })
})

describe('a row that cannot be read', () => {
  const long = 'x'.repeat(300_000)

  for (const [what, row] of [
    ['too long', `A,2,${long},1,5`],
    ['too long, in quotation marks', `"A","2","${long}",1,5`],
    ['with a broken quotation mark', '"A","2","mi"lk",1,5'],
    ['with surplus cells', 'A,2,milk,1,5,7'],
  ] as const) {
    test(`is missing in the order that it begins with: ${what}`, async () => {
      for (const batchRows of [1, 100]) {
        const workspaceId = await bench.workspace()
        const rows = `A,1,tea,3,10\n${row}\nB,1,tea,1,10\n`
        const onProgress = watch(workspaceId, 35)
        const result = await bench.run(workspaceId, shop(lines), filesWith(rows), { onProgress, batchRows })
        assert.deepEqual([result.failure, result.ordersIncomplete], [null, 1])
        assert.deepEqual(await salesOf(workspaceId), ['A draft 30', 'B completed 10'])
        await bench.run(workspaceId, shop(lines), filesWith('A,2,milk,1,5\n'), { onProgress })
        assert.deepEqual(await salesOf(workspaceId), ['A completed 35', 'B completed 10'])
      }
    })
  }

  for (const [what, row, mended, header] of [
    ['too long over several lines', `A,2,"${'x\n'.repeat(150_000)}",1,5`, 'A,2,milk,1,5'],
    ['broken over several lines', 'A,2,"milk,1,5\nB,2,"tea",1,5', 'A,2,milk,1,5\nB,2,tea,1,5'],
    ['whole by chance over several lines', 'A,2,"milk\n1,5\n"', 'A,2,milk,1,5'],
    ['without the id of its order', ',2,milk,1,5', 'A,2,milk,1,5'],
    ['with a failed formula for its order', '#REF!,2,milk,1,5', 'A,2,milk,1,5'],
    ['with surplus cells', 'a, b,A,2,milk,1,5', 'a,A,2,milk,1,5', 'note,no,line,sku,qty,price\n'],
    ['with a broken first cell', '"A"x,2,milk,1,5', 'A,2,milk,1,5'],
  ] as const) {
    test(`may belong to any order: ${what}`, async () => {
      const start = header === undefined ? '' : ','
      const file = (second: string) =>
        filesWith(`${start}A,1,tea,3,10\n${second}\n${start}B,1,tea,1,10\n`, header)
      for (const batchRows of [1, 100]) {
        const workspaceId = await bench.workspace()
        const onProgress = watch(workspaceId, 35)
        const result = await bench.run(workspaceId, shop(lines), file(row), { onProgress, batchRows })
        assert.deepEqual([result.failure, result.rowsFailed, result.ordersIncomplete], [null, 1, 2])
        assert.deepEqual(await salesOf(workspaceId), ['A draft 30', 'B draft 10'])
        for (const reason of await reasons(workspaceId, result.importId)) {
          assert.match(reason, /^[AB]: A row of the file that could not be read may belong to it\. Mend/)
        }
        const whole = await bench.run(workspaceId, shop(lines), file(mended), { onProgress, batchRows })
        assert.equal(whole.ordersIncomplete, 0)
        const [a, b] = await salesOf(workspaceId)
        assert.equal(a, 'A completed 35')
        assert.match(b ?? '', /^B completed/)
      }
    })
  }

  test('leaves orders that were whole before as they are', async () => {
    const workspaceId = await bench.workspace()
    await bench.run(workspaceId, shop(lines), filesWith('A,1,tea,3,10\nB,1,tea,1,10\n'))
    const again = await bench.run(workspaceId, shop(lines), filesWith('A,1,tea,3,10\n,2,milk,1,5\n'))
    assert.deepEqual([again.rowsFailed, again.ordersIncomplete], [1, 0])
    assert.deepEqual(await salesOf(workspaceId), ['A completed 30', 'B completed 10'])
  })

  test('is none of an order if it is a sum or a second header', async () => {
    const workspaceId = await bench.workspace()
    const rows = `A,1,tea,3,10\n${HEADER}B,1,tea,1,10\n,Total,,4,\n`
    const result = await bench.run(workspaceId, shop(lines), filesWith(rows))
    assert.deepEqual([result.rowsFailed, result.ordersIncomplete], [2, 0])
    assert.deepEqual(await salesOf(workspaceId), ['A completed 30', 'B completed 10'])
  })
})

test('an order whose refused line has no id says what to do when all its lines are in', async () => {
  const workspaceId = await bench.workspace()
  const mapping = shop(lines)
  await bench.run(workspaceId, mapping, filesWith('A,1,tea,3,10\nA,2,milk,x,5\nB,1,tea,1,10\n'))
  // The error file of several files: a row of the orders stands among the lines.
  const mixed = await bench.run(workspaceId, mapping, filesWith('A,2,milk,1,5\nA,,,,\n'))
  assert.deepEqual(await salesOf(workspaceId), ['A draft 35', 'B completed 10'])
  const [reason = ''] = await reasons(workspaceId, mixed.importId)
  assert.match(reason, /^A: A line of it was refused\. Its row has no id .* set its status by hand\.$/)
})
