import { hash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import type { RedisLink } from './redis-link.ts'
import type { Subject } from './subjects.ts'
import type { Versions } from './versions.ts'

const MEMORY_BYTES_MAX = 48 * 1024 * 1024
const ANSWER_BYTES_MAX = 512 * 1024
/** A bound for what no version can know: a person writing in a SQL client. */
const LIFETIME_MS = 60_000
/** How often, at most, what is past its lifetime is looked for. */
const PURGE_INTERVAL_MS = 15_000
const GZIP_BYTES_MIN = 2_048
const ENTRY_OVERHEAD_BYTES = 400

/** A finished answer: the bytes as they are sent, and their validator. */
export interface CachedAnswer {
  body: Buffer
  etag: string
  /** Made when a client first asks for it. */
  gzipped?: Buffer
}

export interface CacheCounters {
  hits: number
  misses: number
  /** Asked while another request was already making the same answer. */
  joined: number
  /** Versions could not be known, so the database answered. */
  bypassed: number
}

export interface Question {
  workspaceId: number
  /** Everything besides the workspace that the answer depends on: rights and the address with its query. */
  key: string
  reads: readonly Subject[]
  /** The asker has just written through another process, of which this one may not have heard yet. */
  wroteElsewhere?: boolean
}

/**
 * Answers by the versions of what they read (see Versions). Two tiers: this process's memory, and Redis if there is one.
 * Simultaneous requests for the same answer under the same versions make it once.
 */
export class ResponseCache {
  readonly counters: CacheCounters = { hits: 0, misses: 0, joined: 0, bypassed: 0 }
  readonly processName: string
  readonly #versions: Versions
  readonly #redis: RedisLink | undefined
  readonly #inFlight = new Map<string, Promise<CachedAnswer>>()
  readonly #answers = new LRUCache<string, CachedAnswer>({
    maxSize: MEMORY_BYTES_MAX,
    maxEntrySize: ANSWER_BYTES_MAX,
    sizeCalculation: ({ body }, key) => 2 * body.buffer.byteLength + key.length + ENTRY_OVERHEAD_BYTES,
    ttl: LIFETIME_MS,
  })
  #purgedAt_ms = 0

  /** `processName` tells this process from others, in the marks of sessions. */
  constructor(versions: Versions, processName = 'one', redis?: RedisLink) {
    this.#versions = versions
    this.processName = processName
    this.#redis = redis
  }

  /** The answer to a question if it is here, without waiting for anything; undefined if that takes more. */
  kept(question: Question): CachedAnswer | undefined {
    // Versions that are shared have to be asked for, and that is better done once.
    if (question.wroteElsewhere || this.#versions.shared) return undefined
    const versions = this.#versions.read(question.workspaceId, question.reads)
    const kept = typeof versions === 'string' ? this.#answers.get(keyOf(question, versions)) : undefined
    if (kept) this.counters.hits++
    return kept
  }

  /** The answer to a question: kept, being made by another request, or made now by `make`, which gives its text. */
  async answer(question: Question, make: () => Promise<string>): Promise<CachedAnswer> {
    const read = question.wroteElsewhere
      ? undefined
      : this.#versions.read(question.workspaceId, question.reads)
    const versions = typeof read === 'object' ? await read : read
    if (versions === undefined) {
      this.counters.bypassed++
      const body = ownBuffer(await make(), 'utf8')
      return { body, etag: etagOf(body) }
    }
    const key = keyOf(question, versions)
    const kept = this.#answers.get(key)
    if (kept) {
      this.counters.hits++
      return kept
    }
    const making = this.#inFlight.get(key)
    if (making) {
      this.counters.joined++
      return making
    }
    const filling = this.#fill(key, make).finally(() => this.#inFlight.delete(key))
    this.#inFlight.set(key, filling)
    return filling
  }

  async #fill(key: string, make: () => Promise<string>): Promise<CachedAnswer> {
    const shared = await this.#readShared(key)
    if (shared) this.counters.hits++
    else this.counters.misses++
    const body = shared ?? ownBuffer(await make(), 'utf8')
    const answer = { body, etag: etagOf(body) }
    this.#purge()
    this.#answers.set(key, answer)
    if (!shared && this.#redis && body.length <= ANSWER_BYTES_MAX) {
      // Not awaited: the answer is ready, and a value that never arrives is only made again.
      this.#redis.use((redis) =>
        redis.set(sharedKey(key), body.toString('latin1'), {
          expiration: { type: 'PX', value: LIFETIME_MS },
        }),
      )
    }
    return answer
  }

  async #readShared(key: string): Promise<Buffer | undefined> {
    const text = await this.#redis?.use((redis) => redis.get(sharedKey(key)))
    return text == null ? undefined : ownBuffer(text, 'latin1')
  }

  /**
   * Call after a commit and before the writer's answer. True if every process knows of it then; if not, the writer's
   * session must be marked, so that others do not answer it from their memory.
   */
  async bump(workspaceId: number, subjects: readonly Subject[]): Promise<boolean> {
    await this.#versions.bump(workspaceId, subjects)
    return this.#versions.shared
  }

  get bytes(): number {
    return this.#answers.calculatedSize
  }

  /** What is past its lifetime would stay until its room is needed. */
  #purge(): void {
    const now_ms = performance.now()
    if (now_ms - this.#purgedAt_ms < PURGE_INTERVAL_MS) return
    this.#purgedAt_ms = now_ms
    this.#answers.purgeStale()
  }
}

/**
 * Text as bytes in memory of their own. Buffer.from() cuts small ones from a slab of 8 kB that it shares among all, and
 * each that is kept would keep the whole slab: twice what the cache counts, and more with time.
 */
function ownBuffer(text: string, encoding: 'utf8' | 'latin1'): Buffer {
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text, encoding))
  buffer.write(text, encoding)
  return buffer
}

function keyOf(question: Question, versions: string): string {
  return `${question.workspaceId} ${versions} ${question.key}`
}

/** The gzipped form, made once; undefined where it does not pay. */
export function gzipped(answer: CachedAnswer): Buffer | undefined {
  if (answer.body.length < GZIP_BYTES_MIN) return undefined
  answer.gzipped ??= exact(gzipSync(answer.body, { level: 4 }))
  return answer.gzipped
}

/** What zlib returns is the beginning of a chunk of 16 kB. */
function exact(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/** Weak, as the same content is sent plain and gzipped. */
function etagOf(body: Buffer): string {
  return `W/"${hash('sha1', body, 'base64url')}"`
}

function sharedKey(key: string): string {
  return `rapport:answer:${hash('sha256', key, 'base64url')}`
}
