import type { Db, Tx } from '../db/database.ts'
import { conflict, forbidden, notFound, unauthorized } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { visible } from '../visible.ts'
import type { Role } from '../vocabulary.ts'
import { may } from './permissions.ts'

export const MEMBERS_MAX = 1_000

function memberRows(db: Db, scope: Scope) {
  return db
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .leftJoin('sales_representatives as r', (join) =>
      join
        .on(visible(scope, 'sales_representatives', 'r'))
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
  const asker = await lockMembers(tx, scope)
  const current = await roleOf(tx, scope, userId)
  if (!current) throw notFound('member')
  if (asker !== 'owner' && (role === 'owner' || current === 'owner')) {
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

/** Takes a member out of the workspace, ends their sessions in it and any link that would let them back in. */
export async function removeMember(tx: Tx, scope: Scope, userId: string): Promise<void> {
  const asker = await lockMembers(tx, scope)
  const current = await roleOf(tx, scope, userId)
  if (!current) throw notFound('member')
  if (current === 'owner') {
    if (asker !== 'owner') throw forbidden('Only an owner can remove an owner.')
    await refuseLastOwner(tx, scope, userId)
  }
  await tx
    .deleteFrom('sessions')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .execute()
  await tx
    .deleteFrom('invitations')
    .where('workspace_id', '=', scope.workspaceId)
    .where('email', '=', (users) => users.selectFrom('users').where('id', '=', userId).select('email'))
    .where('accepted_at', 'is', null)
    .execute()
  await tx
    .deleteFrom('memberships')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .execute()
}

/**
 * Lets one change of members in at a time: two owners who demote each other must not both succeed. Who asks may have
 * lost the right since the request came in, so it is looked up again. Returns their role.
 */
export async function lockMembers(tx: Tx, scope: Scope): Promise<Role> {
  // Weaker than FOR UPDATE, which would wait for everybody who is writing records.
  await tx
    .selectFrom('workspaces')
    .where('id', '=', scope.workspaceId)
    .select('id')
    .forNoKeyUpdate()
    .execute()
  const role = await roleOf(tx, scope, scope.userId)
  if (!role) throw unauthorized()
  if (!may(role, 'members:write')) throw forbidden()
  return role
}

async function roleOf(tx: Tx, scope: Scope, userId: string): Promise<Role | undefined> {
  const member = await tx
    .selectFrom('memberships')
    .where('workspace_id', '=', scope.workspaceId)
    .where('user_id', '=', userId)
    .select('role')
    .executeTakeFirst()
  return member?.role as Role | undefined // A CHECK keeps role to the values of the type.
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
