import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { openTestDatabase } from '../../../test/fixtures/database.ts'
import { beginUpload, removeLeftUploads, removeUpload, uploadStore } from './uploads.ts'

const { db } = await openTestDatabase({ size: 4 })
const folder = mkdtempSync(join(tmpdir(), 'rapport-uploads-test-'))
after(() => rmSync(folder, { recursive: true }))

let workspaceId: number
before(async () => {
  const { id } = await db
    .insertInto('workspaces')
    .values({ name: 'Test' })
    .returning('id')
    .executeTakeFirstOrThrow()
  workspaceId = id
})

const signal = new AbortController().signal

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** In chunks of awkward sizes, more than one piece of the database together. */
function long(): { text: string; stream: Readable } {
  const text = 'Zoë;12,5\n'.repeat(100_000)
  const bytes = Buffer.from(text)
  return {
    text,
    stream: Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += 65_521) yield bytes.subarray(at, at + 65_521)
      })(),
    ),
  }
}

async function count(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT (SELECT count(*) FROM uploads)::int + (SELECT count(*) FROM upload_pieces)::int AS n`.execute(db)
  return (rows[0]?.n ?? 0) + readdirSync(folder).length
}

for (const [where, uploadsDir] of [
  ['the database', undefined],
  ['a directory that all processes share', folder],
] as const) {
  describe(`files of imports in ${where}`, () => {
    const store = uploadStore(db, { uploadsDir })

    test('are read as they were sent, by whoever knows the upload, and go with it', async () => {
      const upload = await beginUpload(db, workspaceId)
      const { text, stream } = long()
      await store.keep(upload, 0, stream)
      await store.keep(upload, 1, Readable.from([]))
      const another = uploadStore(db, { uploadsDir })
      assert.equal(await textOf(another.open(upload, 0)), text)
      assert.equal(await textOf(another.open(upload, 1)), '')
      await removeUpload(db, store, upload)
      assert.equal(await count(), 0)
    })

    test('that were cut off, or whose import has ended long ago, are removed; those of others stay', async () => {
      const make = async (status: string | null, hours: number) => {
        const upload = await beginUpload(db, workspaceId)
        await store.keep(upload, 0, Readable.from([Buffer.from('a')]))
        await sql`UPDATE uploads SET created_at = now() - make_interval(hours => ${hours}) WHERE id = ${upload.id}`.execute(
          db,
        )
        if (status) {
          await sql`
            INSERT INTO imports (workspace_id, mapping, status, upload_id, finished_at)
            VALUES (${workspaceId}, 'test', ${status}, ${upload.id},
              CASE WHEN ${status} = 'failed' THEN now() - interval '25 hours' END)`.execute(db)
        }
        return upload.id
      }
      const [young, waiting, cutOff, failed] = [
        await make(null, 23),
        await make('waiting', 25),
        await make(null, 25),
        await make('failed', 25),
      ]
      assert.equal(await removeLeftUploads(db, store, signal), 2)
      const left = await db.selectFrom('uploads').select('id').execute()
      assert.deepEqual(left.map(({ id }) => id).toSorted(), [young, waiting].toSorted())
      assert.ok(cutOff && failed)
      for (const { id } of left) await removeUpload(db, store, { workspaceId, id })
      await db.deleteFrom('imports').execute()
      assert.equal(await count(), 0)
    })
  })
}
