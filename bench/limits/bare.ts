import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import pg from 'pg'
import type { ConnectionTarget } from '../../server/src/db/database.ts'
import type { Statement } from './pgbench.ts'

/** What `bare.ts driver` is given. */
export interface DriverInput {
  target: ConnectionTarget
  /** Those of one read after the other. */
  reads: readonly (readonly Statement[])[]
}

const TYPE = 'application/json; charset=utf-8'
const POOL_SIZE = 8

/** `node` and `fastify` answer with the bytes of the file, `driver` with what its statements find; all as plainly as can be. */
const [kind, file = ''] = process.argv.slice(2)
const content = readFileSync(file)

async function listen(): Promise<Server> {
  if (kind === 'fastify') {
    const app = Fastify()
    app.get('/*', (_request, reply) => {
      reply.header('content-type', TYPE).send(content)
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  }
  const server = createServer(kind === 'driver' ? fromDatabase() : fromMemory)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const fromMemory: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': TYPE, 'content-length': content.length }).end(content)
}

/** No rights, validation, cache or schema: what a request costs that the driver and JSON alone answer. */
function fromDatabase(): RequestListener {
  const { target, reads } = JSON.parse(content.toString()) as DriverInput // Written by limits.ts.
  const pool = new pg.Pool({ ...target, max: POOL_SIZE })
  let turn = 0
  return async (_request, response) => {
    const found = []
    for (const { sql, parameters } of reads[turn++ % reads.length] ?? []) {
      const { rows } = await pool.query({ name: sql.slice(0, 63), text: sql, values: [...parameters] })
      found.push(rows)
    }
    const body = JSON.stringify(found)
    response.writeHead(200, { 'content-type': TYPE, 'content-length': Buffer.byteLength(body) }).end(body)
  }
}

const server = await listen()
// It listens on TCP.
console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`)
process.once('SIGTERM', () => process.exit(0))
