import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import runtime from '../../bin/runtime.json' with { type: 'json' }
import type { ConnectionTarget } from '../../server/src/db/database.ts'
import { BENCH_SECRET } from '../data.ts'

const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 30_000
const OUTPUT_KEPT = 4_000
const ROOT = join(import.meta.dirname, '..', '..')
const MAIN = join(ROOT, 'server', 'src', 'main.ts')
/** Where the product's own start commands keep compiled modules. */
const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'compile')

export interface ServerProcess {
  port: number
  pid: number
  stop: () => Promise<void>
}

/** Starts a program that prints "http://…:<port>" once it serves. */
export async function startServer(
  script: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...runtime.flags, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...runtime.env, ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE, ...env },
  })
  const port = await readyPort(child, script)
  return { port, pid: child.pid ?? 0, stop: () => stop(child) }
}

/** The product as it is started in production, on a free port, over a database of the benchmark. */
export function startProduct(
  dataDir: string,
  target: ConnectionTarget,
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  return startServer(MAIN, ['start'], {
    PORT: '0',
    RAPPORT_DATA_DIR: dataDir,
    RAPPORT_SECRET: BENCH_SECRET,
    DATABASE_URL: databaseUrl(target),
    LOG_LEVEL: 'silent',
    NODE_ENV: 'production',
    ...env,
  })
}

/** The address of a database that is reached by a Unix socket. */
export function databaseUrl({ host, port, user, database }: ConnectionTarget): string {
  return `postgresql://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host ?? '')}`
}

function readyPort(child: ChildProcess, script: string): Promise<number> {
  let output = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS)
    const fail = (why: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`${script} ${why}: ${output}`))
    }
    const read = (chunk: Buffer) => {
      output = (output + chunk).slice(-OUTPUT_KEPT)
      const port = /http:\/\/[\w.]+:(\d+)/.exec(output)?.[1]
      if (!port) return
      clearTimeout(timer)
      resolve(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => fail(`ended with code ${code}`))
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

/** Resident memory of a process in bytes; Linux only. */
export function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
