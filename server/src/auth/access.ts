import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { forbidden, unauthorized } from '../errors.ts'
import { sessionCookie, sessionCookieOptions } from './better-auth.ts'
import { may } from './permissions.ts'
import type { Sessions } from './sessions.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the signed-in member; set together with `scope`. */
    sessionId: string | undefined
  }
}

/**
 * The hook before every route: who asks, and may they? It runs before the body is even read, so nothing is written
 * for someone who may not. Routes of the API are closed unless their declaration opens them.
 */
export function accessCheck(config: Config, sessions: Sessions) {
  const cookieName = sessionCookie(config)
  const cookieOptions = sessionCookieOptions(config)
  const ownOrigin = new URL(config.publicUrl).origin
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const declaration = request.routeOptions.config.declaration
    // Without a declaration it is the web app, the API docs or no route at all: nothing that has data.
    if (!declaration) return
    if (!SAFE_METHODS.has(request.method)) refuseForeignOrigin(request, ownOrigin)
    if (declaration.access === 'public') return
    const cookie = request.cookies[cookieName]
    const session = await sessions.find(cookie)
    if (!session) throw unauthorized()
    if (session.renewed && cookie) reply.setCookie(cookieName, cookie, cookieOptions)
    request.scope = { workspaceId: session.workspaceId, userId: session.userId, role: session.role }
    request.sessionId = session.id
    if (declaration.access !== 'signed-in' && !may(session.role, declaration.access)) throw forbidden()
  }
}

/**
 * A browser says where a write comes from: another site's page may not use this one's cookie. Programs send neither
 * header. (SameSite=Lax keeps the cookie back already; this also holds for siblings under the same domain.)
 */
function refuseForeignOrigin(request: FastifyRequest, ownOrigin: string): void {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  const sameOrigin =
    origin === undefined ||
    origin === ownOrigin ||
    (URL.canParse(origin) && new URL(origin).host === request.host)
  if (!sameOrigin || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    throw forbidden(
      'This request came from a page at another address than that of Rapport. Nothing was done. If it is the right page, PUBLIC_URL of the server has to be its address.',
    )
  }
}
