import type { CsvRow } from './files/csv-rows.ts'

/** Rows of one transaction. */
export const BATCH_ROWS_MAX = 5_000
/** A batch of long rows ends earlier, so that memory stays flat. */
const BATCH_CHARACTERS_MAX = 4 * 1024 ** 2

/** The rows below those that an earlier run has brought in, which go to `passOver` instead. */
export function rowsAfter(
  rows: AsyncIterable<CsvRow>,
  count: number,
  passOver: (rows: CsvRow[]) => Promise<void>,
): AsyncIterable<CsvRow> {
  return count === 0 ? rows : passing(rows, count, passOver)
}

async function* passing(
  rows: AsyncIterable<CsvRow>,
  count: number,
  passOver: (rows: CsvRow[]) => Promise<void>,
): AsyncGenerator<CsvRow> {
  let passed = 0
  let some: CsvRow[] = []
  for await (const row of rows) {
    if (passed === count) {
      yield row
      continue
    }
    passed++
    some.push(row)
    if (passed < count && some.length < BATCH_ROWS_MAX) continue
    await passOver(some)
    some = []
  }
}

/** Rows as they go in together. */
export async function* inBatches(rows: AsyncIterable<CsvRow>, rowsMax: number): AsyncGenerator<CsvRow[]> {
  let batch: CsvRow[] = []
  let characters = 0
  try {
    for await (const row of rows) {
      batch.push(row)
      for (const cell of row.cells) characters += cell.length
      if (batch.length < rowsMax && characters < BATCH_CHARACTERS_MAX) continue
      yield batch
      batch = []
      characters = 0
    }
  } catch (error) {
    // A file that breaks off: what stood before the break still goes in.
    if (batch.length > 0) yield batch
    throw error
  }
  if (batch.length > 0) yield batch
}
