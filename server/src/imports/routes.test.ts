import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type WorkingApp } from '../../test/fixtures/app.ts'
import { sampleData } from '../../test/fixtures/importing.ts'
import { sessionHeaders } from '../../test/fixtures/sign-in.ts'
import { createWorkspace, type Member, problemOf, type TestWorkspace } from '../../test/fixtures/workspace.ts'
import { STOPPED_SENTENCE } from './failure.ts'
import type { Import } from './schema.ts'

let app: WorkingApp
let workspace: TestWorkspace
let manager: Member
before(async () => {
  app = await startTestApp()
  await app.work()
  workspace = await createWorkspace(app)
  manager = await workspace.join('manager')
})
after(() => app.close())

const mapping = JSON.stringify({
  name: 'test',
  files: [
    {
      file: 'people.csv',
      records: [{ object: 'customers', external_id: 'id', fields: { last_name: 'name', email: 'email' } }],
    },
  ],
})

type Part = [name: string, content: string | Blob, filename?: string]

async function upload(member: Member, parts: Part[]) {
  const form = new FormData()
  for (const [name, content, filename] of parts) {
    if (filename === undefined) form.append(name, content)
    else form.append(name, new Blob([content]), filename)
  }
  const headers = await sessionHeaders(app, member.scope)
  const response = await fetch(`${app.url}/api/imports`, { method: 'POST', headers, body: form })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

async function refused(status: number, parts: Part[]): Promise<string> {
  const problem = problemOf(await upload(manager, parts), status, 'POST /api/imports')
  return problem.detail
}

/** Polls as a client does until the import has ended. */
async function ended(member: Member, id: number): Promise<Import> {
  for (;;) {
    const found = await member.ok('GET /api/imports/:id', { params: { id } })
    if (found.finished_at !== null) return found
  }
}

async function importFiles(member: Member, parts: Part[]): Promise<Import> {
  const { status, text } = await upload(member, parts)
  assert.equal(status, 202, text)
  const started: Import = JSON.parse(text)
  assert.equal(started.status, 'waiting')
  return ended(member, started.id)
}

const people = 'id,name,email\n1,Ann,ann@example.com\n2,Bob,nowhere\n'

describe('importing over the API', () => {
  test('brings the files in, in the background, and keeps the result with its errors', async () => {
    const done = await importFiles(manager, [
      ['mapping', mapping],
      ['file', people, 'people.csv'],
    ])
    assert.equal(done.status, 'completed')
    assert.ok(done.finished_at)
    assert.deepEqual(done.files, [
      {
        file: 'people.csv',
        object: 'customers',
        rows_read: 2,
        rows_inserted: 1,
        rows_updated: 0,
        rows_unchanged: 0,
        rows_in_trash: 0,
        rows_restored: 0,
        rows_failed: 1,
      },
    ])
    assert.deepEqual(done.errors, [
      { file: 'people.csv', line: 3, column: 'email', reason: '"nowhere" is not an email address.' },
    ])
    const listed = await manager.ok('GET /api/imports')
    assert.deepEqual(
      listed.items.map(({ id, status, rows_failed }) => [id, status, rows_failed]),
      [[done.id, 'completed', 1]],
    )
    const file = await manager.send('GET /api/imports/:id/errors.csv', { params: { id: done.id } })
    assert.equal(file.status, 200)
    assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8')
    assert.match(
      file.headers.get('content-disposition') ?? '',
      /^attachment; filename="import-\d+-errors\.csv"$/,
    )
    assert.match(file.text, /^id,name,email,file,line,column,reason\r\n2,Bob,nowhere,people\.csv,3,email,/)
  })

  test('what came in is seen at once, though the list was kept in the cache', async () => {
    const { join: joinIt } = await createWorkspace(app)
    const member = await joinIt('manager')
    assert.deepEqual((await member.ok('GET /api/customers')).items, [])
    await importFiles(member, [
      ['mapping', mapping],
      ['file', people, 'people.csv'],
    ])
    const { items } = await member.ok('GET /api/customers')
    assert.deepEqual(
      items.map(({ last_name }) => last_name),
      ['Ann'],
    )
  })

  test('another workspace sees nothing of it', async () => {
    const { id } = await importFiles(manager, [
      ['mapping', mapping],
      ['file', people, 'people.csv'],
    ])
    const stranger = await (await createWorkspace(app)).join('owner')
    await stranger.refused(404, 'GET /api/imports/:id', { params: { id } })
    await stranger.refused(404, 'GET /api/imports/:id/errors.csv', { params: { id } })
    assert.deepEqual((await stranger.ok('GET /api/imports')).items, [])
    assert.deepEqual((await stranger.ok('GET /api/customers')).items, [])
  })

  test('is for those who may', async () => {
    const representative = await workspace.join('representative')
    const answer = await upload(representative, [['mapping', mapping]])
    problemOf(answer, 403, 'POST /api/imports')
    await representative.refused(403, 'GET /api/imports')
  })

  test('refuses an upload that is not complete or not known, and imports nothing', async () => {
    const before = await manager.ok('GET /api/imports')
    const file: Part = ['file', people, 'people.csv']
    assert.match(await refused(400, [file, ['mapping', mapping]]), /must come before the files/)
    assert.match(await refused(400, [['mapping', 'southwind']]), /There is no mapping called "southwind"/)
    assert.match(await refused(400, [['mapping', '{"name": "x"}']]), /The mapping cannot be used.*files/s)
    assert.match(await refused(400, [['mapping', mapping]]), /also reads people\.csv/)
    assert.match(await refused(400, [['mapping', mapping], file, file]), /was sent twice/)
    assert.match(
      await refused(400, [
        ['mapping', mapping],
        ['file', people, 'other.csv'],
      ]),
      /reads no file "other\.csv"/,
    )
    assert.match(await refused(413, [['mapping', `{"name": "${'x'.repeat(300_000)}"}`]]), /at most 256 kB/)
    await manager.refused(415, 'POST /api/imports', { body: {} })
    assert.deepEqual(await manager.ok('GET /api/imports'), before)
  })

  test('a file without the columns of the mapping ends the import with a sentence', async () => {
    const done = await importFiles(manager, [
      ['mapping', mapping],
      ['file', 'id,surname\n1,Ann\n', 'people.csv'],
    ])
    assert.equal(done.status, 'failed')
    assert.match(done.failure ?? '', /people\.csv has no column "name"/)
  })

  test('an import of the command line whose process died is shown as failed', async () => {
    const { id } = await app.db
      .insertInto('imports')
      .values({ workspace_id: workspace.id, mapping: 'test', heartbeat_at: '2020-01-01T00:00:00Z' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const dead = await manager.ok('GET /api/imports/:id', { params: { id } })
    assert.deepEqual([dead.status, dead.failure], ['failed', STOPPED_SENTENCE])
  })

  test('leaves nothing of the files behind', async () => {
    await importFiles(manager, [
      ['mapping', mapping],
      ['file', people, 'people.csv'],
    ])
    const left = () => app.db.selectFrom('uploads').select('id').execute()
    while ((await left()).length > 0);
  })
})

const { folder, skip } = sampleData('northwind')

test('the Northwind sample over the API', { skip }, async () => {
  const member = await (await createWorkspace(app)).join('admin')
  const names = ['categories', 'employees', 'customers', 'products', 'orders', 'order-details']
  const files = names.map(
    (name): Part => ['file', readFileSync(join(folder, `${name}.csv`), 'utf8'), `${name}.csv`],
  )
  const done = await importFiles(member, [['mapping', 'northwind'], ...files])
  assert.equal(done.status, 'completed')
  assert.deepEqual(
    done.files.map(({ rows_inserted, rows_failed }) => [rows_inserted, rows_failed]),
    [
      [9, 0],
      [91, 0],
      [77, 0],
      [830, 0],
      [2155, 0],
    ],
  )
})
