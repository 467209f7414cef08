import type pg from 'pg'
import { sessionCookie } from '../../server/src/auth/better-auth.ts'
import { signedCookie } from '../../server/src/auth/sessions.ts'
import type { Scope } from '../../server/src/scope.ts'
import type { BenchData } from '../data.ts'
import { BENCH_SECRET } from '../data.ts'
import { readSamples, type Samples } from './samples.ts'

/** People of one workspace who work at the same time, and records that they know. */
export interface Team {
  scope: Scope
  headers: Record<string, string>
  /** Share of the requests: as many as the workspace has customers. */
  weight: number
  samples: Samples
}

/** Workspaces that take part; the first has half of all customers. */
const TEAMS_MAX = 6

/** Signs one person in to each of the largest workspaces and looks up records for them to work on. */
export async function openTeams(data: BenchData, teamsMax = TEAMS_MAX): Promise<Team[]> {
  const teams: Team[] = []
  for (const workspaceId of data.workspaceIds.slice(0, teamsMax)) {
    const { scope, cookie } = await signIn(data.pool, workspaceId)
    const samples = await readSamples(data.pool, workspaceId)
    const headers = { cookie: `${sessionCookie(data.config)}=${cookie}` }
    teams.push({ scope, headers, weight: samples.customerCount, samples })
  }
  return teams
}

/** A session of an owner, written straight into the tables: signing in is not what is measured. */
export async function signIn(pool: pg.Pool, workspaceId: number): Promise<{ scope: Scope; cookie: string }> {
  const userId = `bench-${workspaceId}`
  const token = `bench-token-${workspaceId}`
  await pool.query(
    `INSERT INTO users (id, name, email) VALUES ($1, 'Bench', $1 || '@example.com') ON CONFLICT DO NOTHING`,
    [userId],
  )
  await pool.query(
    `INSERT INTO memberships (workspace_id, user_id, role) VALUES ($1, $2, 'owner') ON CONFLICT DO NOTHING`,
    [workspaceId, userId],
  )
  await pool.query(
    `INSERT INTO sessions (id, user_id, token, expires_at, workspace_id)
     VALUES ($1, $2, $1, now() + interval '30 days', $3)
     ON CONFLICT (token) DO UPDATE SET expires_at = excluded.expires_at, updated_at = now()`,
    [token, userId, workspaceId],
  )
  const scope: Scope = { workspaceId, userId, role: 'owner' }
  return { scope, cookie: signedCookie(token, BENCH_SECRET) }
}
