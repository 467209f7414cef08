import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { detailFor, Problem, toProblem } from '../errors.ts'
import { Refusals } from './refusals.ts'

/** Every error that a route, or what stands before it, throws becomes problem+json. */
export function handleErrors(app: FastifyInstance): void {
  const refusals = new Refusals()
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error)
    if (problem.status === 503) refusals.count(problem.type, app.log)
    else if (problem.status >= 500) request.log.error({ err: error }, 'request failed')
    answer(problem, request, reply)
  })
}

/** For requests that the router cannot read: its own errors know no handler. */
export function answerUnroutable(
  { statusCode }: { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem =
    statusCode === 414
      ? new Problem(
          414,
          'address-too-long',
          'Address too long',
          'A part of the address is too long. Nothing was done.',
        )
      : new Problem(
          400,
          'invalid-request',
          'The request is not valid',
          'The address cannot be read. Nothing was done.',
        )
  answer(problem, request, reply)
}

function answer(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  if (problem.extras.retryAfterSeconds) reply.header('retry-after', problem.extras.retryAfterSeconds)
  reply
    .code(problem.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemBody(problem, request.id, request.method))
}

function problemBody(problem: Problem, requestId: string, method = '') {
  const { errors = [], conflicts, references } = problem.extras
  return {
    type: `/docs/errors#${problem.type}`,
    title: problem.title,
    status: problem.status,
    detail: detailFor(problem, method),
    errors,
    ...(conflicts && { conflicts }),
    ...(references && { references }),
    requestId,
  }
}

/** By the codes of Node's HTTP server: what could not even become a request. */
const connectionProblems: Record<string, Problem> = {
  ERR_HTTP_REQUEST_TIMEOUT: new Problem(
    408,
    'request-timeout',
    'Too slow',
    'The request did not arrive in time. Nothing was saved; send it again.',
  ),
  HPE_HEADER_OVERFLOW: new Problem(
    431,
    'headers-too-large',
    'Headers too large',
    'The address or the headers are larger than Rapport reads. Nothing was done.',
  ),
}
const UNREADABLE = new Problem(
  400,
  'invalid-request',
  'The request is not valid',
  'This is not HTTP that Rapport can read. Nothing was done.',
)

/** Writes the answer by hand, as there is no request to answer, and closes the connection. */
export function answerBrokenConnection(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = connectionProblems[error.code ?? ''] ?? UNREADABLE
  const body = JSON.stringify(problemBody(problem, randomUUID()))
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}
