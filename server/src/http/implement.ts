import type { FastifyInstance, FastifyReply, FastifyRequest, preValidationHookHandler } from 'fastify'
import { type CachedAnswer, gzipped, type Question, type ResponseCache } from '../cache/response-cache.ts'
import type { Subject } from '../cache/subjects.ts'
import { markWriter, wroteElsewhere } from '../cache/writer-mark.ts'
import { unauthorized } from '../errors.ts'
import type { Scope } from '../scope.ts'
import { rightsClass } from '../visible.ts'
import { refuseHugeBody } from './body-bounds.ts'
import { JsonText } from './json-text.ts'
import type { BodyOf, ParamsOf, QueryOf, ResponseOf, RouteDeclaration, RouteKey } from './route.ts'

/** What a handler gets: input that met the route's schemas, and the scope that the route's access demands. */
export interface RouteRequest<D extends RouteDeclaration> {
  /** Present unless the route is public. */
  scope: D['access'] extends 'public' ? undefined : Scope
  params: ParamsOf<D>
  query: QueryOf<D>
  body: BodyOf<D>
  http: FastifyRequest
  reply: FastifyReply
}

type Handlers<T> = {
  [K in keyof T]: T[K] extends RouteDeclaration
    ? (request: RouteRequest<T[K]>) => Promise<AnswerOf<T[K]> | undefined>
    : never
}

/** Answers that are kept may come as finished JSON. */
type AnswerOf<D> = ResponseOf<D> | (D extends { reads: readonly Subject[] } ? JsonText<ResponseOf<D>> : never)

declare module 'fastify' {
  interface FastifyContextConfig {
    declaration?: RouteDeclaration
  }
  interface FastifyInstance {
    responseCache: ResponseCache
  }
  interface FastifyRequest {
    /** Set by the access check before any handler runs. */
    scope: Scope | undefined
  }
}

/** Registers a feature's routes: one handler for each declaration, no more and no fewer. */
export function implement<const T extends Record<RouteKey, RouteDeclaration>>(
  app: FastifyInstance,
  routes: T,
  handlers: Handlers<T>,
): void {
  // T says what the keys and values are, and each key is "METHOD /path"; Object.entries forgets both.
  for (const [key, declaration] of Object.entries(routes) as [RouteKey, RouteDeclaration][]) {
    const [method, url] = key.split(' ') as [string, string] // See above.
    const handle = handlers[key as keyof T] as unknown as Handle // Its own declaration validates its input.
    app.route({
      method,
      url,
      config: { declaration },
      schema: routeSchema(declaration),
      ...(declaration.reads
        ? answerFromCache(app.responseCache, declaration, handle)
        : { handler: run(app.responseCache, declaration, handle) }),
      ...(declaration.body && { preValidation: refuseHuge }),
    })
  }
}

const refuseHuge: preValidationHookHandler = (http, _reply, done) => {
  refuseHugeBody(http)
  done()
}

type Handle = (request: unknown) => Promise<unknown>
type FastifyHandler = (http: FastifyRequest, reply: FastifyReply) => Promise<unknown>

function routeSchema(declaration: RouteDeclaration) {
  const { summary, description, tag, params, query, body, response, status = 200 } = declaration
  return {
    summary,
    tags: [tag],
    ...(description && { description }),
    ...(params && { params }),
    ...(query && { querystring: query }),
    ...(body && { body }),
    ...(response && { response: { [status]: response } }),
  }
}

function run(cache: ResponseCache, declaration: RouteDeclaration, handle: Handle): FastifyHandler {
  const { status = 200, writes } = declaration
  return async (http, reply) => {
    const { params, query, body, scope } = http
    try {
      const result = await handle({ scope, params, query, body, http, reply })
      if (reply.sent) return reply
      reply.code(status)
      // Not sent here, also if it is empty: the bump comes first.
      return status === 204 ? undefined : result
    } finally {
      // Also after a failure: it may have come after the commit.
      if (writes && scope && !(await bumpOrLog(cache, scope, writes, http))) markWriter(cache, http, reply)
    }
  }
}

/**
 * The write itself is done; until the versions are delivered nothing is served from the shared cache. Returns whether
 * every process knows of the write.
 */
async function bumpOrLog(
  cache: ResponseCache,
  scope: Scope,
  writes: readonly Subject[],
  http: FastifyRequest,
): Promise<boolean> {
  try {
    return await cache.bump(scope.workspaceId, writes)
  } catch (error) {
    http.log.warn(
      { err: error },
      'The versions of a write could not be raised; the cache is bypassed until they are.',
    )
    return false
  }
}

/** It is midnight somewhere at every quarter of an hour, and never between. */
const MIDNIGHTS_MS = 15 * 60_000

/**
 * A read whose answer is kept as bytes until something it is made of changes. Whether it is there is looked up before
 * the input is validated: what was answered for the same address was valid.
 */
function answerFromCache(cache: ResponseCache, declaration: RouteDeclaration, handle: Handle) {
  const { reads = [], personal, daily } = declaration
  const question = (http: FastifyRequest, scope: Scope): Question => ({
    workspaceId: scope.workspaceId,
    key: `${rightsClass(scope)} ${personal ? scope.userId : scope.role} ${http.url}${daily ? ` ${Math.floor(Date.now() / MIDNIGHTS_MS)}` : ''}`,
    reads,
    wroteElsewhere: wroteElsewhere(cache, http),
  })
  const preValidation: preValidationHookHandler = (http, reply, done) => {
    const kept = http.scope && cache.kept(question(http, http.scope))
    if (kept) send(kept, http, reply)
    else done()
  }
  const handler: FastifyHandler = async (http, reply) => {
    const { params, query, body, scope } = http
    if (!scope) throw unauthorized()
    const answer = await cache.answer(question(http, scope), async () => {
      const result = await handle({ scope, params, query, body, http, reply })
      // A route with `reads` declares a response, and its serializer writes text.
      return result instanceof JsonText ? result.text : (reply.serialize(result) as string)
    })
    return send(answer, http, reply)
  }
  return { preValidation, handler }
}

function send(answer: CachedAnswer, http: FastifyRequest, reply: FastifyReply) {
  reply.header('etag', answer.etag).header('cache-control', 'private, no-cache')
  if (http.headers['if-none-match'] === answer.etag) return reply.code(304).send()
  reply.header('content-type', 'application/json; charset=utf-8').header('vary', 'accept-encoding')
  const small = http.headers['accept-encoding']?.includes('gzip') ? gzipped(answer) : undefined
  return small ? reply.header('content-encoding', 'gzip').send(small) : reply.send(answer.body)
}
