import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { openJobBench } from '../../test/fixtures/jobs.ts'
import { jobs } from './queue.ts'
import { Hopeless, type Run, type Task, task } from './task.ts'

const bench = await openJobBench()
const { db, queue, add, until, job } = bench

/** A task whose runs are told one by one, and end when they are let go. */
function watched(options: Partial<Task> & { name: string }) {
  const begun: { input: object; run: Run; end: (error?: Error) => void }[] = []
  const waiting: ((n: number) => void)[] = []
  const declared = task({
    title: options.name,
    input: Type.Object({ n: Type.Optional(Type.Integer()) }),
    timeLimit_s: 60,
    ...options,
    run: (_deps, input, run) =>
      new Promise((resolve, reject) => {
        const stopped = () => reject(new Error('stopped'))
        run.signal.addEventListener('abort', stopped)
        begun.push({ input: input as object, run, end: (error) => (error ? reject(error) : resolve({})) }) // An object.
        for (const told of waiting.splice(0)) told(begun.length)
      }),
  })
  /** Resolves to the nth run, from 1, once it has begun. */
  const nth = async (n: number) => {
    while (begun.length < n) await new Promise((resolve) => waiting.push(resolve))
    const found = begun[n - 1]
    assert.ok(found)
    return found
  }
  return { task: declared, begun, nth }
}

describe('a job', () => {
  test('runs once its transaction is committed, and never if that is rolled back', async () => {
    const work = watched({ name: 'test.committed' })
    await bench.worker([work.task])
    await assert.rejects(
      db.transaction().execute(async (tx) => {
        await queue.add(tx, work.task, { n: 1 })
        throw new Error('rolled back')
      }),
      /rolled back/,
    )
    const id = await add(work.task, { n: 2 })
    const { input, end } = await work.nth(1)
    assert.deepEqual(input, { n: 2 })
    end()
    await until(id, 'completed')
    assert.equal(work.begun.length, 1)
  })

  test('with an input that its task does not read is refused where it is added', async () => {
    const work = watched({ name: 'test.checked' })
    await assert.rejects(add(work.task, { n: 'two' }))
  })

  test('that fails is tried again some time later, and is kept with its error when that has not helped', async () => {
    const work = watched({ name: 'test.failing', retries: 1 })
    await bench.worker([work.task])
    const id = await add(work.task)
    ;(await work.nth(1)).end(new Error('no luck'))
    const again = await until(id, 'retry')
    assert.match(again.output?.message ?? '', /no luck/)
    const { rows } = await sql<{ later: boolean }>`
      SELECT start_after > now() AS later FROM ${jobs} WHERE id = ${id}::uuid`.execute(db)
    assert.equal(rows[0]?.later, true)
    ;(await work.nth(2)).end(new Error('no luck at all'))
    const dead = await until(id, 'failed')
    assert.match(dead.output?.message ?? '', /no luck at all/)
  })

  test('that would fail the same way every time is not tried again', async () => {
    const work = watched({ name: 'test.hopeless' })
    await bench.worker([work.task])
    const id = await add(work.task)
    ;(await work.nth(1)).end(new Hopeless('the file is gone'))
    const dead = await until(id, 'failed')
    assert.equal(dead.retry_count, 0)
    assert.match(dead.output?.message ?? '', /the file is gone/)
  })

  test('that a newer version wrote, and this one cannot read, fails with a sentence', async () => {
    const newer = watched({ name: 'test.skew' })
    const reading = { ...newer.task, input: Type.Object({ n: Type.String() }) }
    const id = await add(newer.task, { n: 1 })
    await bench.worker([reading])
    assert.match((await until(id, 'failed')).output?.message ?? '', /not written as this version/)
  })

  test('that has failed is run again by hand, once, however often one asks', async () => {
    const work = watched({ name: 'test.by-hand', retries: 0 })
    await bench.worker([work.task])
    const id = await add(work.task)
    ;(await work.nth(1)).end(new Error('once'))
    await until(id, 'failed')
    const retry = () =>
      db.transaction().execute((tx) => queue.retry(tx, { name: work.task.name, id: id ?? '' }))
    const asked = await Promise.all([retry(), retry()])
    assert.deepEqual(asked.toSorted(), [false, true])
    ;(await work.nth(2)).end()
    await until(id, 'completed')
    assert.equal(await retry(), false)
    assert.equal(work.begun.length, 2)
  })

  test('that takes longer than its time is given up, told so, and tried again', async () => {
    const work = watched({ name: 'test.endless', timeLimit_s: 1 })
    await bench.worker([work.task])
    const id = await add(work.task)
    const { run } = await work.nth(1)
    await once(run.signal, 'abort')
    assert.match((await until(id, 'retry')).output?.message ?? '', /exceeded 1s|timed out/)
  })
})

