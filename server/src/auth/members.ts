import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { conflict, forbidden, notFound, Problem } from '../errors.ts'
import type { Role } from '../vocabulary.ts'
import type { Scope } from './scope.ts'
import { createUser, isPassword, normalizeEmail } from './users.ts'

const INVITATION_DAYS = 7
const TOKEN_BYTES = 32
const MEMBERS_MAX = 1_000

function memberRows(db: Db, scope: Scope) {
  return db
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .leftJoin('sales_representatives as r', (join) =>
      join
        .onRef('r.workspace_id', '=', 'm.workspace_id')
        .onRef('r.user_id', '=', 'm.user_id')
        .on('r.deleted_at', 'is', null),
    )
    .where('m.workspace_id', '=', scope.workspaceId)
    .select(['m.user_id', 'u.name', 'u.email', 'm.role', 'r.id as sales_rep_id', 'm.created_at as joined_at'])
    .$narrowType<{ role: Role }>()
}

export function listMembers(db: Db, scope: Scope) {
  return memberRows(db, scope).orderBy('u.name').orderBy('m.user_id').limit(MEMBERS_MAX).execute()
}

/** Only owners make and unmake owners, and one always stays. */
export async function changeRole(tx: Tx, scope: Scope, userId: string, role: Role) {
  const current = await lockMember(tx, scope, userId)
  if (scope.role !== 'owner' && (role === 'owner' || current === 'owner')) {
    throw forbidden('Only an owner can make someone an owner or change the role of one.')
  }
  if (current === 'owner' && role !== 'owner') await refuseLastOwner(tx, scope, userId)
  await tx
    .updateTable('memberships')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .set({ role })
    .execute()
  return memberRows(tx, scope).where('m.user_id', '=', userId).executeTakeFirstOrThrow()
}

/** Takes a member out of the workspace and ends their sessions in it. Their records stay. */
export async function removeMember(tx: Tx, scope: Scope, userId: string): Promise<void> {
  const current = await lockMember(tx, scope, userId)
  if (current === 'owner') {
    if (scope.role !== 'owner') throw forbidden('Only an owner can remove an owner.')
    await refuseLastOwner(tx, scope, userId)
  }
  await tx
    .deleteFrom('sessions')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .execute()
  await tx
    .deleteFrom('memberships')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .execute()
}

/** Locks the whole list of members: two owners who demote each other must not both succeed. */
async function lockMember(tx: Tx, scope: Scope, userId: string): Promise<Role> {
  await tx.selectFrom('workspaces').where('id', '=', scope.workspaceId).select('id').forUpdate().execute()
  const member = await tx
    .selectFrom('memberships')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .select('role')
    .executeTakeFirst()
  if (!member) throw notFound('member')
  return member.role as Role // A CHECK keeps role to the values of the type.
}

async function refuseLastOwner(tx: Tx, scope: Scope, userId: string): Promise<void> {
  const other = await tx
    .selectFrom('memberships')
    .where('workspace_id', '=', scope.workspaceId)
    .where('role', '=', 'owner')
    .where('user_id', '<>', userId)
    .select('user_id')
    .limit(1)
    .executeTakeFirst()
  if (!other)
    throw conflict(
      'last-owner',
      'A workspace needs an owner. Make someone else an owner first; nothing was changed.',
    )
}

function openInvitations(db: Db) {
  return db
    .selectFrom('invitations')
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', sql<string>`now()`)
}

export function listInvitations(db: Db, scope: Scope) {
  return openInvitations(db)
    .where('workspace_id', '=', scope.workspaceId)
    .select(['id', 'email', 'role', 'expires_at', 'created_at'])
    .$narrowType<{ role: Role }>()
    .orderBy('created_at', 'desc')
    .limit(MEMBERS_MAX)
    .execute()
}

/** Only the hash of the token is kept; whoever has the link can join, once, for seven days. */
export async function invite(
  tx: Tx,
  scope: Scope,
  { email, role }: { email: string; role: Role },
  publicUrl: string,
) {
  if (role === 'owner' && scope.role !== 'owner') throw forbidden('Only an owner can invite an owner.')
  const address = normalizeEmail(email)
  const member = await memberRows(tx, scope).where('u.email', '=', address).executeTakeFirst()
  if (member) throw conflict('already-member', `${address} is a member already. Nothing was sent or changed.`)
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
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
  return { ...invitation, token, url: `${publicUrl}/join/${token}` }
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

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export async function readInvitation(db: Db, token: string) {
  const invitation = await openInvitations(db)
    .innerJoin('workspaces as w', 'w.id', 'invitations.workspace_id')
    .leftJoin('users as u', 'u.email', 'invitations.email')
    .where('token_hash', '=', hashOf(token))
    .select(['w.name as workspace_name', 'invitations.email', 'invitations.role', 'u.id as user_id'])
    .$narrowType<{ role: Role }>()
    .executeTakeFirst()
  if (!invitation) throw usedUp()
  const { user_id, ...offer } = invitation
  return { ...offer, has_account: user_id !== null }
}

function usedUp(): Problem {
  return new Problem(
    404,
    'invitation-ended',
    'Invitation ended',
    'This invitation was used, withdrawn or is older than seven days. Ask for a new one.',
  )
}

/** Someone new gets an account; someone known proves the password. Returns what to sign in with. */
export async function acceptInvitation(
  tx: Tx,
  token: string,
  { name, password }: { name?: string; password: string },
) {
  const invitation = await openInvitations(tx)
    .where('token_hash', '=', hashOf(token))
    .select(['workspace_id', 'id', 'email', 'role'])
    .forUpdate()
    .executeTakeFirst()
  if (!invitation) throw usedUp()
  const known = await tx
    .selectFrom('users')
    .where('email', '=', invitation.email)
    .select('id')
    .executeTakeFirst()
  if (known && !(await isPassword(tx, known.id, password))) {
    throw new Problem(
      403,
      'wrong-password',
      'Wrong password',
      'There is an account for this email address, with another password. The invitation is still open.',
    )
  }
  const userId =
    known?.id ?? (await createUser(tx, { name: name ?? invitation.email, email: invitation.email, password }))
  await tx
    .insertInto('memberships')
    .values({ workspace_id: invitation.workspace_id, user_id: userId, role: invitation.role })
    .onConflict((existing) => existing.doNothing())
    .execute()
  await tx
    .updateTable('invitations')
    .where('workspace_id', '=', invitation.workspace_id)
    .where('id', '=', invitation.id)
    .set({ accepted_at: sql`now()` })
    .execute()
  return { email: invitation.email, workspaceId: invitation.workspace_id }
}
