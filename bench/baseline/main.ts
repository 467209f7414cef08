import type { AddressInfo } from 'node:net'
import { baselineServer } from './server.ts'
import { stages } from './stages.ts'

/** `main.ts <stage> <database as JSON>`: serves one stage on a free port until it is told to stop. */
const [name, target = ''] = process.argv.slice(2)
const opened = stages.find((stage) => stage.name === name)?.open?.(JSON.parse(target))
if (!opened) throw new Error(`There is no stage "${name}".`)
const app = baselineServer(opened.answers, opened.connections.run)
await app.listen({ port: 0, host: '127.0.0.1' })
// It listens on TCP.
console.log(`ready at http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
process.once('SIGTERM', () => process.exit(0))
