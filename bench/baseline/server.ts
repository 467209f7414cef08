import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { CustomerPatch } from '../../server/src/customers/schema.ts'
import { Problem } from '../../server/src/errors.ts'
import { JsonText } from '../../server/src/http/json-text.ts'
import type { InteractionCreate } from '../../server/src/interactions/schema.ts'
import type { OrderCreate } from '../../server/src/orders/schema.ts'
import type { Scope } from '../../server/src/scope.ts'
import { type Answers, type Parameters, Refused } from './answers.ts'
import type { Run } from './connections.ts'

type Asked = FastifyRequest<{ Params: { id: string }; Querystring: Parameters }>

/** The same addresses and shapes as the product, for one stage of the ladder. */
export function baselineServer(answers: Answers, run: Run): FastifyInstance {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Refused || error instanceof Problem ? error.status : 500
    if (status === 500) console.error(error)
    return reply.code(status).send({ status })
  })
  const get = (path: string, answer: (scope: Scope, request: Asked) => Promise<unknown>) =>
    app.get(path, async (request: Asked, reply) => {
      const answered = await answer(await scopeOf(run, request), request)
      return answered instanceof JsonText ? reply.type('application/json').send(answered.text) : answered
    })
  get('/api/customers', (scope, { query }) => answers.listCustomers(scope, query))
  get('/api/orders', (scope, { query }) => answers.listOrders(scope, query))
  get('/api/customers/:id', (scope, { params }) => answers.readCustomer(scope, Number(params.id)))
  get('/api/customers/:id/timeline', (scope, { params }) => answers.readTimeline(scope, Number(params.id)))
  get('/api/search', (scope, { query }) => answers.search(scope, query.q ?? ''))
  get('/api/reports/top-products', answers.topProducts)
  get('/api/reports/revenue-by-month', answers.revenueByMonth)
  get('/api/reports/representatives', answers.representatives)
  get('/api/reports/customers-by-stage', answers.customersByStage)
  get('/api/reports/average-order', answers.averageOrder)
  get('/api/reports/orders-above-average', answers.ordersAboveAverage)
  app.patch<{ Params: { id: string }; Body: CustomerPatch }>('/api/customers/:id', async (request) =>
    answers.patchCustomer(await scopeOf(run, request), Number(request.params.id), request.body),
  )
  app.post<{ Body: InteractionCreate }>('/api/interactions', async (request, reply) => {
    reply.code(201)
    return answers.createInteraction(await scopeOf(run, request), request.body)
  })
  app.post<{ Body: OrderCreate }>('/api/orders', async (request, reply) => {
    reply.code(201)
    return answers.createOrder(await scopeOf(run, request), request.body)
  })
  return app
}

/** Who asks, looked up at every request. */
async function scopeOf(run: Run, { headers }: Pick<FastifyRequest, 'headers'>): Promise<Scope> {
  const cookie = decodeURIComponent(headers.cookie?.split('=').slice(1).join('=') ?? '')
  const token = cookie.slice(0, cookie.lastIndexOf('.'))
  const rows = await run<Scope & pg.QueryResultRow>(
    `SELECT m.workspace_id AS "workspaceId", m.user_id AS "userId", m.role FROM sessions s
     JOIN memberships m ON m.user_id = s.user_id AND m.workspace_id = s.workspace_id
     WHERE s.token = $1 AND s.expires_at > now()`,
    [token],
  )
  if (!rows[0]) throw new Refused(401)
  return rows[0]
}
