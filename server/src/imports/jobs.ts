import { Type } from 'typebox'
import { transaction } from '../db/database.ts'
import { task } from '../jobs/task.ts'
import { removeLeftUploads, removeUpload, uploadStore } from './files/uploads.ts'
import { takeOver } from './handed-over.ts'
import { filesOf } from './mapping/mapping.ts'
import { continueImport } from './run-import.ts'

/** Runs an import that was handed over, or goes on where a run before ended. */
export const runUploaded = task({
  name: 'imports.run',
  title: 'Import',
  input: Type.Object({ import_id: Type.Integer() }),
  timeLimit_s: 12 * 3_600,
  atOnce: 2,
  ofWorkspaceAtOnce: 1,
  async run({ db, pool, config }, { import_id }, { workspaceId, signal }) {
    if (workspaceId === null) return undefined
    const taken = await transaction(db, (tx) => takeOver(tx, workspaceId, import_id))
    if (!taken) return { ended: true }
    const store = uploadStore(db, config)
    const { mapping, upload, userId, runner, files, noted } = taken
    const names = filesOf(mapping)
    const result = await continueImport(
      {
        db,
        pool,
        workspaceId,
        userId,
        mapping,
        openFile: (name) => store.open(upload, names.indexOf(name)),
        signal,
      },
      import_id,
      { runner, files, noted },
    )
    await removeUpload(db, store, upload)
    return { rows_failed: result.rowsFailed, failure: result.failure }
  },
})

export const purgeUploads = task({
  name: 'imports.purge-uploads',
  title: 'Removing the files of ended imports',
  input: Type.Object({}),
  timeLimit_s: 3_600,
  order: 'only one',
  kept_days: 3,
  run: async ({ db, config }, _input, { signal }) => ({
    removed: await removeLeftUploads(db, uploadStore(db, config), signal),
  }),
})
