import type pg from 'pg'
import type { ListMemory } from './cache/list-memory.ts'
import type { ResponseCache } from './cache/response-cache.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import type { JobQueue } from './jobs/queue.ts'

/** What every feature may need; made once in app.ts. */
export interface AppContext {
  db: Database
  pool: pg.Pool
  config: Config
  cache: ResponseCache
  listMemory: ListMemory
  /** For reads of a few rows by key: faster, on connections that all requests share. See SharedConnections. */
  pointReads: Database
  /** Where work for the background is handed over. */
  queue: JobQueue
}
