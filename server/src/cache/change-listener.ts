import pg from 'pg'
import type { ConnectionTarget } from '../db/database.ts'
import { type Subject, subjects } from './subjects.ts'

const CHANNEL = 'rapport_changes'
const RECONNECT_DELAY_MS = 1_000
const PROOF_INTERVAL_MS = 2_000
const PROOF_TIMEOUT_MS = 2_000
/**
 * After so long another process has heard of a write or knows that it hears nothing: whatever was sent before an answer
 * to the proof has arrived by then. A session that wrote is served past the caches of other processes for this time.
 */
export const HEARD_WITHIN_MS = 2 * (PROOF_INTERVAL_MS + PROOF_TIMEOUT_MS)

export interface ChangeListener {
  close: () => Promise<void>
}

interface Heard {
  /** Something of a workspace was changed by another process. */
  onChange: (workspaceId: number, subjects: readonly Subject[]) => void
  /** Whether changes of other processes can be heard now. */
  onHearing: (hearing: boolean) => void
}

/**
 * Hears what other processes write, by the NOTIFY that notify_changes() sends in the writing transaction. Our own writes
 * are left out, as they were bumped before they were answered. It connects again and again after an interruption.
 */
export async function listenForChanges(
  target: ConnectionTarget,
  applicationName: string,
  { onChange, onHearing }: Heard,
): Promise<ChangeListener> {
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      ...target,
      application_name: `${applicationName}-listener`,
      connectionTimeoutMillis: PROOF_TIMEOUT_MS,
      query_timeout: PROOF_TIMEOUT_MS,
    })
    next.on('notification', ({ payload }) => {
      const { writer, workspaceId, subjects } = readNotice(payload ?? '')
      if (writer !== applicationName) onChange(workspaceId, subjects)
    })
    next.on('error', () => lose(next))
    next.on('end', () => lose(next))
    try {
      await next.connect()
      await next.query(`LISTEN ${CHANNEL}`)
    } catch (error) {
      await next.end().catch(() => {})
      throw error
    }
    client = next
    onHearing(true)
    prove(next)
  }
  const prove = (current: pg.Client): void => {
    timer = setTimeout(() => {
      current.query('SELECT 1').then(
        () => client === current && prove(current),
        () => lose(current),
      )
    }, PROOF_INTERVAL_MS).unref()
  }
  const attempt = (): void => {
    if (closed) return
    connect().catch(() => {
      timer = setTimeout(attempt, RECONNECT_DELAY_MS).unref()
    })
  }
  const lose = (lost: pg.Client): void => {
    if (closed || client !== lost) return
    client = undefined
    clearTimeout(timer)
    onHearing(false)
    lost.end().catch(() => {})
    attempt()
  }

  await connect()
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}

/** A payload is "<application> <workspace> <table>". */
function readNotice(payload: string) {
  const [writer, workspace, table] = payload.split(' ')
  const known = subjects.find((subject) => subject === table)
  return { writer, workspaceId: Number(workspace), subjects: known ? [known] : subjects }
}
