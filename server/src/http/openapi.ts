import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { OpenAPIV3_1 } from 'openapi-types'
import { errorDocuments } from './error-documents.ts'
import type { RouteDeclaration } from './route.ts'

const problem: Exclude<OpenAPIV3_1.SchemaObject, { type: 'array' }> = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'errors', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What happened, what was kept, what to do.' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
    requestId: { type: 'string' },
  },
}

/** Collects the declarations of all routes that are registered from now on. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rapport API',
        version: '1',
        description:
          'Money is an exact decimal in a string, times are UTC in ISO 8601. Every error is problem+json (RFC 9457). Lists page by cursor.',
      },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'rapport.session_token' } },
        schemas: { Problem: problem },
      },
    },
    transform: ({ schema, url, route }) => {
      const declaration = route.config?.declaration
      if (!declaration || schema?.hide) return { schema: { ...schema, hide: true }, url }
      const headers = declaration.idempotent
        ? {
            type: 'object',
            properties: {
              'idempotency-key': {
                type: 'string',
                maxLength: 255,
                description: 'Repeat it with a retry: the work is done once, within 24 hours.',
              },
            },
          }
        : undefined
      const security = declaration.access === 'public' ? [] : [{ session: [] }]
      const described = {
        ...schema,
        security,
        ...(headers && { headers }),
        ...(declaration.upload && { consumes: ['multipart/form-data'], body: declaration.upload }),
        response: { ...answerOf(declaration), ...errorDocuments(declaration) },
        'x-access': declaration.access,
      }
      return { schema: described, url }
    },
  })
}

/** The answer of a route that does what it is asked. */
function answerOf({ status = 200, response, media }: RouteDeclaration) {
  if (media)
    return { [status]: { description: 'Done.', content: { [media]: { schema: { type: 'string' } } } } }
  const described = response
    ? { ...response, description: 'Done.' }
    : { type: 'null', description: 'Done; there is no body.' }
  return { [status]: described }
}

/** OpenAPI 3.1 at /api/openapi.json, made of the route declarations, and browsable docs at /api/docs. */
export async function registerApiDocs(app: FastifyInstance, overHttps: boolean): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    // Over plain http it would ask for the page's own scripts where nobody listens.
    transformStaticCSP: (header) =>
      overHttps ? header : header.replace(/\s*upgrade-insecure-requests;?/, ''),
    theme: { title: 'Rapport API' },
  })
  const config = { declaration: { summary: '', tag: '', access: 'public' as const } }
  app.get('/api/openapi.json', { config, schema: { hide: true } }, async () => app.swagger())
}
