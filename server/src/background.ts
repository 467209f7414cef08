import { purgeAccess } from './auth/jobs.ts'
import { purgeKeys } from './background-work/jobs.ts'
import { purgeUploads, runUploaded } from './imports/jobs.ts'
import type { Scheduled, Task } from './jobs/task.ts'
import { checkSummaries, checkWorkspace, foldDeltas } from './summaries/jobs.ts'
import { emptyTrash, emptyTrashOfWorkspace } from './trash/jobs.ts'

/** Every task there is. A worker that does not know a job's task leaves it to one that does. */
export const tasks: readonly Task[] = [
  runUploaded,
  purgeUploads,
  foldDeltas,
  checkSummaries,
  checkWorkspace,
  emptyTrash,
  emptyTrashOfWorkspace,
  purgeKeys,
  purgeAccess,
]

/** What begins by the clock, in UTC: minute, hour, day, month, day of the week. */
export const schedule: readonly Scheduled[] = [
  // Writes start it sooner: see foldWhatIsWritten.
  { task: foldDeltas, cron: '* * * * *' },
  { task: purgeKeys, cron: '*/10 * * * *' },
  { task: purgeAccess, cron: '17 * * * *' },
  { task: purgeUploads, cron: '47 * * * *' },
  { task: emptyTrash, cron: '30 1 * * *', madeUpFor: true },
  { task: checkSummaries, cron: '30 2 * * *', madeUpFor: true },
]
