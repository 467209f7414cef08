import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Scope } from '../auth/scope.ts'
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
    ? (request: RouteRequest<T[K]>) => Promise<ResponseOf<T[K]> | undefined>
    : never
}

declare module 'fastify' {
  interface FastifyContextConfig {
    declaration?: RouteDeclaration
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
  for (const [key, declaration] of Object.entries(routes) as [RouteKey, RouteDeclaration][]) {
    const [method, url] = key.split(' ') as [string, string]
    const handle = handlers[key as keyof T] as (request: unknown) => Promise<unknown>
    const status = declaration.status ?? 200
    app.route({
      method,
      url,
      config: { declaration },
      schema: {
        summary: declaration.summary,
        ...(declaration.description && { description: declaration.description }),
        tags: [declaration.tag],
        ...(declaration.params && { params: declaration.params }),
        ...(declaration.query && { querystring: declaration.query }),
        ...(declaration.body && { body: declaration.body }),
        ...(declaration.response && { response: { [status]: declaration.response } }),
      },
      handler: async (http, reply) => {
        const { params, query, body, scope } = http
        const result = await handle({ scope, params, query, body, http, reply })
        if (reply.sent) return reply
        reply.code(status)
        return status === 204 ? reply.send() : result
      },
    })
  }
}
