import { randomBytes } from 'node:crypto'
import { createUser, setPassword } from '../auth/users.ts'
import { type Tx, transaction } from '../db/database.ts'
import type { OpenedDatabase } from '../db/open.ts'
import { demoShape } from './draw/shapes.ts'
import { seedDemo } from './load/seed-demo.ts'

const DEMO_EMAIL = 'demo@rapport.example'
const DEMO_USER = 'Demo Owner'
const PASSWORD_BYTES = 9

/**
 * Loads the demo workspace unless it is there, and prints how to sign in to it. The password is new with every start:
 * a well-known one would open the installation to everybody who can reach it.
 */
export async function ensureDemo({ db, pool }: OpenedDatabase, customers: number): Promise<void> {
  const { workspaceIds, loaded } = await seedDemo({ pool, shape: demoShape(customers), log: console.log })
  const [workspaceId] = workspaceIds
  if (workspaceId === undefined) throw new Error('The demo workspace was not made.')
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')
  await transaction(db, (tx) => ensureOwner(tx, workspaceId, password))
  console.log(loaded ? 'The demo workspace is loaded.' : 'The demo workspace is there already.')
  console.log(`Sign in with ${DEMO_EMAIL} and the password ${password}`)
}

async function ensureOwner(tx: Tx, workspaceId: number, password: string): Promise<void> {
  const known = await tx.selectFrom('users').where('email', '=', DEMO_EMAIL).select('id').executeTakeFirst()
  if (known) return setPassword(tx, known.id, password)
  const userId = await createUser(tx, { name: DEMO_USER, email: DEMO_EMAIL, password })
  await tx
    .insertInto('memberships')
    .values({ workspace_id: workspaceId, user_id: userId, role: 'owner' })
    .execute()
}
