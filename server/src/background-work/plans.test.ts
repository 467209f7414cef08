import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { sql } from 'kysely'
import { captureSql } from '../../test/fixtures/captured-sql.ts'
import { openTestDatabase } from '../../test/fixtures/database.ts'
import { purgeEnded } from '../auth/purge.ts'
import { removeLeftUploads, uploadStore } from '../imports/files/uploads.ts'
import { failGivenUp } from '../imports/handed-over.ts'
import { countJobs, listFailed } from './queries.ts'

const ROWS = 20_000

const { db, pool } = await openTestDatabase({ size: 3 })
const statements = captureSql()

before(async () => {
  await pool.query(`INSERT INTO workspaces (id, name) VALUES (1, 'Ours'), (2, 'Theirs')`)
  await pool.query(`INSERT INTO users (id, name, email) VALUES ('me', 'Me', 'me@x.example')`)
  await pool.query(`SELECT jobs.create_queue('test.plans', '{"policy": "standard"}')`)
  await pool.query(`
    INSERT INTO jobs.job (name, group_id, state, policy, completed_on)
    SELECT 'test.plans', CASE WHEN n % 500 = 0 THEN '1' ELSE '2' END,
      CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'completed' END::jobs.job_state, 'standard', now()
    FROM generate_series(1, ${ROWS}) AS n`)
  await pool.query(`
    INSERT INTO sessions (id, user_id, token, expires_at)
    SELECT n::text, 'me', n::text, now() + interval '1 day' FROM generate_series(1, ${ROWS}) AS n`)
  await pool.query(`
    INSERT INTO imports (workspace_id, mapping, status, finished_at, upload_id)
    SELECT 1, 'test', 'completed', now(), gen_random_uuid() FROM generate_series(1, ${ROWS}) AS n`)
  await pool.query('ANALYZE')
})

/** The tables that a statement reads from end to end. */
async function readWhole(run: () => Promise<unknown>): Promise<string[]> {
  statements.length = 0
  await run()
  const whole: string[] = []
  const sent = statements.filter(({ text }) => /FROM|UPDATE/.test(text))
  assert.ok(sent.length > 0)
  for (const { text, values } of [...sent]) {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)
    for (const { 'QUERY PLAN': line } of rows) whole.push(...(/Seq Scan on (\w+)/.exec(line)?.slice(1) ?? []))
  }
  return whole
}

test('the jobs of a workspace are counted and listed by their index, whatever others have', async () => {
  const scope = { workspaceId: 1 }
  assert.deepEqual(await readWhole(() => countJobs(db, scope)), [])
  assert.deepEqual(await readWhole(() => listFailed(db, scope)), [])
})

test('what has ended is found by when it did', async () => {
  const whole = await readWhole(() => purgeEnded(db, new AbortController().signal))
  assert.ok(!whole.includes('sessions'), String(whole))
})

test('imports that were given up, and files that were left, are found without reading all imports', async () => {
  const given = await readWhole(() => db.transaction().execute((tx) => failGivenUp(tx, 1)))
  assert.ok(!given.includes('imports') && !given.includes('job_common'), String(given))
  const left = await readWhole(() => removeLeftUploads(db, uploadStore(db, { uploadsDir: undefined })))
  assert.ok(!left.includes('imports'), String(left))
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM imports`.execute(db)
  assert.equal(rows[0]?.n, ROWS)
})
