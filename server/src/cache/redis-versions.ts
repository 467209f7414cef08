import { randomUUID } from 'node:crypto'
import type { RedisLink } from './redis-link.ts'
import type { Subject } from './subjects.ts'
import type { Versions } from './versions.ts'

const VERSION_LIFETIME_SECONDS = 24 * 60 * 60

/**
 * Versions that several processes share, in Redis. They are random and never return: a Redis that was emptied, or that
 * dropped a version for want of memory, gives new ones and so makes the old answers unreachable.
 */
export class RedisVersions implements Versions {
  readonly shared = true
  readonly #link: RedisLink

  constructor(link: RedisLink) {
    this.#link = link
  }

  async read(workspaceId: number, subjects: readonly Subject[]): Promise<string | undefined> {
    const keys = subjects.map((subject) => versionKey(workspaceId, subject))
    const { epoch } = this.#link
    const versions = await this.#link.use((redis) => redis.mGet(keys))
    if (!versions) return undefined
    const missing = keys.filter((_key, index) => versions[index] == null)
    if (missing.length === 0) return `${epoch}.${versions.join('.')}`
    await this.#link.use((redis) =>
      Promise.all(
        missing.map((key) =>
          redis.set(key, randomUUID(), {
            condition: 'NX',
            expiration: { type: 'EX', value: VERSION_LIFETIME_SECONDS },
          }),
        ),
      ),
    )
    const settled = await this.#link.use((redis) => redis.mGet(keys))
    return settled?.every((version) => version != null) ? `${epoch}.${settled.join('.')}` : undefined
  }

  async bump(workspaceId: number, subjects: readonly Subject[]): Promise<void> {
    const done = await this.#link.use((redis) =>
      Promise.all(
        subjects.map((subject) =>
          redis.set(versionKey(workspaceId, subject), randomUUID(), {
            expiration: { type: 'EX', value: VERSION_LIFETIME_SECONDS },
          }),
        ),
      ),
    )
    if (done) return
    this.#link.remember(subjects.map((subject) => versionKey(workspaceId, subject)))
    throw new Error('Redis did not take the new versions; they are delivered when it returns.')
  }
}

function versionKey(workspaceId: number, subject: Subject): string {
  return `rapport:version:${workspaceId}:${subject}`
}
