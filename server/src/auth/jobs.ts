import { Type } from 'typebox'
import { task } from '../jobs/task.ts'
import { purgeEnded } from './purge.ts'

export const purgeAccess = task({
  name: 'access.purge',
  title: 'Removing ended sessions, links and invitations',
  input: Type.Object({}),
  timeLimit_s: 600,
  order: 'only one',
  kept_days: 3,
  run: ({ db }, _input, { signal }) => purgeEnded(db, signal),
})
