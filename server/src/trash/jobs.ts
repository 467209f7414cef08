import { Type } from 'typebox'
import { task } from '../jobs/task.ts'
import { purgeOld, workspacesWithOldTrash } from './old-trash.ts'

export const emptyTrash = task({
  name: 'trash.purge',
  title: 'Emptying the trash of every workspace',
  input: Type.Object({}),
  timeLimit_s: 600,
  order: 'only one',
  async run({ db, queue }) {
    const workspaces = await workspacesWithOldTrash(db)
    await db.transaction().execute(async (tx) => {
      for (const id of workspaces) await queue.add(tx, emptyTrashOfWorkspace, {}, { workspaceId: id })
    })
    return { workspaces: workspaces.length }
  },
})

export const emptyTrashOfWorkspace = task({
  name: 'trash.purge-workspace',
  title: 'Emptying the trash',
  input: Type.Object({}),
  timeLimit_s: 3_600,
  order: 'one at a time',
  async run({ db }, _input, { workspaceId, signal }) {
    return workspaceId === null ? undefined : { purged: await purgeOld(db, workspaceId, signal) }
  },
})
