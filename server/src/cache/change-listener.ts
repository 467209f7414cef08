import pg from 'pg'
import type { ConnectionTarget } from '../db/database.ts'
import { type Subject, subjects } from './subjects.ts'
import type { MemoryVersions } from './versions.ts'

const CHANNEL = 'rapport_changes'
const RECONNECT_DELAY_MS = 1_000

export interface ChangeListener {
  close: () => Promise<void>
}

/**
 * Hears what other processes write, by the NOTIFY that migration 0005 sends in the writing transaction, and bumps the
 * versions of this one. While the connection is down nothing is served from memory.
 */
export async function listenForChanges(
  target: ConnectionTarget,
  applicationName: string,
  versions: MemoryVersions,
): Promise<ChangeListener> {
  let client: pg.Client | undefined
  let closed = false

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...target, application_name: `${applicationName}-listener` })
    next.on('notification', ({ payload }) => apply(payload ?? '', applicationName, versions))
    next.on('error', () => reconnect())
    next.on('end', () => reconnect())
    await next.connect()
    await next.query(`LISTEN ${CHANNEL}`)
    client = next
    versions.setHearing(true)
  }
  const reconnect = (): void => {
    if (closed || !client) return
    client = undefined
    versions.setHearing(false)
    const attempt = () => {
      if (!closed) connect().catch(() => setTimeout(attempt, RECONNECT_DELAY_MS).unref())
    }
    setTimeout(attempt, RECONNECT_DELAY_MS).unref()
  }

  await connect()
  return {
    close: async () => {
      closed = true
      await client?.end()
    },
  }
}

/** A payload is "<application> <workspace> <subject>". Our own writes were bumped before they were answered. */
function apply(payload: string, applicationName: string, versions: MemoryVersions): void {
  const [writer, workspace, subject] = payload.split(' ')
  if (writer === applicationName) return
  const known = subjects.find((candidate) => candidate === subject)
  versions.bump(Number(workspace), known ? [known] : (subjects as readonly Subject[]))
}
