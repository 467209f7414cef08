import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { holding } from '../../test/fixtures/holding-task.ts'
import { openJobBench } from '../../test/fixtures/jobs.ts'
import type { Run } from './task.ts'

const HELD_JOB = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'held-job.ts')
/** What is promised: so long after its worker died, a job is taken up by another. */
const TAKEN_UP_WITHIN_MS = 60_000

const bench = await openJobBench()

async function killedWhileAtIt(): Promise<void> {
  const child = fork(HELD_JOB, [JSON.stringify(bench.target)])
  for (;;) {
    const [message] = await once(child, 'message')
    if (message === 'begun') break
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a job of a killed worker is taken up by another within a minute', {
  timeout: TAKEN_UP_WITHIN_MS,
}, async () => {
  const again = Promise.withResolvers<Run>()
  const id = await bench.add(holding(() => {}))
  await killedWhileAtIt()
  await bench.worker([holding(again.resolve)])
  assert.equal((await again.promise).jobId, id)
  assert.equal((await bench.job(id)).retry_count, 1)
})
