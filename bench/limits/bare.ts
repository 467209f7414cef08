import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'

/** `bare.ts node|fastify <file>`: answers every request with the bytes of the file, as plainly as can be. */
const [kind, file = ''] = process.argv.slice(2)
const body = readFileSync(file)
const TYPE = 'application/json; charset=utf-8'

async function listen(): Promise<Server> {
  if (kind === 'fastify') {
    const app = Fastify()
    app.get('/*', (_request, reply) => {
      reply.header('content-type', TYPE).send(body)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  }
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': TYPE, 'content-length': body.length }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const server = await listen()
// It listens on TCP.
console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`)
process.once('SIGTERM', () => process.exit(0))
