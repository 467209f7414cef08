import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Kills the postmaster of a data directory and all its processes at once, as when the machine loses its power. */
export function killPostgres(cluster: string): void {
  const postmaster = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0] ?? ''
  const children = spawnSync('ps', ['-o', 'pid=', '--ppid', postmaster], { encoding: 'utf8' }).stdout
  for (const pid of [postmaster, ...children.trim().split(/\s+/)]) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended with its parent.
    }
  }
}
