import { sql } from 'kysely'
import type { Database, Db } from '../db/database.ts'

const CHECK_TIMEOUT_MS = 30 * 60_000

export interface Drift {
  workspace_id: number
  kind: string
  period: string
  key: number
  currency: string
  n_missing: string
  amount_missing: string
}

/** Where the summaries of a workspace differ from the base tables; there must be no such place. */
export async function summaryDrift(db: Db, workspaceId: number): Promise<Drift[]> {
  const { rows } = await sql<Drift>`
    SELECT ${workspaceId}::int AS workspace_id, kind, period, key, currency, n_missing, amount_missing
    FROM summary_drift(${workspaceId})`.execute(db)
  return rows
}

const DRIFT_KEPT_MAX = 20

/** Checks a workspace's summaries and keeps what was found; returns how many are wrong. One that is gone has none. */
export async function keepCheck(db: Database, workspaceId: number): Promise<number> {
  const drift = await db.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = ${sql.lit(CHECK_TIMEOUT_MS)}`.execute(tx)
    return summaryDrift(tx, workspaceId)
  })
  const found = { wrong: drift.length, drift: JSON.stringify(drift.slice(0, DRIFT_KEPT_MAX)) }
  await sql`
    INSERT INTO summary_checks (workspace_id, wrong, drift)
    SELECT id, ${found.wrong}, ${found.drift}::jsonb FROM workspaces WHERE id = ${workspaceId}
    ON CONFLICT (workspace_id) DO UPDATE SET checked_at = now(), wrong = excluded.wrong, drift = excluded.drift`.execute(
    db,
  )
  return drift.length
}

/** `rapport check [--repair]`: compares every summary with the base tables; exit code 1 if one differs and stays so. */
export async function checkCommand(db: Database, repair: boolean): Promise<number> {
  const workspaces = await db.selectFrom('workspaces').select(['id', 'name']).orderBy('id').execute()
  let wrong = 0
  await db.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = ${sql.lit(CHECK_TIMEOUT_MS)}`.execute(tx)
    for (const { id, name } of workspaces) {
      const { rows } = repair
        ? await sql<{ n: number }>`SELECT repair_summaries(${id}) AS n`.execute(tx)
        : await sql<{ n: number }>`SELECT count(*) AS n FROM summary_drift(${id})`.execute(tx)
      const found = rows[0]?.n ?? 0
      wrong += found
      console.log(
        `${name} (${id}): ${found === 0 ? 'every summary is exact' : `${found} summaries ${repair ? 'repaired' : 'differ'}`}`,
      )
    }
  })
  if (wrong > 0 && !repair)
    console.log('Run "rapport check --repair" to set them right; nobody needs to stop working.')
  return wrong > 0 && !repair ? 1 : 0
}
