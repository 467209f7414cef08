import { createClient } from 'redis'

const COMMAND_TIMEOUT_MS = 250
const CONNECT_TIMEOUT_MS = 2_000
const RETRY_DELAY_MS_MAX = 1_000
const UNDELIVERED_KEYS_MAX = 10_000

export type RedisClient = ReturnType<typeof connectTo>

function connectTo(url: string) {
  return createClient({
    url,
    // Without an offline queue a command fails at once while Redis is away, instead of waiting for its return.
    disableOfflineQueue: true,
    commandOptions: { timeout: COMMAND_TIMEOUT_MS },
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (retries) => Math.min(20 * 2 ** Math.min(retries, 10), RETRY_DELAY_MS_MAX),
    },
  })
}

/**
 * The connection to Redis, which may go away at any time. Whatever fails is answered with undefined, and the caller
 * goes on without the cache. After every interruption the versions that could not be bumped are deleted before anything
 * is read, so that an answer from before the interruption cannot come back.
 */
export class RedisLink {
  readonly #redis: RedisClient
  readonly #undelivered = new Set<string>()
  #usable = false
  #forgetEverything = false

  private constructor(redis: RedisClient) {
    this.#redis = redis
  }

  static async open(url: string, log: (message: string) => void): Promise<RedisLink> {
    const redis = connectTo(url)
    const link = new RedisLink(redis)
    redis.on('error', (error: Error) => {
      if (link.#usable) log(`Redis does not answer (${error.message}); going on without the shared cache.`)
      link.#usable = false
    })
    redis.on('ready', () => link.#recover().catch(() => {}))
    // The first connection may fail too: Rapport starts all the same, and the client goes on trying.
    await redis.connect().catch(() => {})
    return link
  }

  /** Runs commands; undefined if Redis is away, slow or refuses. */
  async use<T>(commands: (redis: RedisClient) => Promise<T>): Promise<T | undefined> {
    if (!this.#usable) return undefined
    try {
      return await commands(this.#redis)
    } catch {
      this.#usable = false
      setTimeout(() => this.#recover().catch(() => {}), RETRY_DELAY_MS_MAX).unref()
      return undefined
    }
  }

  /** Keys that must be deleted before Redis is used again. */
  remember(keys: string[]): void {
    this.#usable = false
    if (this.#undelivered.size + keys.length > UNDELIVERED_KEYS_MAX) this.#forgetEverything = true
    else for (const key of keys) this.#undelivered.add(key)
    setTimeout(() => this.#recover().catch(() => {}), RETRY_DELAY_MS_MAX).unref()
  }

  async #recover(): Promise<void> {
    if (!this.#redis.isReady) return
    if (this.#forgetEverything) await this.#redis.flushDb()
    else if (this.#undelivered.size) await this.#redis.del([...this.#undelivered])
    this.#undelivered.clear()
    this.#forgetEverything = false
    this.#usable = true
  }

  close(): void {
    this.#redis.destroy()
  }
}
