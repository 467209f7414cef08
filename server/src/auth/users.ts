import { randomBytes } from 'node:crypto'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { sql } from 'kysely'
import { type Database, type Db, type Tx, transaction } from '../db/database.ts'
import { invalidField, Problem } from '../errors.ts'
import type { Me } from './schema.ts'

const CREDENTIAL = 'credential'
const ID_BYTES = 24

/** Email addresses are one and the same in any case. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** What the sign-in library takes for an email address; it is stricter than the standard. */
const EMAIL_OF_AN_ACCOUNT =
  /^(?:[a-z0-9_'+-]+\.)*[a-z0-9_'+-]*[a-z0-9_+-]@(?:[a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/

/** The address, normalised. Throws 400 for one that nobody could sign in with. */
export function emailOfNewAccount(email: string): string {
  const address = normalizeEmail(email)
  if (!EMAIL_OF_AN_ACCOUNT.test(address)) {
    throw invalidField(
      '/email',
      "This address cannot be used to sign in; before the @ it may have letters, digits and . _ ' + -.",
    )
  }
  return address
}

/** Inserts a user who signs in with a password, in the library's tables. Returns the id. */
export async function createUser(
  tx: Tx,
  { name, email, password }: { name: string; email: string; password: string },
): Promise<string> {
  const id = randomBytes(ID_BYTES).toString('base64url')
  await tx
    .insertInto('users')
    .values({ id, name, email: emailOfNewAccount(email), email_verified: true })
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

async function passwordHash(db: Db, userId: string): Promise<string | undefined> {
  const account = await db
    .selectFrom('accounts')
    .where('user_id', '=', userId)
    .where('provider_id', '=', CREDENTIAL)
    .select('password')
    .executeTakeFirst()
  return account?.password ?? undefined
}

/** Whether this is the user's password; false also for users without one. */
export async function isPassword(db: Db, userId: string, password: string): Promise<boolean> {
  const hash = await passwordHash(db, userId)
  return hash !== undefined && verifyPassword({ hash, password })
}

/** One at a time makes, uses and ends the links with which a person chooses a new password. */
export async function lockLinks(tx: Tx, userId: string): Promise<void> {
  await tx.selectFrom('users').where('id', '=', userId).select('id').forNoKeyUpdate().execute()
}

async function endLinks(tx: Tx, userId: string): Promise<void> {
  await lockLinks(tx, userId)
  await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute()
}

/** No proof is asked for, and sessions go on. Links to a new password end. */
export async function setPassword(tx: Tx, userId: string, password: string): Promise<void> {
  await endLinks(tx, userId)
  await tx
    .updateTable('accounts')
    .where('user_id', '=', userId)
    .where('provider_id', '=', CREDENTIAL)
    .set({ password: await hashPassword(password), updated_at: sql`now()` })
    .execute()
}

/**
 * Changes the password of someone who proves the current one, and ends their sessions but the one they use, and any link
 * to a new password.
 */
export async function changePassword(
  db: Database,
  userId: string,
  passwords: { current_password: string; new_password: string },
  sessionIdKept: string,
): Promise<void> {
  const hash = await passwordHash(db, userId)
  if (!hash || !(await verifyPassword({ hash, password: passwords.current_password }))) throw wrongPassword()
  const newHash = await hashPassword(passwords.new_password)
  await transaction(db, async (tx) => {
    const changed = await tx
      .updateTable('accounts')
      .where('user_id', '=', userId)
      .where('provider_id', '=', CREDENTIAL)
      // Someone else may have changed it since it was proven.
      .where('password', '=', hash)
      .set({ password: newHash, updated_at: sql`now()` })
      .executeTakeFirst()
    if (changed.numUpdatedRows === 0n) throw wrongPassword()
    await endLinks(tx, userId)
    await tx.deleteFrom('sessions').where('user_id', '=', userId).where('id', '<>', sessionIdKept).execute()
  })
}

function wrongPassword(): Problem {
  return new Problem(
    403,
    'wrong-password',
    'Wrong password',
    'The current password is wrong. The password was not changed.',
    { errors: [{ path: '/current_password', message: 'This is not your current password.' }] },
  )
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
