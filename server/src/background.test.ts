import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { openJobBench } from '../test/fixtures/jobs.ts'
import { schedule, tasks } from './background.ts'
import { jobs } from './jobs/queue.ts'
import { keepCheck } from './summaries/check.ts'
import { checkSummaries, foldDeltas, foldWhatIsWritten } from './summaries/jobs.ts'
import { emptyTrash } from './trash/jobs.ts'

const bench = await openJobBench()
const { db } = bench

async function newWorkspace(): Promise<number> {
  const { id } = await db
    .insertInto('workspaces')
    .values({ name: 'Test' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Summaries of a workspace that were never written down in its tables. */
async function write(workspaceId: number): Promise<void> {
  await sql`INSERT INTO companies (workspace_id, name) VALUES (${workspaceId}, 'Acme')`.execute(db)
}

async function pending(): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM summary_delta`.execute(db)
  return rows[0]?.n ?? 0
}

test('every task has a name of its own that says whose it is, and what is scheduled is among them', () => {
  assert.equal(new Set(tasks.map(({ name }) => name)).size, tasks.length)
  for (const { name } of tasks) assert.match(name, /^[a-z]+\.[a-z-]+$/)
  for (const { task } of schedule) assert.ok(tasks.includes(task), task.name)
})

test('the schedule is in UTC: a night in which clocks change is no longer and no shorter', () => {
  const boss = new PgBoss('postgres://nowhere')
  for (const { cron } of schedule.filter(({ madeUpFor }) => madeUpFor)) {
    for (const from of ['2026-03-27T12:00:00Z', '2026-10-23T12:00:00Z']) {
      const nights = boss.previewSchedule(cron, { tz: 'UTC', from: new Date(from), count: 4 })
      const hours = nights.slice(1).map((at, n) => (at.getTime() - (nights[n]?.getTime() ?? 0)) / 3_600_000)
      assert.deepEqual(hours, [24, 24, 24])
    }
  }
})

test('every scheduled task runs to its end in an empty database', async () => {
  await bench.worker(tasks, schedule)
  for (const { task } of schedule) await bench.until(await bench.add(task), 'completed')
  assert.deepEqual(bench.failures, [])
})

test('what is written is folded soon after, by the worker', async () => {
  const id = await newWorkspace()
  await write(id)
  assert.ok((await pending()) > 0)
  const folding = foldWhatIsWritten(db, bench.queue)
  await bench.worker([foldDeltas])
  folding.written()
  while ((await pending()) > 0);
  folding.stop()
})

test('a folding that is stopped in its pause is finished, not failed', async () => {
  const id = await newWorkspace()
  await write(id)
  const worker = await bench.worker([foldDeltas])
  const job = await bench.add(foldDeltas)
  while ((await pending()) > 0);
  await worker.stop()
  assert.notEqual((await bench.job(job)).state, 'failed')
})

test('the nightly check keeps what it found of each workspace; one that is gone is no failure', async () => {
  const [right, wrong, gone] = [await newWorkspace(), await newWorkspace(), await newWorkspace()]
  await write(right)
  await sql`
    INSERT INTO summary_delta (workspace_id, kind, key, n) VALUES (${wrong}, 'records', 1, 5)`.execute(db)
  await bench.until(await bench.add(checkSummaries), 'created')
  await bench.worker([checkSummaries])
  await bench.until(await lastOf('summaries.check'), 'completed')
  await db.deleteFrom('workspaces').where('id', '=', gone).execute()
  await bench.worker(tasks)
  const { rows: added } = await sql<{ id: string }>`
    SELECT id FROM ${jobs} WHERE name = 'summaries.check-workspace'
      AND group_id = ANY(${[right, wrong, gone].map(String)})`.execute(db)
  assert.equal(added.length, 3)
  for (const { id } of added) await bench.until(id, 'completed')
  const checks = await db
    .selectFrom('summary_checks')
    .where('workspace_id', 'in', [right, wrong, gone])
    .select(['workspace_id', 'wrong'])
    .orderBy('workspace_id')
    .execute()
  assert.deepEqual(checks, [
    { workspace_id: right, wrong: 0 },
    { workspace_id: wrong, wrong: 1 },
  ])
  await sql`SELECT repair_summaries(${wrong})`.execute(db)
  assert.equal(await keepCheck(db, wrong), 0)
})

test('the trash of a workspace that went meanwhile is no failure', async () => {
  const id = await newWorkspace()
  const [task] = tasks.filter(({ name }) => name === 'trash.purge-workspace')
  assert.ok(task)
  const job = await bench.add(task, {}, id)
  await db.deleteFrom('workspaces').where('id', '=', id).execute()
  await bench.worker([task, emptyTrash])
  await bench.until(job, 'completed')
})

async function lastOf(name: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM ${jobs} WHERE name = ${name} ORDER BY created_on DESC LIMIT 1`.execute(db)
  assert.ok(rows[0])
  return rows[0].id
}
