import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { givenUp } from '../../test/fixtures/given-up.ts'
import { createWorkspace, type Member } from '../../test/fixtures/workspace.ts'
import { jobs } from '../jobs/queue.ts'
import { jobsCommand } from './cli.ts'

let app: TestApp
let owner: Member
let workspaceId: number
before(async () => {
  app = await startTestApp()
  const workspace = await createWorkspace(app)
  owner = await workspace.join('owner')
  workspaceId = workspace.id
})
after(() => app.close())

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await sql<{ state: string }>`SELECT state FROM ${jobs} WHERE id = ${id}::uuid`.execute(
    app.db,
  )
  return rows[0]?.state
}

describe('the background work of a workspace', () => {
  test('shows depth, age and what was given up with its reason', async () => {
    const id = await givenUp(app, { workspaceId, reason: 'The disk is full.' })
    await sql`
      INSERT INTO ${jobs} (name, group_id, policy, created_on)
      VALUES ('test.given-up', ${String(workspaceId)}, 'standard', now() - interval '1 hour'),
        ('test.given-up', ${String(workspaceId)}, 'standard', now())`.execute(app.db)
    const work = await owner.ok('GET /api/background-work')
    const [kind] = work.kinds
    assert.deepEqual([kind?.waiting, kind?.running, kind?.failed], [2, 0, 1])
    assert.ok(Date.parse(kind?.oldest_waiting_at ?? '') <= Date.now() - 3_500_000)
    const [failed] = work.failed
    assert.deepEqual([failed?.id, failed?.reason, failed?.tries], [id, 'The disk is full.', 3])
    assert.equal(work.summary_check, null)
    assert.equal(work.worker_heard_at, null)
  })

  test('says nothing of jobs of the instance', async () => {
    const id = await givenUp(app, { workspaceId: null, reason: 'of the instance' })
    const { failed } = await owner.ok('GET /api/background-work')
    assert.ok(!failed.some((job) => job.id === id))
    await owner.refused(404, 'POST /api/background-work/:id/retry', { params: { id } })
    await owner.refused(404, 'DELETE /api/background-work/:id', { params: { id } })
    assert.equal(await stateOf(id), 'failed')
  })

  test('runs a job again by hand; asked twice, it says that it was done already', async () => {
    const id = await givenUp(app, { workspaceId, reason: 'once' })
    const retry = () => owner.send('POST /api/background-work/:id/retry', { params: { id } })
    const answers = await Promise.all([retry(), retry()])
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 409])
    assert.equal(await stateOf(id), 'retry')
    const problem = await owner.refused(409, 'DELETE /api/background-work/:id', { params: { id } })
    assert.match(problem.type, /#not-failed$/)
  })

  test('deletes a job that was given up', async () => {
    const id = await givenUp(app, { workspaceId, reason: 'never mind' })
    await owner.send('DELETE /api/background-work/:id', { params: { id } })
    assert.equal(await stateOf(id), undefined)
    await owner.refused(404, 'DELETE /api/background-work/:id', { params: { id } })
  })
})

describe('rapport jobs', () => {
  test('lists, runs again and deletes what was given up, of every workspace and of the instance', async (t) => {
    const said: string[] = []
    t.mock.method(console, 'log', (line: string) => said.push(line))
    const run = async (...args: string[]) => {
      said.length = 0
      const code = await jobsCommand(app, args)
      return { code, text: said.join('\n') }
    }
    const [ours, instance] = [
      await givenUp(app, { workspaceId, reason: 'The file is broken.' }),
      await givenUp(app, { workspaceId: null, reason: 'No room.' }),
    ]
    const listed = await run()
    assert.match(
      listed.text,
      new RegExp(`${ours} .*of workspace ${workspaceId}.*after 3 tries: The file is broken`),
    )
    assert.match(listed.text, new RegExp(`${instance} .*of the instance.*No room`))
    assert.equal((await run('retry', ours)).code, 0)
    assert.equal(await stateOf(ours), 'retry')
    assert.deepEqual(await run('retry', ours), {
      code: 1,
      text: `${ours}: it is not given up (retry), and was left alone.\n0 jobs will run again.`,
    })
    assert.equal((await run('delete', randomUUID())).code, 1)
    assert.equal((await run('delete', 'failed')).code, 0)
    assert.equal(await stateOf(instance), undefined)
    await assert.rejects(run('retry', '7'), /"7" is no id of a job/)
    await assert.rejects(run('stop'), /not a command for jobs/)
  })
})
