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
  #epoch = ''
  #recovering: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined

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
    redis.on('ready', () => link.#recover())
    // The first connection may fail too: Rapport starts all the same, and the client goes on trying.
    await within(CONNECT_TIMEOUT_MS, redis.connect()).catch(() => {})
    await link.#recovering
    return link
  }

  /** The run of the Redis server: one that came back with an old file must not bring old versions back with it. */
  get epoch(): string {
    return this.#epoch
  }

  /** Runs commands; undefined if Redis is away, slow or refuses. */
  async use<T>(commands: (redis: RedisClient) => Promise<T>): Promise<T | undefined> {
    if (!this.#usable) return undefined
    try {
      return await within(COMMAND_TIMEOUT_MS, commands(this.#redis))
    } catch {
      this.#interrupt()
      return undefined
    }
  }

  /** Keys that must be deleted before Redis is used again. */
  remember(keys: string[]): void {
    if (this.#undelivered.size + keys.length > UNDELIVERED_KEYS_MAX) this.#forgetEverything = true
    else for (const key of keys) this.#undelivered.add(key)
    this.#interrupt()
  }

  #interrupt(): void {
    this.#usable = false
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      this.#recover()
    }, RETRY_DELAY_MS_MAX).unref()
  }

  #recover(): void {
    this.#recovering ??= this.#deliver()
      .catch(() => this.#interrupt())
      .finally(() => {
        this.#recovering = undefined
      })
  }

  /** Writes go on meanwhile and may add keys, so it ends only when none is left. */
  async #deliver(): Promise<void> {
    if (!this.#redis.isReady) return
    const run = /run_id:(\w+)/.exec(await within(COMMAND_TIMEOUT_MS, this.#redis.info('server')))
    this.#epoch = run?.[1] ?? ''
    while (this.#forgetEverything || this.#undelivered.size > 0) {
      const keys = [...this.#undelivered]
      if (this.#forgetEverything) {
        this.#forgetEverything = false
        await within(COMMAND_TIMEOUT_MS, this.#redis.flushDb()).catch((error) => {
          this.#forgetEverything = true
          throw error
        })
      } else await within(COMMAND_TIMEOUT_MS, this.#redis.del(keys))
      for (const key of keys) this.#undelivered.delete(key)
    }
    this.#usable = true
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#redis.destroy()
  }
}

/** The client's own timeout ends when a command is sent; a Redis that is paused would keep requests for ever. */
function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs)
  })
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer))
}
