import { sql } from 'kysely'
import type pg from 'pg'
import { ConfigError } from '../config.ts'
import { type Database, transaction } from '../db/database.ts'
import { JobQueue, jobs } from '../jobs/queue.ts'
import { countJobs, listFailed, lockJob, workerHeardAt } from './queries.ts'

const USAGE = `Usage: rapport jobs                     what waits, runs and was given up, of all workspaces
       rapport jobs retry <id>|failed   run a job that was given up once more, or all of them
       rapport jobs delete <id>|failed  delete it, or all of them`

/** `rapport jobs`: the operator's look at the background work of the whole instance. */
export async function jobsCommand(opened: { db: Database; pool: pg.Pool }, args: string[]): Promise<number> {
  const [action, which, ...rest] = args
  if (action === undefined) return list(opened.db)
  if ((action !== 'retry' && action !== 'delete') || which === undefined || rest.length > 0) {
    throw new ConfigError(`This is not a command for jobs.\n\n${USAGE}`)
  }
  const queue = new JobQueue(opened.pool)
  try {
    const ids = which === 'failed' ? await failedIds(opened.db) : [which]
    let done = 0
    for (const id of ids) done += await change(opened.db, queue, action, id)
    console.log(
      `${done} ${done === 1 ? 'job' : 'jobs'} ${action === 'retry' ? 'will run again' : 'deleted'}.`,
    )
    return done > 0 || which === 'failed' ? 0 : 1
  } finally {
    await queue.close()
  }
}

async function list(db: Database): Promise<number> {
  const heard = await workerHeardAt(db)
  console.log(heard === null ? 'No worker has ever run.' : `A worker was last heard of at ${heard}.`)
  for (const { name, waiting, running, failed, oldest_waiting_at } of await countJobs(db, 'all')) {
    const since = oldest_waiting_at === null ? '' : `, the oldest since ${oldest_waiting_at}`
    console.log(`${name}: ${waiting} waiting${since}, ${running} running, ${failed} given up`)
  }
  const failed = await listFailed(db, 'all')
  if (failed.length > 0) console.log('\nGiven up, the latest first:')
  for (const { id, name, workspace_id, failed_at, tries, reason } of failed) {
    const whose = workspace_id === null ? 'of the instance' : `of workspace ${workspace_id}`
    console.log(
      `${id}  ${name} ${whose}, ${failed_at}, after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${reason}`,
    )
  }
  return 0
}

async function failedIds(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM ${jobs} WHERE state = 'failed' AND name NOT LIKE '\\_\\_pgboss%' ORDER BY completed_on`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

async function change(
  db: Database,
  queue: JobQueue,
  action: 'retry' | 'delete',
  id: string,
): Promise<number> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new ConfigError(`"${id}" is no id of a job.`)
  return transaction(db, async (tx) => {
    const job = await lockJob(tx, 'all', id)
    if (job?.state !== 'failed') {
      console.log(
        `${id}: ${job ? `it is not given up (${job.state}), and was left alone` : 'there is no such job'}.`,
      )
      return 0
    }
    if (action === 'retry') await queue.retry(tx, { name: job.name, id })
    else await queue.remove(tx, { name: job.name, id })
    return 1
  })
}
