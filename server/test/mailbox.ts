import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail server that takes everything and keeps it: as much of SMTP as one letter after the other needs. */
export async function openMailbox() {
  const letters: string[] = []
  let arrived: () => void = () => {}
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let letter: string | undefined
    let rest = ''
    socket.write('220 mailbox\r\n')
    socket.on('data', (chunk) => {
      const lines = (rest + chunk).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (letter === undefined) {
          if (line === 'DATA') letter = ''
          socket.write(line === 'DATA' ? '354 go on\r\n' : '250 ok\r\n')
        } else if (line === '.') {
          letters.push(letter)
          letter = undefined
          socket.write('250 taken\r\n')
          arrived()
        } else letter += `${line}\n`
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // It listens on TCP.
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    /** Resolves when so many have come. */
    until: async (count: number) => {
      while (letters.length < count) {
        await new Promise<void>((resolve) => {
          arrived = resolve
        })
      }
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
