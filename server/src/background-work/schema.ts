import { type Static, Type } from 'typebox'
import { Nullable, Timestamp } from '../http/fields.ts'
import type { RouteTable } from '../http/route.ts'

const JobId = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })

const Kind = Type.Object({
  name: Type.String({ description: 'The queue.' }),
  title: Type.String({ description: 'What people call it.' }),
  waiting: Type.Integer({ description: 'Jobs that wait for their turn, or to be tried again.' }),
  running: Type.Integer(),
  failed: Type.Integer({ description: 'Jobs that were given up.' }),
  oldest_waiting_at: Nullable(Timestamp),
})
export type Kind = Static<typeof Kind>

const FailedJob = Type.Object({
  id: JobId,
  name: Type.String(),
  title: Type.String(),
  created_at: Timestamp,
  failed_at: Timestamp,
  tries: Type.Integer({ description: 'How often it was begun.' }),
  reason: Type.String({ description: 'What the last try ended with.' }),
})
export type FailedJob = Static<typeof FailedJob>

export const BackgroundWork = Type.Object({
  /** Every ten seconds or so, if one runs. */
  worker_heard_at: Nullable(Timestamp),
  kinds: Type.Array(Kind, { description: 'Those that have jobs waiting, running or failed.' }),
  failed: Type.Array(FailedJob, { description: 'The last fifty.' }),
  summary_check: Nullable(
    Type.Object(
      {
        checked_at: Timestamp,
        wrong: Type.Integer({ description: 'Summaries that differed from the records.' }),
      },
      { description: 'What the last nightly check of the figures found.' },
    ),
  ),
})
export type BackgroundWork = Static<typeof BackgroundWork>

const JobParams = Type.Object({ id: JobId })
const tag = 'Background work'
export const jobRoutes = {
  'GET /api/background-work': {
    summary: 'What works in the background for this workspace',
    tag,
    access: 'jobs:manage',
    response: BackgroundWork,
  },
  'POST /api/background-work/:id/retry': {
    summary: 'Run a job that was given up once more',
    description: 'A job that has not failed is left alone: 409 (not-failed).',
    tag,
    access: 'jobs:manage',
    params: JobParams,
    status: 204,
  },
  'DELETE /api/background-work/:id': {
    summary: 'Delete a job that was given up',
    description: 'A job that has not failed is left alone: 409 (not-failed).',
    tag,
    access: 'jobs:manage',
    params: JobParams,
    status: 204,
  },
} as const satisfies RouteTable
