import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { Type } from 'typebox'
import runtime from '../bin/runtime.json' with { type: 'json' }
import type { OpenedDatabase } from '../server/src/db/open.ts'
import { JobQueue, jobs } from '../server/src/jobs/queue.ts'
import { task } from '../server/src/jobs/task.ts'
import { startWorker } from '../server/src/jobs/worker.ts'
import { openData } from './data.ts'
import type { BenchOptions } from './options.ts'
import { ownDatabase } from './own-database.ts'
import { look } from './report/machine.ts'
import { publish } from './report/publish.ts'
import { databaseUrl, residentBytes } from './servers/child.ts'

const MAIN = join(import.meta.dirname, '..', 'server', 'src', 'main.ts')
const SECONDS_DEFAULT = 60
const SETTLE_MS = 10_000
const IDLE_MAX_PERCENT = 0.5
const QUEUED = 10_000
/** What /proc counts processor time in. */
const TICKS_PER_SECOND = 100
const MB = 1024 ** 2

/** What a worker costs while there is nothing to do, and how fast it works off what waits. */
export async function jobsBench(options: BenchOptions): Promise<boolean> {
  const data = await openData(options.customers, options.dataDirOf(options.customers), options.print)
  const own = await ownDatabase(data, 'rapport_bench_jobs')
  try {
    const seen = await look(data.pool)
    const idle = await idleCost(own, options.seconds ?? SECONDS_DEFAULT)
    const rate = await workOff(own, data)
    const percent = idle.worker + idle.sessions
    return publish(
      {
        name: 'jobs',
        title: 'A worker for background jobs',
        customers: options.customers,
        bars: [
          {
            text: `without work: at most ${IDLE_MAX_PERCENT} % of a core, the database's sessions included`,
            measured: `${percent.toFixed(2)} % (worker ${idle.worker.toFixed(2)} %, sessions ${idle.sessions.toFixed(2)} %)`,
            holds: percent <= IDLE_MAX_PERCENT,
          },
        ],
        tables: [
          {
            caption: 'Further figures',
            columns: ['what', 'measured'],
            rows: [
              ['resident memory of the worker', `${idle.memory_mb.toFixed(0)} MB`],
              [`${QUEUED} waiting jobs that do nothing, four at once`, `${rate.toFixed(0)} a second`],
            ],
          },
        ],
        method: [
          'The worker is a process as `rapport work` starts it, over an empty database; processor time is that of /proc.',
        ],
        notes: [],
        seen,
      },
      options,
    )
  } finally {
    await own.close()
    await data.close()
  }
}

async function idleCost(own: OpenedDatabase, seconds: number) {
  const worker = spawn(process.execPath, [...runtime.flags, MAIN, 'work'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...runtime.env, ...process.env, DATABASE_URL: databaseUrl(own.target), LOG_LEVEL: 'silent' },
  })
  try {
    await ready(worker)
    await delay(SETTLE_MS)
    const pid = worker.pid ?? 0
    const before = { worker: ticks([pid]), sessions: ticks(await sessions(own)) }
    await delay(seconds * 1_000)
    const percent = (now: number, then: number) => ((now - then) / TICKS_PER_SECOND / seconds) * 100
    return {
      worker: percent(ticks([pid]), before.worker),
      sessions: percent(ticks(await sessions(own)), before.sessions),
      memory_mb: residentBytes(pid) / MB,
    }
  } finally {
    worker.kill('SIGTERM')
    await once(worker, 'exit')
  }
}

async function ready(worker: ChildProcess): Promise<void> {
  for (let said = ''; !said.includes('ready'); )
    said += String((await once(worker.stdout ?? worker, 'data'))[0])
}

async function sessions({ db }: OpenedDatabase): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'rapport-%'
      AND application_name NOT LIKE 'rapport-rapport%' AND backend_type = 'client backend'`.execute(db)
  return rows.map(({ pid }) => pid)
}

/** Processor time of processes, of the system for them included. */
function ticks(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return sum + Number(fields[11]) + Number(fields[12])
  }, 0)
}

/** Jobs a second. */
async function workOff(
  own: OpenedDatabase,
  { config }: Awaited<ReturnType<typeof openData>>,
): Promise<number> {
  const done = Promise.withResolvers<void>()
  let count = 0
  const nothing = task({
    name: 'bench.nothing',
    title: 'Nothing',
    input: Type.Object({}),
    timeLimit_s: 60,
    atOnce: 4,
    run: async () => {
      if (++count === QUEUED) done.resolve()
    },
  })
  const queue = new JobQueue(own.pool)
  await own.db.transaction().execute((tx) => queue.add(tx, nothing, {}))
  await sql`
    INSERT INTO ${jobs} (name, data, policy, retry_limit, expire_seconds, keep_until)
    SELECT name, data, policy, retry_limit, expire_seconds, keep_until
    FROM ${jobs}, generate_series(2, ${QUEUED}) WHERE name = ${nothing.name}`.execute(own.db)
  const since = performance.now()
  const worker = await startWorker(
    { ...own, config, queue },
    { target: own.target, tasks: [nothing], schedule: [], log: console.error, sentenceOf: String },
  )
  await done.promise
  const seconds = (performance.now() - since) / 1_000
  await worker.stop()
  await queue.close()
  return QUEUED / seconds
}
