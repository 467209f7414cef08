import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import { CONNECTIONS_OF_ADDRESS_MAX, SILENCE_MAX_MS } from './connections.ts'

let app: TestApp
before(async () => {
  app = await startTestApp()
})
after(() => app.close())

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

describe('connections of one address', () => {
  test('are closed past the bound, and there is room again when others end', async () => {
    const sockets: Socket[] = []
    for (let n = 0; n < CONNECTIONS_OF_ADDRESS_MAX; n++) sockets.push(await open())
    const surplus = await open()
    await once(surplus, 'close')
    const [first] = sockets
    assert.ok(first)
    const closed = new Promise<void>((resolve) => app.app.server.once('connection', () => resolve()))
    first.destroy()
    // The server has heard of the end before it hears of the next connection, or soon after.
    let answered = false
    while (!answered) {
      const next = await open()
      next.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
      answered = await Promise.race([
        once(next, 'data').then(([chunk]: Buffer[]) => String(chunk).startsWith('HTTP/1.1 200')),
        once(next, 'close').then(() => false),
      ])
      next.destroy()
    }
    await closed
    for (const socket of sockets) socket.destroy()
  })

  test('end when nothing goes in or out, as with one who never reads the answer', () => {
    assert.equal(app.app.server.timeout, SILENCE_MAX_MS)
  })
})
