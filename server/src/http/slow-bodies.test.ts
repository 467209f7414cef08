import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { allowSlowBody, boundBodies } from './slow-bodies.ts'

let app: FastifyInstance
let port: number
before(async () => {
  app = Fastify()
  boundBodies(app, 50)
  app.post('/usual', async () => 'done')
  app.register(async (uploads) => {
    uploads.addContentTypeParser('application/x', (_request, _payload, done) => done(null))
    uploads.post('/slow', async (request) => {
      allowSlowBody(request, 1_000)
      let length = 0
      for await (const chunk of request.raw) length += chunk.length
      return `${length} bytes`
    })
  })
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
})
after(() => app.close())

/** Sends the head and the first byte of a body of two. */
function begin(path: string, type: string) {
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: 2\r\n\r\n1`,
  )
  return socket
}

test('a body that does not end in time is answered with 408, unless its route takes slow ones', async () => {
  const slow = begin('/slow', 'application/x')
  const [refusal] = (await once(begin('/usual', 'application/json'), 'data')) as [Buffer] // Of a socket.
  assert.match(String(refusal), /^HTTP\/1\.1 408 /)
  slow.write('2')
  const [answer] = (await once(slow, 'data')) as [Buffer] // Of a socket.
  assert.match(String(answer), /^HTTP\/1\.1 200 .*2 bytes/s)
})
