import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import type { Config } from '../../config.ts'
import { type Database, transaction } from '../../db/database.ts'

const PIECE_BYTES = 256 * 1024
/** An upload that became no import, or whose import has ended, may be this old. */
const KEPT_HOURS = 24

/** The files that were sent for one import. */
export interface UploadKey {
  workspaceId: number
  id: string
}

/** Where files lie until their import has ended: somewhere that all processes reach. A file is its number in the mapping. */
export interface UploadStore {
  keep: (upload: UploadKey, file: number, content: Readable) => Promise<void>
  open: (upload: UploadKey, file: number) => Readable
  remove: (upload: UploadKey) => Promise<void>
}

/** The database, or the directory of the configuration. */
export function uploadStore(db: Database, { uploadsDir }: Pick<Config, 'uploadsDir'>): UploadStore {
  return uploadsDir === undefined ? inDatabase(db) : inFolder(uploadsDir)
}

function inDatabase(db: Database): UploadStore {
  const piece = ({ workspaceId, id }: UploadKey, file: number, position: number, bytes: Buffer) =>
    transaction(db, (tx) =>
      tx
        .insertInto('upload_pieces')
        .values({ workspace_id: workspaceId, upload_id: id, file, position, bytes })
        .execute(),
    )
  return {
    keep: async (upload, file, content) => {
      let position = 0
      for await (const bytes of inPieces(content)) await piece(upload, file, position++, bytes)
      // A file of nothing is there all the same.
      if (position === 0) await piece(upload, file, 0, Buffer.alloc(0))
    },
    open: (upload, file) => Readable.from(pieces(db, upload, file)),
    // With the upload, whose pieces go with it.
    remove: async () => {},
  }
}

async function* inPieces(content: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const chunk of content) {
    waiting.push(chunk)
    length += chunk.length
    if (length < PIECE_BYTES) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(waiting)
}

async function* pieces(
  db: Database,
  { workspaceId, id }: UploadKey,
  file: number,
): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; position++) {
    const piece = await db
      .selectFrom('upload_pieces')
      .where('workspace_id', '=', workspaceId)
      .where('upload_id', '=', id)
      .where('file', '=', file)
      .where('position', '=', position)
      .select('bytes')
      .executeTakeFirst()
    if (!piece) return
    yield piece.bytes
  }
}

function inFolder(directory: string): UploadStore {
  const folder = ({ workspaceId, id }: UploadKey) => join(directory, `${workspaceId}-${id}`)
  return {
    keep: async (upload, file, content) => {
      await mkdir(folder(upload), { recursive: true, mode: 0o700 })
      await pipeline(content, createWriteStream(join(folder(upload), String(file)), { mode: 0o600 }))
    },
    open: (upload, file) => createReadStream(join(folder(upload), String(file))),
    remove: (upload) => rm(folder(upload), { recursive: true, force: true }),
  }
}

export async function beginUpload(db: Database, workspaceId: number): Promise<UploadKey> {
  const { id } = await transaction(db, (tx) =>
    tx.insertInto('uploads').values({ workspace_id: workspaceId }).returning('id').executeTakeFirstOrThrow(),
  )
  return { workspaceId, id }
}

/** Removes an upload with its files. */
export async function removeUpload(db: Database, store: UploadStore, upload: UploadKey): Promise<void> {
  await store.remove(upload)
  await transaction(db, (tx) =>
    tx
      .deleteFrom('uploads')
      .where('workspace_id', '=', upload.workspaceId)
      .where('id', '=', upload.id)
      .execute(),
  )
}

/** Removes the files of uploads that were cut off, and of imports that have ended; returns how many. */
export async function removeLeftUploads(
  db: Database,
  store: UploadStore,
  signal?: AbortSignal,
): Promise<number> {
  const { rows } = await sql<{ workspace_id: number; id: string }>`
    SELECT u.workspace_id, u.id FROM uploads u
    WHERE u.created_at < now() - make_interval(hours => ${sql.lit(KEPT_HOURS)}) AND NOT EXISTS (
      SELECT FROM imports i WHERE i.workspace_id = u.workspace_id AND i.upload_id = u.id
        AND (i.status IN ('waiting', 'running') OR i.finished_at > now() - make_interval(hours => ${sql.lit(KEPT_HOURS)})))`.execute(
    db,
  )
  for (const { workspace_id, id } of rows) {
    signal?.throwIfAborted()
    await removeUpload(db, store, { workspaceId: workspace_id, id })
  }
  return rows.length
}
