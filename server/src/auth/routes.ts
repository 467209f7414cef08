import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { AppDeps } from '../app.ts'
import { transaction } from '../db/database.ts'
import { notFound, Problem } from '../errors.ts'
import { implement } from '../http/implement.ts'
import { createAuthLibrary, sessionCookie } from './library.ts'
import {
  acceptInvitation,
  changeRole,
  invite,
  listInvitations,
  listMembers,
  readInvitation,
  removeMember,
  withdrawInvitation,
} from './members.ts'
import { authRoutes } from './schema.ts'
import type { Sessions } from './sessions.ts'
import { createFirstOwner, needsOwner, signIn } from './sign-in.ts'
import { SignInThrottle } from './throttle.ts'
import { isPassword, readMe, setPassword } from './users.ts'

const SESSIONS_SHOWN_MAX = 100

export function registerAuth(app: FastifyInstance, { db, config }: AppDeps, sessions: Sessions): void {
  const library = createAuthLibrary(db, config)
  const throttle = new SignInThrottle()
  const cookieName = sessionCookie(config)
  const enter = (http: FastifyRequest, reply: FastifyReply) => ({ db, library, throttle, http, reply })

  implement(app, authRoutes, {
    'GET /api/setup': async () => ({ needs_owner: await needsOwner(db) }),
    'POST /api/setup/owner': async ({ body, http, reply }) => {
      await transaction(db, (tx) => createFirstOwner(tx, body))
      return signIn(enter(http, reply), body.email, body.password)
    },
    'POST /api/auth/sign-in': ({ body, http, reply }) =>
      signIn(enter(http, reply), body.email, body.password),
    'POST /api/auth/sign-out': async ({ http, reply }) => {
      await db
        .deleteFrom('sessions')
        .where('id', '=', http.sessionId ?? '')
        .execute()
      sessions.forgetAll()
      reply.clearCookie(cookieName, { path: '/' })
      return undefined
    },
    'POST /api/auth/sign-out-everywhere': async ({ scope, reply }) => {
      await db.deleteFrom('sessions').where('user_id', '=', scope.userId).execute()
      sessions.forgetAll()
      reply.clearCookie(cookieName, { path: '/' })
      return undefined
    },
    'GET /api/auth/me': ({ scope }) => readMe(db, scope.userId, scope.workspaceId),
    'POST /api/auth/password': async ({ scope, body, http }) => {
      await transaction(db, async (tx) => {
        if (!(await isPassword(tx, scope.userId, body.current_password))) throw wrongPassword()
        await setPassword(tx, scope.userId, body.new_password)
        await tx
          .deleteFrom('sessions')
          .where('user_id', '=', scope.userId)
          .where('id', '<>', http.sessionId ?? '')
          .execute()
      })
      sessions.forgetAll()
      return undefined
    },
    'GET /api/auth/sessions': async ({ scope, http }) => ({
      items: await db
        .selectFrom('sessions')
        .where('user_id', '=', scope.userId)
        .where('expires_at', '>', sql<string>`now()`)
        .orderBy('updated_at', 'desc')
        .limit(SESSIONS_SHOWN_MAX)
        .select(['id', 'created_at', 'updated_at as last_seen_at', 'ip_address', 'user_agent'])
        .select((row) =>
          row('id', '=', http.sessionId ?? '')
            .$castTo<boolean>()
            .as('current'),
        )
        .execute(),
    }),
    'DELETE /api/auth/sessions/:session_id': async ({ scope, params }) => {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('user_id', '=', scope.userId)
        .where('id', '=', params.session_id)
        .executeTakeFirst()
      sessions.forgetAll()
      if (numDeletedRows === 0n) throw notFound('session')
      return undefined
    },
    'GET /api/members': async ({ scope }) => ({ items: await listMembers(db, scope) }),
    'PATCH /api/members/:user_id': async ({ scope, params, body }) => {
      const member = await transaction(db, (tx) => changeRole(tx, scope, params.user_id, body.role))
      sessions.forgetAll()
      return member
    },
    'DELETE /api/members/:user_id': async ({ scope, params }) => {
      await transaction(db, (tx) => removeMember(tx, scope, params.user_id))
      sessions.forgetAll()
      return undefined
    },
    'GET /api/invitations': async ({ scope }) => ({ items: await listInvitations(db, scope) }),
    'POST /api/invitations': ({ scope, body }) =>
      transaction(db, (tx) => invite(tx, scope, body, config.publicUrl)),
    'DELETE /api/invitations/:id': async ({ scope, params }) => {
      await transaction(db, (tx) => withdrawInvitation(tx, scope, params.id))
      return undefined
    },
    'GET /api/invitations/by-token/:token': ({ params }) => readInvitation(db, params.token),
    'POST /api/invitations/by-token/:token/accept': async ({ params, body, http, reply }) => {
      const { email, workspaceId } = await transaction(db, (tx) => acceptInvitation(tx, params.token, body))
      return signIn(enter(http, reply), email, body.password, workspaceId)
    },
  })
}

function wrongPassword(): Problem {
  return new Problem(
    403,
    'wrong-password',
    'Wrong password',
    'The current password is wrong. The password was not changed.',
    {
      errors: [{ path: '/current_password', message: 'This is not your current password.' }],
    },
  )
}
