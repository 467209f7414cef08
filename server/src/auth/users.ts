import { randomBytes } from 'node:crypto'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { Me } from './schema.ts'

const CREDENTIAL = 'credential'
const ID_BYTES = 24

/** Email addresses are one and the same in any case. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** Inserts a user who signs in with a password, in the library's tables. Returns the id. */
export async function createUser(
  tx: Tx,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<string> {
  const id = randomBytes(ID_BYTES).toString('base64url')
  await tx
    .insertInto('users')
    .values({ id, name, email: normalizeEmail(email), email_verified: true })
    .execute()
  await tx
    .insertInto('accounts')
    .values({
      id: randomBytes(ID_BYTES).toString('base64url'),
      user_id: id,
      account_id: id,
      provider_id: CREDENTIAL,
      password: await hashPassword(password),
    })
    .execute()
  return id
}

/** Whether this is the user's password; false also for users without one. */
export async function isPassword(db: Db, userId: string, password: string): Promise<boolean> {
  const account = await db
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('provider_id', '=', CREDENTIAL)
    .select('password')
    .executeTakeFirst()
  return account?.password ? verifyPassword({ hash: account.password, password }) : false
}

export async function setPassword(tx: Tx, userId: string, password: string): Promise<void> {
  await tx
    .updateTable('accounts')
    .where('user_id', '=', userId)
    .where('provider_id', '=', CREDENTIAL)
    .set({ password: await hashPassword(password), updated_at: sql`now()` })
    .execute()
}

/** What the web app needs to know of who is signed in. */
export async function readMe(db: Db, userId: string, workspaceId: number): Promise<Me> {
  const row = await db
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .innerJoin('workspaces as w', 'w.id', 'm.workspace_id')
    .leftJoin('sales_representatives as r', (join) =>
      join
        .onRef('r.workspace_id', '=', 'm.workspace_id')
        .onRef('r.user_id', '=', 'm.user_id')
        .on('r.deleted_at', 'is', null),
    )
    .where('m.workspace_id', '=', workspaceId)
    .where('m.user_id', '=', userId)
    .select([
      'u.id',
      'u.name',
      'u.email',
      'm.role',
      'w.name as workspace_name',
      'w.time_zone',
      'w.currency',
      'r.id as sales_rep_id',
    ])
    .executeTakeFirstOrThrow()
  return {
    user: { id: row.id, name: row.name, email: row.email },
    workspace: {
      id: workspaceId,
      name: row.workspace_name,
      time_zone: row.time_zone,
      currency: row.currency,
    },
    role: row.role as Me['role'], // A CHECK keeps role to the values of the type.
    sales_rep_id: row.sales_rep_id,
  }
}
