import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { type Tx, transaction } from '../db/database.ts'
import { conflict, notFound } from '../errors.ts'
import { implement } from '../http/implement.ts'
import type { Task } from '../jobs/task.ts'
import type { Scope } from '../scope.ts'
import { lockJob, readBackgroundWork } from './queries.ts'
import { jobRoutes } from './schema.ts'

/** What a workspace's admins see of its jobs. Those of the whole instance are its operator's: see cli.ts. */
export function registerJobs(app: FastifyInstance, { db, queue }: AppContext, tasks: readonly Task[]): void {
  const titles = new Map(tasks.map(({ name, title }) => [name, title]))
  implement(app, jobRoutes, {
    'GET /api/background-work': ({ scope }) => readBackgroundWork(db, scope, titles),
    'POST /api/background-work/:id/retry': ({ scope, params: { id } }) =>
      transaction(db, async (tx) => {
        await queue.retry(tx, { name: await failedTask(tx, scope, id), id })
        return undefined
      }),
    'DELETE /api/background-work/:id': ({ scope, params: { id } }) =>
      transaction(db, async (tx) => {
        await queue.remove(tx, { name: await failedTask(tx, scope, id), id })
        return undefined
      }),
  })
}

async function failedTask(tx: Tx, scope: Scope, id: string): Promise<string> {
  const job = await lockJob(tx, scope, id)
  if (!job) throw notFound('job')
  if (job.state !== 'failed') {
    throw conflict(
      'not-failed',
      'This job was not given up, or somebody has had it run again already. Nothing was changed.',
    )
  }
  return job.name
}
