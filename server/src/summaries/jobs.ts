import { setTimeout as pause } from 'node:timers/promises'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { task } from '../jobs/task.ts'
import { keepCheck } from './check.ts'
import { foldSummaries } from './fold.ts'

const FOLD_PAUSE_MS = 2_000
/** Then the next job goes on: of one that takes long nobody could tell whether it is stuck. */
const FOLD_RUN_MS = 50_000

/** Keeps the delta log short while people write, and ends when nothing is left. Reads are exact without it, only slower. */
export const foldDeltas = task({
  name: 'summaries.fold',
  title: 'Folding of summaries',
  input: Type.Object({}),
  timeLimit_s: 300,
  order: 'only one',
  kept_days: 1,
  async run({ db }, _input, { signal }) {
    const end = Date.now() + FOLD_RUN_MS
    let folded = 0
    for (;;) {
      const some = await foldSummaries(db)
      folded += some
      if (some === 0 || signal.aborted || Date.now() > end) return { folded }
      await pause(FOLD_PAUSE_MS, undefined, { signal }).catch(() => {})
    }
  },
})

/** Something was written: folding begins some seconds later. */
export function foldWhatIsWritten(db: Database, queue: JobQueue): { written: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  const begin = () => {
    timer = undefined
    // If it cannot be enqueued now, the schedule does it within a minute.
    db.transaction()
      .execute((tx) => queue.add(tx, foldDeltas, {}))
      .catch(() => {})
  }
  return {
    written: () => {
      timer ??= setTimeout(begin, FOLD_PAUSE_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

export const checkSummaries = task({
  name: 'summaries.check',
  title: 'Checking the summaries of every workspace',
  input: Type.Object({}),
  timeLimit_s: 600,
  order: 'only one',
  async run({ db, queue }) {
    const workspaces = await db.selectFrom('workspaces').select('id').orderBy('id').execute()
    await db.transaction().execute(async (tx) => {
      for (const { id } of workspaces) await queue.add(tx, checkWorkspace, {}, { workspaceId: id })
    })
    return { workspaces: workspaces.length }
  },
})

/** One after the other: reading every table of a large workspace is work enough for a database. */
export const checkWorkspace = task({
  name: 'summaries.check-workspace',
  title: 'Checking the summaries',
  input: Type.Object({}),
  timeLimit_s: 3_600,
  order: 'one at a time',
  async run({ db }, _input, { workspaceId }) {
    if (workspaceId === null) return undefined
    return { wrong: await keepCheck(db, workspaceId) }
  },
})
