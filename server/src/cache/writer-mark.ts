import type { FastifyReply, FastifyRequest } from 'fastify'
import { HEARD_WITHIN_MS } from './change-listener.ts'
import type { ResponseCache } from './response-cache.ts'

const WROTE_COOKIE = 'rapport_wrote'
/** Who wrote through one process after another may not have been heard by either. */
const SEVERAL = 'several'

/**
 * Nobody reads older than their own write: until the other processes must have heard of it, they answer this session
 * from the database.
 */
export function markWriter(cache: ResponseCache, http: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent) return
  const writer = wroteElsewhere(cache, http) ? SEVERAL : cache.processName
  reply.setCookie(WROTE_COOKIE, writer, {
    path: '/api',
    httpOnly: true,
    sameSite: 'lax',
    secure: http.protocol === 'https',
    maxAge: HEARD_WITHIN_MS / 1_000,
  })
}

/** Whether this session's last write went through a process of which this one may not have heard yet. */
export function wroteElsewhere(cache: ResponseCache, http: FastifyRequest): boolean {
  const writer = http.cookies[WROTE_COOKIE]
  return writer !== undefined && writer !== cache.processName
}
