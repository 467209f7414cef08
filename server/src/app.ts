import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import staticFiles from '@fastify/static'
import Fastify, { type FastifyInstance, type onRequestHookHandler } from 'fastify'
import type pg from 'pg'
import { accessCheck } from './auth/access.ts'
import { overHttps } from './auth/better-auth.ts'
import { registerAuth } from './auth/routes.ts'
import { Sessions } from './auth/sessions.ts'
import { tasks } from './background.ts'
import { registerJobs } from './background-work/routes.ts'
import { openListMemory } from './cache/list-memory.ts'
import { registerCompanies } from './companies/routes.ts'
import type { Config } from './config.ts'
import type { AppContext } from './context.ts'
import { registerCustomers } from './customers/routes.ts'
import { poolIsFull } from './db/database.ts'
import { openPointReads } from './db/shared-connections.ts'
import { overloaded, Problem } from './errors.ts'
import {
  boundConnections,
  CHECK_INTERVAL_MS,
  HEADERS_TIMEOUT_MS,
  SILENCE_MAX_MS,
} from './http/connections.ts'
import { answerBrokenConnection, answerUnroutable, handleErrors } from './http/error-answers.ts'
import { hostCheck } from './http/hosts.ts'
import { logOptions } from './http/log.ts'
import { refuseOtherMethods } from './http/methods.ts'
import { registerApiDocs, registerOpenApi } from './http/openapi.ts'
import { securityHeaders } from './http/security-headers.ts'
import { boundBodies } from './http/slow-bodies.ts'
import { validatorCompiler } from './http/validation.ts'
import { registerImports } from './imports/routes.ts'
import { registerInteractions } from './interactions/routes.ts'
import { JobQueue } from './jobs/queue.ts'
import { kindParts } from './kinds.ts'
import { registerOrders } from './orders/routes.ts'
import { registerProducts } from './products/routes.ts'
import { registerReports } from './reports/routes.ts'
import { registerSalesRepresentatives } from './sales-representatives/routes.ts'
import { registerSearch } from './search/routes.ts'
import { registerTimeline } from './timeline/routes.ts'
import { registerTrash } from './trash/routes.ts'
import { registerWorkspaces } from './workspaces/routes.ts'

const BODY_BYTES_MAX = 1024 * 1024
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const COMPRESS_THRESHOLD_BYTES = 2_048
const WEB_DIST = join(import.meta.dirname, '..', '..', 'web', 'dist')

/** The whole application: every plugin and every feature, registered in one visible list. */
export async function buildApp(
  given: Omit<AppContext, 'pointReads' | 'listMemory' | 'queue'>,
): Promise<FastifyInstance> {
  const app = createServer(given.config)
  const shared = given.config.without.has('shared-connections')
    ? undefined
    : openPointReads(given.pool.options)
  const deps: AppContext = {
    ...given,
    pointReads: shared ?? given.db,
    queue: new JobQueue(given.pool),
    listMemory: openListMemory(),
  }
  app.addHook('onClose', async () => {
    await Promise.all([shared?.destroy(), deps.queue.close()])
  })
  handleErrors(app)
  secureAnswers(app, deps.config)
  app.addHook('onRequest', hostCheck(deps.config))
  await app.register(cookie)
  await registerOpenApi(app)
  app.decorate('responseCache', deps.cache)
  app.decorateRequest('scope', undefined)
  app.decorateRequest('sessionId', undefined)
  app.addHook('onRequest', refuseWritesWhenFull(deps.pool))
  const sessions = new Sessions(deps.db, deps.config)
  app.addHook('onRequest', accessCheck(deps.config, sessions))

  const refuseOthers = refuseOtherMethods(app)
  registerAuth(app, deps, sessions)
  registerWorkspaces(app, deps)
  registerCustomers(app, deps)
  registerCompanies(app, deps)
  registerSalesRepresentatives(app, deps)
  registerProducts(app, deps)
  registerOrders(app, deps)
  registerInteractions(app, deps)
  registerTimeline(app, deps)
  registerSearch(app, deps, kindParts)
  registerReports(app, deps)
  registerTrash(app, deps)
  await registerImports(app, deps)
  registerJobs(app, deps, tasks)
  registerHealth(app, deps)
  refuseOthers()
  await app.register(servePages, { overHttps: overHttps(deps.config) })
  return app
}

function createServer(config: Config): FastifyInstance {
  const app = Fastify({
    ...logOptions(config),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES_MAX,
    // Bodies have their own limit, with exceptions: see boundBodies.
    requestTimeout: 0,
    connectionTimeout: SILENCE_MAX_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_INTERVAL_MS },
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    trustProxy: proxyTrust(config.trustProxy),
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false,
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerBrokenConnection,
  })
  boundConnections(app, config.trustProxy !== false)
  boundBodies(app)
  app.setValidatorCompiler(validatorCompiler)
  // Fastify takes plain text unasked; here it would only be refused later, as a wrong value.
  app.removeContentTypeParser('text/plain')
  return app
}

/** Of so many proxies the nearest ones are believed; what stands left of theirs was written by the client. */
function proxyTrust(trust: Config['trustProxy']) {
  return typeof trust === 'number' ? (_address: string, hop: number) => hop < trust : trust
}

/** Before the body is read: under ten times the load the work of refusing late would take the time of those let in. */
function refuseWritesWhenFull(pool: pg.Pool): onRequestHookHandler {
  const refusal = overloaded('Too many requests are waiting for the database.')
  return (request, _reply, done) => {
    const { declaration } = request.routeOptions.config
    done(declaration?.writes && poolIsFull(pool) ? refusal : undefined)
  }
}

function secureAnswers(app: FastifyInstance, config: Config): void {
  const { data, pages } = securityHeaders(config)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.routeOptions.config.declaration ? data : pages)
    done()
  })
}

/** For load balancers: `live` says the process runs, `ready` that it can answer from the database. */
function registerHealth(app: FastifyInstance, { pool }: AppContext): void {
  const options = {
    config: { declaration: { summary: '', tag: '', access: 'public' as const } },
    schema: { hide: true },
  }
  app.get('/health/live', options, async () => ({ status: 'ok' }))
  app.get('/health/ready', options, async (_request, reply) => {
    try {
      await pool.query('SELECT 1')
      return { status: 'ok' }
    } catch {
      return reply.code(503).send({ status: 'the database does not answer' })
    }
  })
}

/** Files and pages are compressed as they are sent; answers with data come compressed from the cache. */
async function servePages(pages: FastifyInstance, options: { overHttps: boolean }): Promise<void> {
  await pages.register(compress, {
    threshold: COMPRESS_THRESHOLD_BYTES,
    encodings: ['br', 'gzip'],
    globalDecompression: false,
  })
  await registerApiDocs(pages, options.overHttps)
  await serveWebApp(pages)
}

/** The web app: hashed files for ever, and index.html for every address that is not the API's. */
async function serveWebApp(app: FastifyInstance): Promise<void> {
  const index = join(WEB_DIST, 'index.html')
  const page = existsSync(index) ? readFileSync(index) : undefined
  if (page) {
    await app.register(staticFiles, {
      root: WEB_DIST,
      // Every file becomes a route of its own; whatever is no file is an address of the app.
      wildcard: false,
      index: false,
      setHeaders: (reply, path) => {
        reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        )
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    if (
      page &&
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      !request.url.startsWith('/assets/')
    ) {
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
    }
    throw new Problem(
      404,
      'not-found',
      'Not found',
      `There is nothing at ${request.method} ${request.url.slice(0, 200)}.`,
    )
  })
}
