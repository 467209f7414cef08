import type { Config } from '../config.ts'
import type { OpenedDatabase } from '../db/open.ts'
import { listenForChanges } from './change-listener.ts'
import { RedisLink } from './redis-link.ts'
import { RedisVersions } from './redis-versions.ts'
import { ResponseCache } from './response-cache.ts'
import { MemoryVersions } from './versions.ts'

export interface OpenedCache {
  cache: ResponseCache
  close: () => Promise<void> | void
}

/** With REDIS_URL versions and answers are shared in Redis; otherwise processes hear of each other from PostgreSQL. */
export async function openCache(
  config: Config,
  { target, applicationName }: Pick<OpenedDatabase, 'target' | 'applicationName'>,
): Promise<OpenedCache> {
  if (config.redisUrl) {
    const link = await RedisLink.open(config.redisUrl, console.error)
    return { cache: new ResponseCache(new RedisVersions(link), link), close: () => link.close() }
  }
  const versions = new MemoryVersions()
  const listener = await listenForChanges(target, applicationName, versions)
  return { cache: new ResponseCache(versions), close: listener.close }
}
