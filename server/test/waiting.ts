import type pg from 'pg'

type WaitedFor = 'advisory' | 'transactionid' | 'tuple'

/** Resolves when a connection of the database waits for a lock that another one has, or when `done` is settled. */
export async function untilWaiting(
  pool: pg.Pool,
  done: Promise<unknown>,
  locks: WaitedFor[] = ['advisory', 'transactionid', 'tuple'],
): Promise<void> {
  let settled = false
  const settle = () => {
    settled = true
  }
  done.then(settle, settle)
  for (let waiting = 0; waiting === 0 && !settled; ) {
    const { rows } = await pool.query(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = ANY($1)`,
      [locks],
    )
    waiting = rows[0].waiting
  }
}