describe('workers', () => {
  test('leave jobs alone whose task they do not know, for one that does', async () => {
    const unknown = watched({ name: 'test.of-tomorrow' })
    const known = watched({ name: 'test.of-today' })
    const id = await add(unknown.task)
    await bench.worker([known.task])
    const other = await add(known.task)
    ;(await known.nth(1)).end()
    await until(other, 'completed')
    assert.equal((await job(id)).state, 'created')
    await bench.worker([unknown.task])
    ;(await unknown.nth(1)).end()
    await until(id, 'completed')
  })

  test('give back what they have not finished when they stop, and it costs no try', async () => {
    const work = watched({ name: 'test.given-back', retries: 0 })
    const first = await bench.worker([work.task])
    const id = await add(work.task)
    await work.nth(1)
    await first.stop()
    assert.equal((await job(id)).state, 'retry')
    await bench.worker([work.task])
    ;(await work.nth(2)).end()
    await until(id, 'completed')
  })

  test('two of them never run one job twice, nor two where one at a time is the rule', async () => {
    const work = watched({ name: 'test.in-order', order: 'one at a time' })
    await bench.worker([work.task])
    await bench.worker([work.task])
    const ids = [
      await add(work.task, { n: 1 }),
      await add(work.task, { n: 2 }),
      await add(work.task, { n: 3 }),
    ]
    for (let n = 1; n <= ids.length; n++) {
      const { input, end } = await work.nth(n)
      assert.deepEqual(input, { n })
      const { rows } = await sql<{ active: number }>`
        SELECT count(*)::int AS active FROM ${jobs} WHERE name = ${work.task.name} AND state = 'active'`.execute(
        db,
      )
      assert.equal(rows[0]?.active, 1)
      end()
    }
    for (const id of ids) await until(id, 'completed')
    assert.equal(work.begun.length, 3)
  })

  test('of a task of which there is only one, a second is not added while one waits or runs', async () => {
    const work = watched({ name: 'test.only-one', order: 'only one' })
    const ids = await Promise.all([add(work.task), add(work.task), add(work.task)])
    assert.equal(ids.filter((id) => id !== null).length, 1)
    await bench.worker([work.task])
    const { end } = await work.nth(1)
    assert.equal(await add(work.task), null)
    end()
    await until(ids.find((id) => id !== null) ?? null, 'completed')
    assert.notEqual(await add(work.task), null)
    ;(await work.nth(2)).end()
  })
})

describe('workspaces take turns', () => {
  test('one with a thousand jobs does not keep the jobs of others waiting', async () => {
    const work = watched({ name: 'test.turns' })
    await db.transaction().execute(async (tx) => {
      for (let n = 0; n < 1_000; n++) await queue.add(tx, work.task, { n }, { workspaceId: 1 })
    })
    await add(work.task, { n: 5_000 }, 2)
    await add(work.task, { n: 6_000 }, 3)
    await bench.worker([work.task])
    const order: object[] = []
    for (let n = 1; n <= 4; n++) {
      const { input, end } = await work.nth(n)
      order.push(input)
      end()
    }
    assert.deepEqual(order, [{ n: 0 }, { n: 5_000 }, { n: 6_000 }, { n: 1 }])
    await sql`DELETE FROM ${jobs} WHERE name = ${work.task.name}`.execute(db)
  })

  test('one does not take all hands with long jobs', async () => {
    const work = watched({ name: 'test.long', atOnce: 2, ofWorkspaceAtOnce: 1 })
    for (let n = 1; n <= 3; n++) await add(work.task, { n }, 1)
    await add(work.task, { n: 4 }, 2)
    await bench.worker([work.task])
    const first = await work.nth(1)
    const second = await work.nth(2)
    assert.deepEqual([first.run.workspaceId, second.run.workspaceId].toSorted(), [1, 2])
    first.end()
    second.end()
    for (let n = 3; n <= 4; n++) (await work.nth(n)).end()
  })
})

test('of ten thousand waiting jobs none is run twice', async () => {
  const seen = new Set<number>()
  const done = Promise.withResolvers<void>()
  const quick = task({
    name: 'test.many',
    title: 'Many',
    input: Type.Object({ n: Type.Integer() }),
    timeLimit_s: 60,
    atOnce: 4,
    run: async (_deps, { n }) => {
      assert.ok(!seen.has(n))
      seen.add(n)
      if (seen.size === 1_000) done.resolve()
    },
  })
  await add(quick, { n: 0 })
  await sql`
    INSERT INTO ${jobs} (name, data, policy, retry_limit, expire_seconds, keep_until)
    SELECT name, jsonb_build_object('n', n), policy, retry_limit, expire_seconds, keep_until
    FROM ${jobs}, generate_series(1, 9999) AS n WHERE name = ${quick.name}`.execute(db)
  await bench.worker([quick])
  await bench.worker([quick])
  await done.promise
})
