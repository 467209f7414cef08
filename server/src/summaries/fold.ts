import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { type Repeated, repeat } from '../repeat.ts'

const FOLD_INTERVAL_MS = 2_000
/** Deltas merged for a workspace in one transaction: 100,000 take about a tenth of a second. */
const FOLD_ROWS_MAX = 100_000

/** Merges the deltas of every workspace that has some; returns how many were merged. */
export async function foldSummaries(db: Database): Promise<number> {
  const { rows } = await sql<{ folded: number }>`
    SELECT coalesce(sum(fold_summaries(w.id, ${FOLD_ROWS_MAX})), 0)::bigint AS folded FROM workspaces w
    WHERE EXISTS (SELECT 1 FROM summary_delta d WHERE d.workspace_id = w.id)`.execute(db)
  return rows[0]?.folded ?? 0
}

/** Keeps the delta log short in the background. Reads are exact without it, only slower. */
export function startFolding(db: Database, log: (error: unknown) => void): Repeated {
  return repeat(FOLD_INTERVAL_MS, () => foldSummaries(db), log)
}
