import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { conflict, forbidden, notFound, Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { lockMembers } from './members.ts'
import { hashOf, newToken } from './tokens.ts'
import { lockLinks, normalizeEmail, setPassword } from './users.ts'

/** An admin hands it over by whatever means; a mail is read soon or not at all. */
const HANDED_OVER_HOURS = 24
const MAILED_HOURS = 1
const MAIL_PAUSE_MINUTES = 5

export interface PasswordReset {
  email: string
  url: string
  expires_at: string
}

/**
 * A link with which a member chooses a new password, for the admin who asks to hand over. Throws 403 for an owner unless
 * an owner asks, 404 for who is no member, and 409 for a member of other workspaces too: it would open those as well.
 */
export async function resetOfMember(
  tx: Tx,
  scope: Scope,
  userId: string,
  publicUrl: string,
): Promise<PasswordReset> {
  const asker = await lockMembers(tx, scope)
  const memberships = await tx
    .selectFrom('memberships')
    .where('user_id', '=', userId)
    .select(['workspace_id', 'role'])
    .execute()
  const here = memberships.find(({ workspace_id }) => workspace_id === scope.workspaceId)
  if (!here) throw notFound('member')
  if (here.role === 'owner' && asker !== 'owner') throw forbidden('Only an owner can do this for an owner.')
  if (memberships.length > 1) {
    throw conflict(
      'member-elsewhere',
      'This person is a member of other workspaces too, which the link would open as well. Nothing was made; ask whoever runs the server (rapport reset-password).',
    )
  }
  return createReset(tx, userId, { createdBy: scope.userId, hours: HANDED_OVER_HOURS, publicUrl })
}

/** The same for the operator, by email; undefined if nobody signs in with it. */
export async function resetByOperator(
  tx: Tx,
  email: string,
  publicUrl: string,
): Promise<PasswordReset | undefined> {
  const userId = await userOf(tx, email)
  if (!userId) return undefined
  return createReset(tx, userId, { createdBy: null, hours: HANDED_OVER_HOURS, publicUrl })
}

/**
 * The same for a mail to the person who asks for it; undefined if nobody signs in with the address, or a link was made
 * some minutes ago: nobody can fill another's mailbox.
 */
export async function resetByMail(
  tx: Tx,
  email: string,
  publicUrl: string,
): Promise<PasswordReset | undefined> {
  const userId = await userOf(tx, email)
  if (!userId) return undefined
  await lockLinks(tx, userId)
  const recent = await tx
    .selectFrom('password_resets')
    .where('user_id', '=', userId)
    .where('created_at', '>', sql<string>`now() - make_interval(mins => ${MAIL_PAUSE_MINUTES})`)
    .select('user_id')
    .executeTakeFirst()
  return recent ? undefined : createReset(tx, userId, { createdBy: null, hours: MAILED_HOURS, publicUrl })
}

async function userOf(tx: Tx, email: string): Promise<string | undefined> {
  const user = await tx
    .selectFrom('users')
    .where('email', '=', normalizeEmail(email))
    .select('id')
    .executeTakeFirst()
  return user?.id
}

interface Making {
  createdBy: string | null
  hours: number
  publicUrl: string
}

/** A new link ends the one before. */
async function createReset(
  tx: Tx,
  userId: string,
  { createdBy, hours, publicUrl }: Making,
): Promise<PasswordReset> {
  await lockLinks(tx, userId)
  await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute()
  const token = newToken()
  const { expires_at } = await tx
    .insertInto('password_resets')
    .values({
      token_hash: hashOf(token),
      user_id: userId,
      created_by: createdBy,
      expires_at: sql<string>`now() + make_interval(hours => ${hours})`,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  const { email } = await tx
    .selectFrom('users')
    .where('id', '=', userId)
    .select('email')
    .executeTakeFirstOrThrow()
  return { email, url: new URL(`/reset/${token}`, publicUrl).href, expires_at }
}

/**
 * Whose password a link changes. Throws 404 for one that was used, replaced or is too old, and for one that an admin made
 * of a person who has joined another workspace since: it would open that one as well.
 */
export async function readReset(db: Db, token: string): Promise<{ user_id: string; email: string }> {
  const reset = await db
    .selectFrom('password_resets as r')
    .innerJoin('users as u', 'u.id', 'r.user_id')
    .where('r.token_hash', '=', hashOf(token))
    .where('r.expires_at', '>', sql<string>`now()`)
    .where(
      sql<boolean>`(r.created_by IS NULL OR (SELECT count(*) FROM memberships m WHERE m.user_id = r.user_id) < 2)`,
    )
    .select(['r.user_id', 'u.email'])
    .executeTakeFirst()
  if (!reset) throw linkEnded()
  return reset
}

/** Sets the new password, once, and ends all sessions of the person. Returns their id. */
export async function useReset(tx: Tx, token: string, password: string): Promise<string> {
  const { user_id } = await readReset(tx, token)
  await lockLinks(tx, user_id)
  const { numDeletedRows } = await tx
    .deleteFrom('password_resets')
    .where('token_hash', '=', hashOf(token))
    .executeTakeFirst()
  // Another request with the same link was first, or a newer link was made.
  if (numDeletedRows === 0n) throw linkEnded()
  await setPassword(tx, user_id, password)
  await tx.deleteFrom('sessions').where('user_id', '=', user_id).execute()
  return user_id
}

function linkEnded(): Problem {
  return new Problem(
    404,
    'link-ended',
    'Link ended',
    'This link was used, replaced by a newer one, or is too old, or the password was changed since. The password was not changed by it; ask for a new one.',
  )
}
