import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { killPostgres } from '../test/fixtures/kill-postgres.ts'
import {
  postmasterOf,
  type StartedRapport,
  startRapport,
  temporaryDataDir,
} from '../test/fixtures/start-rapport.ts'
import { isAlive } from './db/postgres-directory.ts'

/** What /health/ready says, or that nobody answers. */
async function readiness({ url }: StartedRapport): Promise<number> {
  return fetch(`${url}/health/ready`).then(
    (response) => response.status,
    () => 0,
  )
}

/** Asks until it is so. The test's own time limit ends it. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}

describe('rapport start and its PostgreSQL', () => {
  const { dataDir, remove } = temporaryDataDir()
  let rapport: StartedRapport

  before(async () => {
    rapport = await startRapport(dataDir)
  })
  after(async () => {
    await rapport.end('SIGTERM')
    remove()
  })

  test('a second start on the same data is told who has it, and the first goes on', async () => {
    await assert.rejects(startRapport(dataDir), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`ended with 1.*process ${rapport.child.pid}.*RAPPORT_DATA_DIR`, 's'),
      )
      assert.doesNotMatch(error.message, /\n\s+at /, 'no stack trace')
      return true
    })
    assert.equal(await readiness(rapport), 200)
  })

  test('a PostgreSQL that dies is started again, and requests meanwhile are 503 and to be tried again', async () => {
    const before_ = postmasterOf(dataDir)
    killPostgres(join(dataDir, 'postgres'))
    const meanwhile: { status: number; retryAfter: string | null; type: string }[] = []
    await until(async () => {
      const response = await fetch(`${rapport.url}/api/setup`)
      const body = response.status === 200 ? { type: '' } : ((await response.json()) as { type: string }) // A problem.
      meanwhile.push({
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        type: body.type,
      })
      return response.status === 200 && (await readiness(rapport)) === 200
    })
    for (const { status, retryAfter, type } of meanwhile.filter((answer) => answer.status !== 200)) {
      assert.deepEqual([status, retryAfter, type], [503, '1', '/docs/errors#database-away'])
    }
    assert.notEqual(postmasterOf(dataDir), before_)
    await until(() => /PostgreSQL had ended; it runs again/.test(rapport.output()))
  })

  test('after kill -9 of Rapport the next start takes over the PostgreSQL left behind, and a clean stop stops it', async () => {
    const postmaster = postmasterOf(dataDir)
    await rapport.end('SIGKILL')
    assert.ok(isAlive(postmaster), 'nobody stopped it')
    rapport = await startRapport(dataDir)
    assert.equal(postmasterOf(dataDir), postmaster, 'it is the same')
    assert.equal(await rapport.end('SIGTERM'), 0)
    assert.ok(!isAlive(postmaster))
    rapport = await startRapport(dataDir)
  })

  test('a stop while PostgreSQL is dead is a clean one', async () => {
    killPostgres(join(dataDir, 'postgres'))
    assert.equal(await rapport.end('SIGTERM'), 0, rapport.output())
    assert.doesNotMatch(rapport.output(), /unsettled|\n\s+at /)
    rapport = await startRapport(dataDir)
  })
})

describe('rapport start and its worker', () => {
  const { dataDir, remove } = temporaryDataDir()
  let rapport: StartedRapport
  const workerStarts = () => rapport.output().match(/The worker is ready/g)?.length ?? 0
  const workerPid = () =>
    Number(/\(process (\d+)\)/.exec(rapport.output().split('The worker is ready').at(-1) ?? '')?.[1])

  before(async () => {
    rapport = await startRapport(dataDir)
  })
  after(async () => {
    await rapport.end('SIGTERM')
    remove()
  })

  test('a worker that is killed is started again, and nobody who works notices', async () => {
    await until(() => workerStarts() === 1)
    process.kill(workerPid(), 'SIGKILL')
    await until(() => /The worker ended \(SIGKILL\)/.test(rapport.output()))
    assert.equal(await readiness(rapport), 200)
    await until(() => workerStarts() === 2)
  })

  test('a worker goes on when PostgreSQL has died and runs again', async () => {
    const pid = workerPid()
    killPostgres(join(dataDir, 'postgres'))
    await until(() => /PostgreSQL had ended; it runs again/.test(rapport.output()))
    await until(async () => (await readiness(rapport)) === 200)
    assert.ok(isAlive(pid), rapport.output())
  })

  test('a worker ends with the Rapport that started it, however that ends', async () => {
    const pid = workerPid()
    await rapport.end('SIGKILL')
    await until(() => !isAlive(pid))
    rapport = await startRapport(dataDir)
    await until(() => workerStarts() === 1)
    const next = workerPid()
    assert.equal(await rapport.end('SIGTERM'), 0, rapport.output())
    assert.ok(!isAlive(next))
    rapport = await startRapport(dataDir)
  })
})

test('two first starts at once: one serves, the other is told, and nothing is ruined', async () => {
  const { dataDir, remove } = temporaryDataDir()
  const starts = await Promise.allSettled([startRapport(dataDir), startRapport(dataDir)])
  const served = starts.filter((start) => start.status === 'fulfilled').map(({ value }) => value)
  const refused = starts.filter((start) => start.status === 'rejected')
  try {
    assert.equal(served.length, 1, JSON.stringify(refused.map(({ reason }) => String(reason))))
    assert.match(String(refused[0]?.reason), /Another Rapport \(process \d+\)/)
    assert.equal(await readiness(served[0] as StartedRapport), 200) // See above.
  } finally {
    for (const rapport of served) await rapport.end('SIGTERM')
    remove()
  }
})
