import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { ConnectionTarget } from '../../server/src/db/database.ts'

const DEBIAN = '/usr/lib/postgresql'
const run = promisify(execFile)

/** A statement as the product sent it. */
export interface Statement {
  sql: string
  parameters: readonly unknown[]
}

export interface RawDatabase {
  /** What drove it. */
  driver: string
  /** Times a second that all statements of one read were answered. */
  readsPerSecond: (reads: readonly Statement[][], seconds: number, connections: number) => Promise<number>
}

/** pgbench if this machine has it, otherwise a loop over plain connections of the driver; both prepare statements. */
export function rawDatabase(target: ConnectionTarget): RawDatabase {
  const binary = findPgbench()
  if (!binary) {
    return {
      driver: 'a loop over connections of the pg driver, as there is no pgbench on this machine',
      readsPerSecond: (reads, seconds, connections) => driverLoop(target, reads, seconds, connections),
    }
  }
  return {
    driver: execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim(),
    readsPerSecond: (reads, seconds, connections) => pgbench(binary, target, reads, seconds, connections),
  }
}

function findPgbench(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin', 'pgbench'))
    : []
  const onPath = (process.env.PATH ?? '').split(':').map((directory) => join(directory, 'pgbench'))
  return [...debian.reverse(), ...onPath].find((file) => existsSync(file))
}

async function pgbench(
  binary: string,
  { host, port, user, database }: ConnectionTarget,
  reads: readonly Statement[][],
  seconds: number,
  connections: number,
): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'rapport-pgbench-'))
  try {
    const files = reads.flatMap((statements, index) => {
      const file = join(directory, `${index}.sql`)
      writeFileSync(file, statements.map(withLiterals).join('\n'))
      return ['-f', file]
    })
    const options = ['-n', '-M', 'prepared', '-c', String(connections), '-j', '1', '-T', String(seconds)]
    const place = ['-h', host ?? '', '-p', String(port), '-U', user ?? '', database ?? '']
    const { stdout } = await run(binary, [...options, ...files, ...place])
    const tps = /tps = ([\d.]+) \(without/.exec(stdout)?.[1] ?? /tps = ([\d.]+)/.exec(stdout)?.[1]
    return Number(tps)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** pgbench has no parameters of its own but for numbers, so each variant is a script with its values written in. */
function withLiterals({ sql, parameters }: Statement): string {
  const text = sql.replace(/\$(\d+)/g, (_, position) => literal(parameters[Number(position) - 1]))
  return `${text.replace(/\s+/g, ' ')};`
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`
  // pgbench takes a colon before a letter for one of its variables.
  if (typeof value === 'string' && !/:[a-z_]/i.test(value)) return pg.escapeLiteral(value)
  throw new Error(`pgbench cannot be given ${JSON.stringify(value)}.`)
}

async function driverLoop(
  target: ConnectionTarget,
  reads: readonly Statement[][],
  seconds: number,
  connections: number,
): Promise<number> {
  const end = performance.now() + seconds * 1_000
  let done = 0
  const client = async () => {
    const connection = new pg.Client(target)
    await connection.connect()
    while (performance.now() < end) {
      for (const { sql, parameters } of reads[done % reads.length] ?? []) {
        await connection.query({ name: sql.slice(0, 63), text: sql, values: [...parameters] })
      }
      done++
    }
    await connection.end()
  }
  await Promise.all(Array.from({ length: connections }, client))
  return done / seconds
}
