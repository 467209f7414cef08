import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { type OpenedCache, openCache } from './cache/open.ts'
import { type Config, ConfigError } from './config.ts'
import { ownEmbedded } from './db/embedded.ts'
import { type OpenedDatabase, openDatabase } from './db/open.ts'
import { ensureDemo } from './demo/ensure-demo.ts'
import { type SupervisedWorker, superviseWorker } from './jobs/supervise.ts'

const SHUTDOWN_TIMEOUT_MS = 20_000

/**
 * Serves until SIGTERM or SIGINT; then finishes running requests, and stops PostgreSQL last. Throws ConfigError if it
 * cannot start, or if its own PostgreSQL ends and cannot be started again.
 */
export async function start(config: Config, demoCustomers: number): Promise<number> {
  const lost = Promise.withResolvers<never>()
  // Heard of below, once there is something to stop.
  lost.promise.catch(() => {})
  const opened = await openDatabase(config, (dataDir) => ownEmbedded(dataDir, lost.reject))
  let app: FastifyInstance | undefined
  let cache: OpenedCache | undefined
  const workers: SupervisedWorker[] = []
  try {
    if (demoCustomers > 0) await ensureDemo(opened, demoCustomers)
    cache = await openCache(config, opened)
    app = await buildApp({ ...opened, config, cache: cache.cache })
    // Before anybody can know that it is ready: a signal that finds no listener ends the process, and leaves PostgreSQL.
    const stop = stopSignal()
    const address = await listen(app, config)
    console.log(`Rapport is ready at ${address}`)
    for (let n = 0; n < config.workers; n++) workers.push(superviseWorker(process.env, console.error))
    await Promise.race([stop, lost.promise])
    console.log('Rapport is stopping: running requests are finished first.')
    return 0
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()))
    await shutDown(app, cache, opened)
  }
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new ConfigError(
        `Port ${config.port} is in use, perhaps by another Rapport. Stop that program, or choose another port with PORT=${config.port + 1}.`,
      )
    }
    if (code === 'EACCES')
      throw new ConfigError(
        `Port ${config.port} needs more rights than this user has. Choose one above 1023 with PORT.`,
      )
    throw error
  }
  const bound = app.addresses()[0]
  return config.port === 0 && typeof bound === 'object' ? `http://localhost:${bound.port}` : config.publicUrl
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}

async function shutDown(
  app: FastifyInstance | undefined,
  cache: OpenedCache | undefined,
  opened: OpenedDatabase,
): Promise<void> {
  const timer = setTimeout(() => {
    console.error('Some requests did not end in time; they are cut off.')
    app?.server.closeAllConnections()
  }, SHUTDOWN_TIMEOUT_MS)
  await app?.close()
  clearTimeout(timer)
  await cache?.close()
  await opened.close()
}
