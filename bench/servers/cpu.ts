import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Of /proc/<pid>/stat on Linux. */
const TICKS_PER_SECOND = 100

interface CpuTicks {
  parent: number
  own: number
  /** Of children that have ended. */
  ended: number
}

function ticksOf(pid: string | number): CpuTicks | undefined {
  try {
    // The name of the program may hold blanks and parentheses; the rest does not.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    const [, parent, , , , , , , , , , user, system, endedUser, endedSystem] = fields.map(Number)
    return {
      parent: parent ?? 0,
      own: (user ?? 0) + (system ?? 0),
      ended: (endedUser ?? 0) + (endedSystem ?? 0),
    }
  } catch {
    return undefined
  }
}

/** Seconds of processor time that a process has used; 0 where there is no /proc. */
export function cpuSeconds(pid: number): number {
  return (ticksOf(pid)?.own ?? 0) / TICKS_PER_SECOND
}

/** The same for the PostgreSQL of a data set with all its processes, ended ones included. */
export function postgresCpuSeconds(dataDir: string): number {
  const pid = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
  for (;;) {
    const before = ticksOf(pid)
    const living = childrenOf(pid).reduce((sum, ticks) => sum + ticks.own, 0)
    const postmaster = ticksOf(pid)
    if (!before || !postmaster) return 0
    // Who ended meanwhile would be counted twice or not at all.
    if (before.ended === postmaster.ended)
      return (postmaster.own + postmaster.ended + living) / TICKS_PER_SECOND
  }
}

function childrenOf(pid: number): CpuTicks[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(ticksOf)
    .filter((ticks) => ticks !== undefined)
    .filter(({ parent }) => parent === pid)
}
