import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { conflict, forbidden, invalidField, notFound, Problem } from '../errors.ts'
import type { Scope } from '../scope.ts'
import type { Role } from '../vocabulary.ts'
import { lockMembers, MEMBERS_MAX } from './members.ts'
import { hashOf, newToken } from './tokens.ts'
import { createUser, emailOfNewAccount, isPassword } from './users.ts'

const INVITATION_DAYS = 7

function openInvitations(db: Db) {
  return db
    .selectFrom('invitations as i')
    .where('i.accepted_at', 'is', null)
    .where('i.expires_at', '>', sql<string>`now()`)
}

export function listInvitations(db: Db, scope: Scope) {
  return openInvitations(db)
    .where('i.workspace_id', '=', scope.workspaceId)
    .select(['i.id', 'i.email', 'i.role', 'i.expires_at', 'i.created_at'])
    .$narrowType<{ role: Role }>()
    .orderBy('i.created_at', 'desc')
    .limit(MEMBERS_MAX)
    .execute()
}

/**
 * Only the hash of the token is kept; whoever has the link can join, once, for seven days. A new link for an address
 * ends the one before. Throws 409 for a member.
 */
export async function invite(
  tx: Tx,
  scope: Scope,
  { email, role }: { email: string; role: Role },
  publicUrl: string,
) {
  const address = emailOfNewAccount(email)
  const asker = await lockMembers(tx, scope)
  if (role === 'owner' && asker !== 'owner') throw forbidden('Only an owner can invite an owner.')
  await refuseMember(tx, scope, address)
  await dropOldInvitations(tx, scope, address)
  const token = newToken()
  const invitation = await tx
    .insertInto('invitations')
    .values({
      workspace_id: scope.workspaceId,
      email: address,
      role,
      token_hash: hashOf(token),
      invited_by: scope.userId,
      expires_at: sql<string>`now() + make_interval(days => ${INVITATION_DAYS})`,
    })
    .returning(['id', 'email', 'role', 'expires_at', 'created_at'])
    .$narrowType<{ role: Role }>()
    .executeTakeFirstOrThrow()
  return { ...invitation, token, url: new URL(`/join/${token}`, publicUrl).href }
}

async function refuseMember(tx: Tx, scope: Scope, email: string): Promise<void> {
  const member = await tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .where('m.workspace_id', '=', scope.workspaceId)
    .where('u.email', '=', email)
    .select('m.user_id')
    .executeTakeFirst()
  if (member) throw conflict('already-member', `${email} is a member already. Nothing was sent or changed.`)
}

async function dropOldInvitations(tx: Tx, scope: Scope, email: string): Promise<void> {
  await tx
    .deleteFrom('invitations')
    .where('workspace_id', '=', scope.workspaceId)
    .where('accepted_at', 'is', null)
    .where((row) => row.or([row('email', '=', email), row('expires_at', '<=', sql<string>`now()`)]))
    .execute()
}

export async function withdrawInvitation(tx: Tx, scope: Scope, id: number): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('invitations')
    .where('workspace_id', '=', scope.workspaceId)
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw notFound('open invitation')
}

/** What a link offers. Throws 404 if it has ended. */
export async function readInvitation(db: Db, token: string) {
  const invitation = await openInvitations(db)
    .innerJoin('workspaces as w', 'w.id', 'i.workspace_id')
    .leftJoin('users as u', 'u.email', 'i.email')
    .where('i.token_hash', '=', hashOf(token))
    .select(['w.name as workspace_name', 'i.email', 'i.role', 'u.id as user_id'])
    .$narrowType<{ role: Role }>()
    .executeTakeFirst()
  if (!invitation) throw ended()
  const { user_id, ...offer } = invitation
  return { ...offer, has_account: user_id !== null }
}

function ended(): Problem {
  return new Problem(
    404,
    'invitation-ended',
    'Invitation ended',
    'This invitation was used, withdrawn, replaced by a newer one or is older than seven days. Ask for a new one.',
  )
}

/** Someone new gets an account, someone known proves the password: 403 if it is wrong. Returns the workspace. */
export async function acceptInvitation(
  tx: Tx,
  token: string,
  newcomer: { name?: string; password: string },
): Promise<number> {
  const invitation = await openInvitations(tx)
    .where('i.token_hash', '=', hashOf(token))
    .select(['i.workspace_id', 'i.id', 'i.email', 'i.role'])
    .forUpdate()
    .executeTakeFirst()
  if (!invitation) throw ended()
  const { workspace_id, email, role } = invitation
  const userId = await knownUser(tx, email, newcomer.password)
  await tx
    .insertInto('memberships')
    .values({ workspace_id, user_id: userId ?? (await createNewcomer(tx, email, newcomer)), role })
    .onConflict((existing) => existing.doNothing())
    .execute()
  await tx
    .updateTable('invitations')
    .where('workspace_id', '=', workspace_id)
    .where('id', '=', invitation.id)
    .set({ accepted_at: sql`now()` })
    .execute()
  return workspace_id
}

async function knownUser(tx: Tx, email: string, password: string): Promise<string | undefined> {
  const known = await tx.selectFrom('users').where('email', '=', email).select('id').executeTakeFirst()
  if (known && !(await isPassword(tx, known.id, password))) {
    throw new Problem(
      403,
      'wrong-password',
      'Wrong password',
      'There is an account for this email address, with another password. The invitation is still open.',
      { errors: [{ path: '/password', message: 'This is not the password of that account.' }] },
    )
  }
  return known?.id
}

function createNewcomer(
  tx: Tx,
  email: string,
  { name, password }: { name?: string; password: string },
): Promise<string> {
  if (name === undefined) throw invalidField('/name', 'Enter your name.')
  return createUser(tx, { name, email, password })
}
