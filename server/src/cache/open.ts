import type { Config } from '../config.ts'
import type { ConnectionTarget } from '../db/database.ts'
import type { OpenedDatabase } from '../db/open.ts'
import { listenForChanges } from './change-listener.ts'
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
  if (config.redisUrl && !config.without.has('cache'))
    return openShared(config.redisUrl, target, applicationName)
  const versions = new MemoryVersions()
  if (config.without.has('cache')) {
    // Who hears nothing of others' writes answers nothing from memory.
    versions.setHearing(false)
    return { cache: new ResponseCache(versions, applicationName), close: () => {} }
  }
  const listener = await listenForChanges(target, applicationName, {
    onChange: (workspaceId, subjects) => versions.bump(workspaceId, subjects),
    onHearing: (hearing) => versions.setHearing(hearing),
  })
  return { cache: new ResponseCache(versions, applicationName), close: listener.close }
}

/**
 * Each process bumps the versions in Redis for its own writes. The notices of PostgreSQL are heard all the same: for
 * writers that know no Redis (the command line, a SQL client), and for those that could not reach it or died.
 */
async function openShared(
  redisUrl: string,
  target: ConnectionTarget,
  applicationName: string,
): Promise<OpenedCache> {
  // Who has no Redis need not hold its client in memory (30 MB).
  const { RedisLink } = await import('./redis-link.ts')
  const link = await RedisLink.open(redisUrl, console.error)
  const versions = new RedisVersions(link)
  const listener = await listenForChanges(target, applicationName, {
    // What cannot be delivered is remembered by the link.
    onChange: (workspaceId, subjects) => void versions.bump(workspaceId, subjects).catch(() => {}),
    onHearing: () => {},
  })
  const close = async () => {
    await listener.close()
    link.close()
  }
  return { cache: new ResponseCache(versions, applicationName, link), close }
}
