import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Of the whole process. */
const CONNECTIONS_MAX = 4_000
/** From one address, unless it may be a proxy's. */
export const CONNECTIONS_OF_ADDRESS_MAX = 512
/** Headers are a few kilobytes: who takes longer to send them only holds the connection. */
export const HEADERS_TIMEOUT_MS = 15_000
/** How often Node looks for connections that are past their time. */
export const CHECK_INTERVAL_MS = 5_000
/** Nothing came in and nothing went out, as with one who never reads the answer. */
export const SILENCE_MAX_MS = 120_000

/** Bounds how many connections there are; those past it are closed at once, without an answer. */
export function boundConnections(app: FastifyInstance, behindProxy: boolean): void {
  app.server.maxConnections = CONNECTIONS_MAX
  if (behindProxy) return
  const open = new Map<string, number>()
  app.server.prependListener('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count > CONNECTIONS_OF_ADDRESS_MAX) socket.destroy()
  })
}
