import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
/** How long after it ended a worker is started again, one time after the other; the last holds from then on. */
const RESTART_DELAYS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000]
/** A worker that has lived this long has started well: the delays begin anew. */
const SOUND_AFTER_MS = 60_000
/** It gives back what it is at within less. */
const STOP_TIMEOUT_MS = 25_000

export interface SupervisedWorker {
  /** Asks it to stop, and resolves when it has ended. */
  stop: () => Promise<void>
  /** The process that runs now; undefined between two. */
  pid: () => number | undefined
}

/** Keeps a worker running in a process of its own: imports and reports must not take the time of those who work here. */
export function superviseWorker(env: NodeJS.ProcessEnv, say: (sentence: string) => void): SupervisedWorker {
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let stopping = false
  let failures = 0

  const begin = (): void => {
    const since = Date.now()
    // It ends when the channel to this process does, however this process ends.
    const next = fork(MAIN, ['work'], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child = next
    next.once('error', () => {})
    next.once('exit', (code, signal) => {
      child = undefined
      if (stopping) return
      if (Date.now() - since > SOUND_AFTER_MS) failures = 0
      const delay_ms = RESTART_DELAYS_MS[Math.min(failures++, RESTART_DELAYS_MS.length - 1)] ?? 0
      say(
        `The worker ended (${signal ?? code}); it is started again in ${delay_ms / 1_000} s. Its jobs are taken up again.`,
      )
      timer = setTimeout(begin, delay_ms)
    })
  }

  begin()
  return {
    pid: () => child?.pid,
    stop: async () => {
      stopping = true
      clearTimeout(timer)
      if (!child) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const last = setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await ended
      clearTimeout(last)
    },
  }
}
