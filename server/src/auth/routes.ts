import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AppContext } from '../context.ts'
import { transaction } from '../db/database.ts'
import { unauthorized } from '../errors.ts'
import { implement } from '../http/implement.ts'
import { type AuthLibrary, createAuthLibrary, sessionCookie, sessionCookieOptions } from './better-auth.ts'
import { DEVICE_COOKIE, deviceCookieOptions, knownDevice, markOfDevice } from './devices.ts'
import {
  acceptInvitation,
  invite,
  listInvitations,
  readInvitation,
  withdrawInvitation,
} from './invitations.ts'
import { changeRole, listMembers, removeMember } from './members.ts'
import { endAllOwnSessions, endOwnSession, listOwnSessions } from './own-sessions.ts'
import { resetOfMember } from './password-resets.ts'
import { registerPasswords } from './password-routes.ts'
import { invitationRoutes, memberRoutes, sessionRoutes, signInRoutes } from './schema.ts'
import type { Sessions } from './sessions.ts'
import { createFirstOwner, needsOwner, signIn } from './sign-in.ts'
import { type Attempt, SignInThrottle } from './throttle.ts'
import { changePassword, normalizeEmail, readMe } from './users.ts'

interface AuthDeps extends AppContext {
  sessions: Sessions
  library: AuthLibrary
  throttle: SignInThrottle
}

export function registerAuth(app: FastifyInstance, deps: AppContext, sessions: Sessions): void {
  const library = createAuthLibrary(deps.db, deps.config)
  const throttle = new SignInThrottle()
  const authDeps = { ...deps, sessions, library, throttle }
  registerSignIn(app, authDeps)
  registerSessions(app, authDeps)
  registerMembers(app, authDeps)
  registerInvitations(app, authDeps)
  registerPasswords(app, deps, sessions)
}

function registerSignIn(app: FastifyInstance, { db, config, library, throttle }: AuthDeps): void {
  const attemptOf = (http: FastifyRequest, person: string): Attempt => ({
    person,
    address: http.ip,
    device: knownDevice(http.cookies[DEVICE_COOKIE], person, config.secret),
  })
  implement(app, signInRoutes, {
    'GET /api/setup': async () => ({
      needs_owner: await needsOwner(db),
      sends_mail: config.smtpUrl !== undefined,
    }),
    'POST /api/setup/owner': async ({ body, http, reply }) => {
      await transaction(db, (tx) => createFirstOwner(tx, body))
      return signIn({ db, library, http, reply }, body.email, body.password)
    },
    'POST /api/auth/sign-in': async ({ body: { email, password }, http, reply }) => {
      const attempt = attemptOf(http, normalizeEmail(email))
      const me = await throttle.attempt(attempt, () => signIn({ db, library, http, reply }, email, password))
      if (!attempt.device) {
        reply.setCookie(
          DEVICE_COOKIE,
          markOfDevice(attempt.person, config.secret),
          deviceCookieOptions(config),
        )
      }
      return me
    },
    'GET /api/auth/me': ({ scope }) => readMe(db, scope.userId, scope.workspaceId),
  })
}

function registerSessions(app: FastifyInstance, { db, config, sessions, throttle }: AuthDeps): void {
  const clearCookie = (reply: FastifyReply) =>
    reply.clearCookie(sessionCookie(config), sessionCookieOptions(config))

  implement(app, sessionRoutes, {
    'POST /api/auth/sign-out': async ({ scope, http, reply }) => {
      await transaction(db, (tx) => endOwnSession(tx, scope, currentSession(http)))
      sessions.forgetAll()
      clearCookie(reply)
      return undefined
    },
    'POST /api/auth/sign-out-everywhere': async ({ scope, reply }) => {
      await transaction(db, (tx) => endAllOwnSessions(tx, scope))
      sessions.forgetAll()
      clearCookie(reply)
      return undefined
    },
    'POST /api/auth/password': async ({ scope: { userId }, body, http }) => {
      await throttle.attempt({ person: userId, address: http.ip }, () =>
        changePassword(db, userId, body, currentSession(http)),
      )
      sessions.forgetAll()
      return undefined
    },
    'GET /api/auth/sessions': async ({ scope, http }) => ({
      items: await listOwnSessions(db, scope, currentSession(http)),
    }),
    'DELETE /api/auth/sessions/:session_id': async ({ scope, params }) => {
      await transaction(db, (tx) => endOwnSession(tx, scope, params.session_id))
      sessions.forgetAll()
      return undefined
    },
  })
}

/** The access check sets it for every route that is not public. */
function currentSession(http: FastifyRequest): string {
  if (http.sessionId === undefined) throw unauthorized()
  return http.sessionId
}

function registerMembers(app: FastifyInstance, { db, config, sessions }: AuthDeps): void {
  implement(app, memberRoutes, {
    'GET /api/members': async ({ scope }) => ({ items: await listMembers(db, scope) }),
    'PATCH /api/members/:user_id': async ({ scope, params, body }) => {
      const member = await transaction(db, (tx) => changeRole(tx, scope, params.user_id, body.role))
      sessions.forgetAll()
      return member
    },
    'POST /api/members/:user_id/password-reset': async ({ scope, params, http }) => {
      const reset = await transaction(db, (tx) => resetOfMember(tx, scope, params.user_id, config.publicUrl))
      http.log.warn({ userId: params.user_id, by: scope.userId }, 'a link to change a password was made')
      return reset
    },
    'DELETE /api/members/:user_id': async ({ scope, params }) => {
      await transaction(db, (tx) => removeMember(tx, scope, params.user_id))
      sessions.forgetAll()
      return undefined
    },
  })
}

function registerInvitations(app: FastifyInstance, { db, config, library, throttle }: AuthDeps): void {
  implement(app, invitationRoutes, {
    'GET /api/invitations': async ({ scope }) => ({ items: await listInvitations(db, scope) }),
    'POST /api/invitations': ({ scope, body }) =>
      transaction(db, (tx) => invite(tx, scope, body, config.publicUrl)),
    'DELETE /api/invitations/:id': async ({ scope, params }) => {
      await transaction(db, (tx) => withdrawInvitation(tx, scope, params.id))
      return undefined
    },
    'GET /api/invitations/by-token/:token': ({ params }) => readInvitation(db, params.token),
    'POST /api/invitations/by-token/:token/accept': async ({ params: { token }, body, http, reply }) => {
      const { email } = await readInvitation(db, token)
      return throttle.attempt({ person: email, address: http.ip }, async () => {
        const workspaceId = await transaction(db, (tx) => acceptInvitation(tx, token, body))
        return signIn({ db, library, http, reply }, email, body.password, workspaceId)
      })
    },
  })
}
