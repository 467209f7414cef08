import { randomUUID } from 'node:crypto'
import { sessionCookie } from '../src/auth/library.ts'
import type { Scope } from '../src/auth/scope.ts'
import { signedCookie } from '../src/auth/sessions.ts'
import type { Role } from '../src/vocabulary.ts'
import type { TestApp } from './app.ts'

const SESSION_HOURS = 1

/** A session for someone who is a member already, as request headers. No password is hashed, so it is quick. */
export async function sessionHeaders(app: TestApp, scope: Scope): Promise<{ cookie: string }> {
  const token = randomUUID()
  await app.db
    .insertInto('sessions')
    .values({
      id: randomUUID(),
      token,
      user_id: scope.userId,
      workspace_id: scope.workspaceId,
      expires_at: new Date(Date.now() + SESSION_HOURS * 3_600_000).toISOString(),
    })
    .execute()
  return { cookie: `${sessionCookie(app.config)}=${signedCookie(token, app.config.secret)}` }
}

/** A new user with a role, signed in to a workspace: the given one, or a new one of their own. */
export async function signInAs(
  app: TestApp,
  role: Role,
  workspaceId?: number,
): Promise<{ scope: Scope; cookie: string }> {
  const workspace =
    workspaceId ??
    (await app.db.insertInto('workspaces').values({ name: 'Test' }).returning('id').executeTakeFirstOrThrow())
      .id
  const userId = randomUUID()
  await app.db
    .insertInto('users')
    .values({ id: userId, name: `A ${role}`, email: `${userId}@example.com` })
    .execute()
  await app.db.insertInto('memberships').values({ workspace_id: workspace, user_id: userId, role }).execute()
  const scope: Scope = { workspaceId: workspace, userId, role }
  return { scope, ...(await sessionHeaders(app, scope)) }
}
