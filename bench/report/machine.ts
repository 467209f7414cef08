import { execFileSync } from 'node:child_process'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'
import type pg from 'pg'

export interface Seen {
  at: string
  commit: string
  cpu: string
  cores: number
  memoryGb: number
  system: string
  node: string
  postgresql: string
  /** Processes waiting for a core just before, over one minute: above 0.5 something else was running too. */
  loadBefore: number
  data: string
}

/** What a result can only be understood with. */
export async function look(pool: pg.Pool): Promise<Seen> {
  const { rows: version } = await pool.query<{ server_version: string }>('SHOW server_version')
  const { rows: counts } = await pool.query<{ key: number; n: number }>(
    `SELECT key, sum(n)::bigint AS n FROM summary_current WHERE kind = 'records' GROUP BY key ORDER BY key`,
  )
  const { rows: size } = await pool.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  )
  const { rows: workspaces } = await pool.query<{ n: number; largest: number }>(
    `SELECT count(*) AS n, max(n) AS largest FROM (
       SELECT sum(n)::bigint AS n FROM summary_current WHERE kind = 'records' AND key = 1 GROUP BY workspace_id) each`,
  )
  const count = (key: number) => (counts.find((row) => row.key === key)?.n ?? 0).toLocaleString('en')
  return {
    at: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    postgresql: version[0]?.server_version ?? '',
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    data:
      `${count(1)} customers in ${workspaces[0]?.n ?? 0} workspaces (the largest has ` +
      `${(workspaces[0]?.largest ?? 0).toLocaleString('en')}), ${count(2)} companies, ${count(4)} products, ` +
      `${count(5)} orders, ${count(6)} interactions; ${((size[0]?.bytes ?? 0) / 1024 ** 3).toFixed(2)} GB`,
  }
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
    const changed = git('status', '--porcelain', '--untracked-files=no', '../../server') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with uncommitted changes in server/' : ''}`
  } catch {
    return 'not a git checkout'
  }
}
