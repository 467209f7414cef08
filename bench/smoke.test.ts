import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type EmbeddedServer, startEmbedded } from '../server/src/db/embedded.ts'
import { stages } from './baseline/stages.ts'
import { growth } from './growth.ts'
import { impact } from './impact/impact.ts'
import { trials } from './impact/trials.ts'
import { without } from './impact/without.ts'
import { importing } from './import.ts'
import { limits } from './limits/limits.ts'
import { memory } from './memory.ts'
import type { BenchOptions } from './options.ts'
import type { Report } from './report/report.ts'
import { screens } from './scenarios/sales-team.ts'
import { search } from './search.ts'
import { writes } from './writes.ts'

const CUSTOMERS = 300

/** Each bench once over next to no data: its figures mean nothing, but it must run to its report. */
let directory: string
let postgres: EmbeddedServer
let options: BenchOptions
before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rapport-bench-smoke-'))
  // As root PostgreSQL runs as another user, who must be able to enter.
  chmodSync(directory, 0o755)
  const dataDir = join(directory, 'data')
  mkdirSync(dataDir)
  postgres = await startEmbedded(dataDir)
  options = {
    customers: CUSTOMERS,
    dataDirOf: () => dataDir,
    resultsDir: join(directory, 'results'),
    print: () => {},
    seconds: 1,
    rounds: 1,
  }
})
after(async () => {
  await postgres.stop()
  rmSync(directory, { recursive: true })
})

function reportOf(name: string): Report {
  const report = JSON.parse(
    readFileSync(join(options.resultsDir, `${name}-${CUSTOMERS}.json`), 'utf8'),
  ) as Report // What publish() has written.
  assert.match(readFileSync(join(options.resultsDir, `${name}-${CUSTOMERS}.md`), 'utf8'), /^# /)
  assert.ok(report.bars.length > 0)
  assert.ok(report.seen.commit.length > 0)
  for (const { columns, rows } of report.tables) {
    assert.ok(rows.length > 0)
    for (const row of rows) {
      assert.equal(row.length, columns.length)
      assert.doesNotMatch(row.join(' '), /NaN|undefined/)
    }
  }
  return report
}

function column(report: Report, name: string): string[] {
  const [table] = report.tables
  const index = table?.columns.indexOf(name) ?? -1
  assert.notEqual(index, -1, `there is a column "${name}"`)
  return (table?.rows ?? []).map((row) => String(row[index]))
}

describe('every bench runs to its report', () => {
  test('impact answers every screen at every stage', async () => {
    await impact({ ...options, seconds: 0.1 })
    const report = reportOf('impact')
    assert.deepEqual(
      column(report, 'stage').slice(2),
      stages.map(({ name }) => name),
    )
    assert.deepEqual([...new Set(column(report, 'failed').slice(2))], ['0.0 %'])
    assert.match(readFileSync(join(options.resultsDir, `impact-${CUSTOMERS}.html`), 'utf8'), /<svg/)
  })

  test('without measures each technique beside all of them', async () => {
    await without({ ...options, seconds: 0.2 })
    assert.deepEqual(
      column(reportOf('without'), 'without'),
      trials.map((trial) => trial.without),
    )
  })

  test('growth asks for every screen', async () => {
    await growth({ ...options, rounds: 0.05 }, [CUSTOMERS - 100])
    assert.deepEqual(
      column(reportOf('growth'), 'screen'),
      screens.map(({ name }) => name),
    )
  })

  test('limits', async () => {
    await limits(options)
    const report = reportOf('limits')
    for (const way of ['pgbench', 'uncached', 'cached', 'bare Fastify', 'bare node:http']) {
      for (const rate of column(report, way)) assert.notEqual(rate, '0.0', way)
    }
  })

  test('writes', async () => {
    await writes({ ...options, seconds: 0.2 })
    assert.equal(column(reportOf('writes'), 'way').length, 4)
  })

  test('import', async () => {
    await importing(options)
    assert.equal(column(reportOf('import'), 'way').length, 3)
  })

  test('memory', async () => {
    await memory(options)
    assert.equal(column(reportOf('memory'), 'MB').length, 4)
  })

  test('search', async () => {
    await search({ ...options, rounds: 0.05 })
    assert.ok(column(reportOf('search'), 'p99').length > 0)
  })
})
