import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts')

/** `rapport start` in a process of its own, as an operator has it. */
export interface StartedRapport {
  child: ChildProcess
  /** Where it serves. */
  url: string
  /** All it has said so far. */
  output: () => string
  /** Sends a signal and resolves to the exit code, or the signal that ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | string>
}

/** A data directory that is removed by `remove`. */
export function temporaryDataDir(): { dataDir: string; remove: () => void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'rapport-start-'))
  chmodSync(dataDir, 0o755)
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) }
}

/** Resolves when it serves; rejects with what it said if it ends before. */
export async function startRapport(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<StartedRapport> {
  const child = spawn(process.execPath, [MAIN, 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOG_LEVEL: 'silent', ...env, PORT: '0', RAPPORT_DATA_DIR: dataDir },
  })
  let said = ''
  const exited = once(child, 'exit').then(([code, signal]: (number | string)[]) => code ?? signal ?? 1)
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk
        const url = /ready at (http:\S+)/.exec(said)?.[1]
        if (url) resolve(url)
      })
    }
  })
  const ended = exited.then((code) => {
    throw new Error(`ended with ${code}: ${said}`)
  })
  // Heard of only while it starts.
  ended.catch(() => {})
  const url = await Promise.race([ready, ended])
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return { child, url, output: () => said, end }
}

/** The process of the PostgreSQL of a data directory. */
export function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
}
