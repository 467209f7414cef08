import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'

const RUNS = 150
const MONTHS = ['2026-04-01', '2026-05-01', '2026-06-01']
const PRODUCTS_MAX = 60
const COUNT = 2
const CATALOGUE = 5_000
/** The lists of each month and the candidates in them, some of them looked at twice; however large the catalogue is. */
const ROWS_READ_MAX = 300

const { db } = await openTestDatabase({ size: 1 })

interface Sold {
  month: string
  product: number
  currency: string
  quantity: number
}

let workspaceId = 0

/** A new workspace whose summary says this; `pending` is not folded yet. */
async function summarize(folded: Sold[], pending: Sold[] = []): Promise<void> {
  workspaceId++
  for (const [table, rows] of Object.entries({ summary: folded, summary_delta: pending })) {
    await sql`
      INSERT INTO ${sql.table(table)} (workspace_id, kind, period, key, currency, n)
      SELECT ${workspaceId}, 'product_sales', month, product, currency, sum(quantity)
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS t (month date, product bigint, currency text, quantity numeric)
      GROUP BY month, product, currency`.execute(db)
  }
}

async function bestSellers(count: number): Promise<[product: number, quantity: number][]> {
  const { rows } = await sql<{ product_id: number; quantity: string }>`
    SELECT product_id, quantity FROM best_sellers(${workspaceId}, '2026-04-01', '2026-07-01', ${count})`.execute(
    db,
  )
  return rows.map(({ product_id, quantity }) => [product_id, Number(quantity)])
}

/** What it must equal: everything added up, in plain TypeScript. */
function plainly(sold: Sold[], count: number): [product: number, quantity: number][] {
  const totals = new Map<number, number>()
  // In eighths, so that JavaScript's numbers are exact.
  for (const { product, quantity } of sold) totals.set(product, (totals.get(product) ?? 0) + quantity)
  return [...totals]
    .filter(([, quantity]) => quantity > 0)
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, count)
}

const products = Array.from({ length: PRODUCTS_MAX }, (_, index) => index + 1)
const inEuros = (month: string, product: number, quantity: number): Sold => ({
  month,
  product,
  currency: 'EUR',
  quantity,
})

/** Rows of the summary and entries of its indexes that this connection has read; it forgets them between transactions. */
async function rowsReadSoFar(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT sum(pg_stat_get_xact_tuples_returned(relation))::int AS n
    FROM (SELECT 'summary'::regclass::oid AS relation
      UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = 'summary'::regclass) read`.execute(db)
  return rows[0]?.n ?? Number.NaN
}

/** How many of them `work` reads. */
async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  await sql`BEGIN`.execute(db)
  try {
    const before = await rowsReadSoFar()
    await work()
    return (await rowsReadSoFar()) - before
  } finally {
    await sql`ROLLBACK`.execute(db)
  }
}

describe('best sellers', () => {
  test('are those that adding everything up would find, however sales are spread', async () => {
    const sold = (min: number) =>
      fc.array(
        fc.record({
          month: fc.constantFrom(...MONTHS),
          product: fc.integer({ min: 1, max: PRODUCTS_MAX }),
          currency: fc.constantFrom('EUR', 'EUR', 'JPY'),
          quantity: fc.oneof(
            fc.integer({ min, max: 9 }),
            fc.integer({ min, max: 400 }),
            fc.integer({ min: 8 * min, max: 72 }).map((eighths) => eighths / 8),
          ),
        }),
        { maxLength: 250 },
      )
    await fc.assert(
      // Returns make months negative, and what is pending may also take back what was folded.
      fc.asyncProperty(fc.oneof(sold(0), sold(-20)), sold(-50), async (folded, pending) => {
        await summarize(folded, pending)
        assert.deepEqual(await bestSellers(COUNT), plainly([...folded, ...pending], COUNT))
      }),
      { numRuns: RUNS },
    )
  })

  test('include one that leads in no month', async () => {
    const steady = PRODUCTS_MAX + 1
    const folded = MONTHS.flatMap((month, index) => [
      ...products.filter((product) => product % 3 === index).map((product) => inEuros(month, product, 100)),
      inEuros(month, steady, 60),
    ])
    await summarize(folded)
    assert.deepEqual(await bestSellers(COUNT), [
      [steady, 180],
      [1, 100],
    ])
  })

  test('are the oldest of those that sold alike', async () => {
    await summarize(MONTHS.flatMap((month) => products.map((product) => inEuros(month, product, 7))))
    assert.deepEqual(await bestSellers(COUNT), [
      [1, 21],
      [2, 21],
    ])
  })

  test('are none where nothing was sold, or all was taken back', async () => {
    await summarize([inEuros('2026-03-01', 1, 5), inEuros('2026-07-01', 1, 5)])
    assert.deepEqual(await bestSellers(COUNT), [])
    await summarize([inEuros('2026-05-01', 1, 5)], [inEuros('2026-05-01', 1, -5)])
    assert.deepEqual(await bestSellers(COUNT), [])
  })

  test('are found without reading the sales of all products', async () => {
    const catalogue = Array.from({ length: CATALOGUE }, (_, index) => index + 1)
    await summarize(
      MONTHS.flatMap((month) =>
        catalogue.map((product) => inEuros(month, product, Math.ceil(CATALOGUE / product))),
      ),
    )
    await sql`VACUUM ANALYZE summary`.execute(db)
    const best = () => bestSellers(COUNT)
    // PostgreSQL chooses the plan that it keeps in the first runs.
    for (let run = 0; run < 8; run++) assert.deepEqual((await best())[0], [1, MONTHS.length * CATALOGUE])
    const read = await rowsRead(best)
    assert.ok(read > 0 && read <= ROWS_READ_MAX, `${read} rows, at most ${ROWS_READ_MAX}`)
  })
})
