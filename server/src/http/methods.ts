import type { FastifyInstance, HTTPMethods } from 'fastify'
import { Problem } from '../errors.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/**
 * Makes every address of the API answer 405, with the methods that it knows, to the others. Call before the routes;
 * what it returns, after them.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>()
  let done = false
  app.addHook('onRoute', ({ url, method }) => {
    if (done || !url.startsWith('/api/')) return
    const methods = known.get(url) ?? new Set<string>()
    for (const each of [method].flat()) methods.add(each)
    if (methods.has('GET')) methods.add('HEAD')
    known.set(url, methods)
  })
  return () => {
    done = true
    for (const [url, methods] of known) refuse(app, url, methods)
  }
}

function refuse(app: FastifyInstance, url: string, methods: Set<string>): void {
  const allow = METHODS.filter((method) => methods.has(method)).join(', ')
  const others: HTTPMethods[] = METHODS.filter((method) => !methods.has(method))
  app.route({
    method: others,
    url,
    schema: { hide: true },
    handler: async (request, reply) => {
      reply.header('allow', allow)
      throw new Problem(
        405,
        'method-not-allowed',
        'Method not allowed',
        `${request.method} means nothing here; this address knows ${allow}. Nothing was done.`,
      )
    },
  })
}
