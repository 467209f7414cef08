import { Type } from 'typebox'
import { purgeIdempotencyKeys } from '../http/idempotency.ts'
import { task } from '../jobs/task.ts'

export const purgeKeys = task({
  name: 'keys.purge',
  title: 'Removing old idempotency keys',
  input: Type.Object({}),
  timeLimit_s: 600,
  order: 'only one',
  kept_days: 3,
  run: async ({ db }) => ({ removed: await purgeIdempotencyKeys(db) }),
})
