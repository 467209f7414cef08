import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GCProfiler, type GCProfilerResult } from 'node:v8'
import { sql } from 'kysely'
import { openTestDatabase } from '../../test/fixtures/database.ts'

const QUERIES = 400
const ROWS = 1_000
/** Of the bytes read: a fifth outlived their request with the promise that pg makes, 0.2 % do with ours. */
const OUTLIVING_MAX = 0.05

const { db } = await openTestDatabase({ size: 1 })

test('rows die with their request, not only in the next full collection', async () => {
  const read = () =>
    sql`SELECT n, n || ' of the rows read' AS text FROM generate_series(1, ${ROWS}::int) n`.execute(db)
  await read()
  const profiler = new GCProfiler()
  profiler.start()
  for (let query = 0; query < QUERIES; query++) assert.equal((await read()).rows.length, ROWS)
  const young = profiler.stop().statistics.filter((each) => each.gcType === 'Scavenge')
  let left = 0
  let outlived = 0
  for (const { beforeGC, afterGC } of young) {
    left += usedBytes(beforeGC, 'new_space') - usedBytes(afterGC, 'new_space')
    outlived += usedBytes(afterGC, 'old_space') - usedBytes(beforeGC, 'old_space')
  }
  assert.ok(young.length > 5, `${young.length} collections tell nothing`)
  assert.ok(outlived < left * OUTLIVING_MAX, `${outlived} of ${left} bytes outlived their request`)
})

type Heap = GCProfilerResult['statistics'][number]['beforeGC']

function usedBytes(heap: Heap, space: string): number {
  return heap.heapSpaceStatistics.find((each) => each.spaceName === space)?.spaceUsedSize ?? 0
}
