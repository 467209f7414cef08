import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { jobs } from '../jobs/queue.ts'
import type { UploadKey } from './files/uploads.ts'
import type { Mapping } from './mapping/mapping.ts'
import type { FileProgress } from './progress.ts'

/** An import that waits for a worker; its id. */
export async function createWaiting(
  tx: Tx,
  {
    workspaceId,
    userId,
    mapping,
    uploadId,
  }: { workspaceId: number; userId: string; mapping: Mapping; uploadId: string },
): Promise<number> {
  const { id } = await tx
    .insertInto('imports')
    .values({
      workspace_id: workspaceId,
      user_id: userId,
      mapping: mapping.name,
      status: 'waiting',
      upload_id: uploadId,
      definition: JSON.stringify(mapping),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function setJob(tx: Tx, workspaceId: number, importId: number, jobId: string): Promise<void> {
  await tx
    .updateTable('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', importId)
    .set({ job_id: jobId })
    .execute()
}

/** Imports of a workspace that are handed over and have not ended. */
export async function countUnfinished(db: Db, workspaceId: number): Promise<number> {
  const { count } = await db
    .selectFrom('imports')
    .where('workspace_id', '=', workspaceId)
    .where('upload_id', 'is not', null)
    .where('status', 'in', ['waiting', 'running'])
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

export interface TakenOver {
  upload: UploadKey
  userId: string | null
  mapping: Mapping
  /** Names this run in all that it writes. */
  runner: string
  /** How far the run before came; empty at the beginning. */
  files: FileProgress[]
  noted: number
}

/** Makes an import this run's own; undefined if it has ended, or its files are gone. */
export async function takeOver(
  tx: Tx,
  workspaceId: number,
  importId: number,
): Promise<TakenOver | undefined> {
  const runner = randomUUID()
  const found = await tx
    .updateTable('imports')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', importId)
    .where('status', '<>', 'completed')
    .where((row) =>
      row.exists(
        row
          .selectFrom('uploads')
          .whereRef('uploads.workspace_id', '=', 'imports.workspace_id')
          .whereRef('uploads.id', '=', 'imports.upload_id')
          .select('uploads.id'),
      ),
    )
    .set({ status: 'running', runner, failure: null, finished_at: null, heartbeat_at: sql`now()` })
    .returning(['upload_id', 'user_id', 'definition', 'files', 'rows_noted'])
    .executeTakeFirst()
  if (!found?.upload_id) return undefined
  return {
    upload: { workspaceId, id: found.upload_id },
    userId: found.user_id,
    mapping: found.definition as Mapping, // What createWaiting() wrote.
    runner,
    files: found.files as FileProgress[], // What progressStatement() wrote.
    noted: found.rows_noted,
  }
}

const GIVEN_UP_SENTENCE =
  'The import was begun several times and never reached its end. Every batch that was finished is kept; run it again to bring in the rest, nothing is doubled.'

/** Ends the imports of a workspace whose job was given up, deleted, or is no more. */
export async function failGivenUp(tx: Tx, workspaceId: number): Promise<void> {
  await sql`
    UPDATE imports i SET status = 'failed', finished_at = now(), failure = coalesce((
      SELECT 'The import stopped (' || coalesce(j.output->>'message', j.output->'value'->>'message') || '). '
      FROM ${jobs} j WHERE j.name = 'imports.run' AND j.id = i.job_id AND j.state = 'failed'), '') || ${GIVEN_UP_SENTENCE}
    WHERE i.workspace_id = ${workspaceId} AND i.upload_id IS NOT NULL AND i.status IN ('waiting', 'running')
      AND NOT EXISTS (
        SELECT FROM ${jobs} j
        WHERE j.name = 'imports.run' AND j.id = i.job_id AND j.state IN ('created', 'retry', 'active'))`.execute(
    tx,
  )
}
