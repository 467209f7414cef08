import { schedule, tasks } from './background.ts'
import { listenForChanges } from './cache/change-listener.ts'
import type { Config } from './config.ts'
import { joinEmbedded } from './db/embedded.ts'
import { openDatabase } from './db/open.ts'
import { loggedError } from './http/log.ts'
import { JobQueue } from './jobs/queue.ts'
import { startWorker } from './jobs/worker.ts'
import { foldWhatIsWritten } from './summaries/jobs.ts'

/** Of the tasks; the queue itself has some more. */
const CONNECTIONS_MAX = 4
/** Nobody waits for a statement here; each task has a limit of its own. */
const STATEMENT_TIMEOUT_MS = 300_000

/**
 * Works at the jobs in the background until SIGTERM or SIGINT, or until the Rapport that started it ends; what is not
 * finished then is given back.
 */
export async function work(config: Config): Promise<number> {
  const stop = stopSignal()
  const opened = await openDatabase(
    {
      ...config,
      poolSize: Math.min(config.poolSize, CONNECTIONS_MAX),
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    },
    joinEmbedded,
  )
  const queue = new JobQueue(opened.pool)
  try {
    const worker = await startWorker(
      { ...opened, config, queue },
      { target: opened.target, tasks, schedule, log: logFailure(config), sentenceOf },
    )
    const folding = foldWhatIsWritten(opened.db, queue)
    const listener = await listenForChanges(opened.target, `${opened.applicationName}-fold`, {
      onChange: folding.written,
      onHearing: () => {},
    })
    console.log(`The worker is ready (process ${process.pid}).`)
    await stop
    folding.stop()
    await Promise.all([listener.close(), worker.stop()])
    return 0
  } finally {
    await queue.close()
    await opened.close()
  }
}

/** As the log has it: what the database says of values stays out of it. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? loggedError(error).message : String(error)
}

/** A line of JSON, as the log of the server has it. */
function logFailure({ logLevel }: Config) {
  return (what: string, error: unknown): void => {
    if (logLevel === 'silent') return
    const err = error instanceof Error ? loggedError(error) : { message: String(error) }
    console.error(JSON.stringify({ time: Date.now(), pid: process.pid, err, msg: `${what} failed` }))
  }
}

function stopSignal(): Promise<void> {
  // The channel to who started it must not keep it alive once all is done.
  process.channel?.unref()
  return new Promise((resolve) => {
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(event, () => resolve())
  })
}
