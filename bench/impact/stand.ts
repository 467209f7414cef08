import { join } from 'node:path'
import { type Stage, stages } from '../baseline/stages.ts'
import type { BenchData } from '../data.ts'
import { openTarget, type Target } from '../load/target.ts'
import { readVersions, type Scenario, salesTeam } from '../scenarios/sales-team.ts'
import type { Team } from '../scenarios/team.ts'
import { startProduct, startServer } from '../servers/child.ts'
import { cpuSeconds, postgresCpuSeconds } from '../servers/cpu.ts'

const CONNECTIONS = 48
const BASELINE = join(import.meta.dirname, '..', 'baseline', 'main.ts')

/** One stage running, with a scenario that speaks its language. */
export interface Stand {
  stage: Stage
  target: Target
  scenario: Scenario
  /** PostgreSQL's time in all statements since the counters were set to zero, in milliseconds. */
  databaseMs: () => Promise<number>
  resetDatabaseMs: () => Promise<void>
  /** Processor time of the web process and PostgreSQL so far. */
  cpuSeconds: () => number
  close: () => Promise<void>
}

/** Starts one stage; only one runs at a time, so that none takes the cores from another. */
export async function openStand(data: BenchData, teams: Team[], stage: Stage, seed: number): Promise<Stand> {
  const server = stage.open
    ? await startServer(BASELINE, [stage.name, JSON.stringify(data.target)], {})
    : await startProduct(data.dataDir, data.target)
  const target = openTarget(server.port, CONNECTIONS)
  const table = `${stage.schema}.customers`
  const versions = await readVersions(
    (text, values) => data.pool.query(text.replace('FROM customers', `FROM ${table}`), values),
    teams,
  )
  const byRow = stages.indexOf(stage) < stages.findIndex(({ schema }) => schema === 'public')
  return {
    stage,
    target,
    scenario: salesTeam(teams, { seed, byRow, versions }),
    databaseMs: async () => {
      const { rows } = await data.pool.query<{ ms: number }>(
        `SELECT coalesce(sum(total_exec_time), 0) AS ms FROM pg_stat_statements s
         JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
         WHERE query NOT LIKE '%pg_stat_statements%' AND toplevel`,
      )
      return rows[0]?.ms ?? 0
    },
    resetDatabaseMs: async () => {
      await data.pool.query('SELECT pg_stat_statements_reset()')
    },
    cpuSeconds: () => cpuSeconds(server.pid) + postgresCpuSeconds(data.dataDir),
    close: async () => {
      await target.close()
      await server.stop()
    },
  }
}
