import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Until the whole of a request has come in. Node's own limit knows no exceptions, and files take longer. */
const BODY_TIMEOUT_MS = 60_000

const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>()

/** Ends requests whose bodies do not come to their end, but for those that `allowSlowBody` excepts. */
export function boundBodies(app: FastifyInstance, timeoutMs = BODY_TIMEOUT_MS): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers, raw } = request
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
      const timer = setTimeout(() => {
        const error = Object.assign(new Error('The body took too long.'), {
          code: 'ERR_HTTP_REQUEST_TIMEOUT',
        })
        // As Node does for its own limit.
        app.server.emit('clientError', error, raw.socket)
      }, timeoutMs)
      timers.set(request, timer)
      for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer))
    }
    done()
  })
}

/** For a request that may take its time as long as it comes at all: a silent connection is ended after `silenceMs`. */
export function allowSlowBody(request: FastifyRequest, silenceMs: number): void {
  clearTimeout(timers.get(request))
  const { socket } = request.raw
  const usualMs = socket.timeout ?? 0
  socket.setTimeout(silenceMs)
  request.raw.once('close', () => socket.setTimeout(usualMs))
}
