import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const LACKING = ['redis-server', 'apt-get']

describe('npm test where Redis is not installed', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-lacking-'))
    // As root, PostgreSQL is looked after as another user.
    chmodSync(folder, 0o755)
    for (const program of programs()) {
      if (!LACKING.includes(basename(program))) symlinkSync(program, join(folder, basename(program)))
    }
    writeFileSync(join(folder, 'apt-get'), '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  /** All on the path, the first of each name. */
  function programs(): string[] {
    const folders = (process.env.PATH ?? '').split(delimiter).filter((path) => existsSync(path))
    const all = folders.flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    return [...Map.groupBy(all, (path) => basename(path)).values()].flatMap(([first]) => first ?? [])
  }

  /** Runs one small test file on a machine that has all but these. */
  function run(env: NodeJS.ProcessEnv) {
    const { NODE_TEST_CONTEXT: _ofThisRun, CI: _alsoHere, ...own } = process.env
    return spawnSync(process.execPath, ['bin/run-tests.ts', 'server/src/days.test.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...own, PATH: folder, RAPPORT_CHROMIUM: process.execPath, ...env },
    })
  }
  const lines = (text: string) => text.trimEnd().split('\n')

  test('passes, and says last what did not run and what installs it', () => {
    const { status, stdout, stderr } = run({ RAPPORT_SAMPLE_DATA: '/nowhere' })
    assert.equal(status, 0, stdout + stderr)
    assert.deepEqual(lines(stdout).slice(-3), [
      'NOT RUN: the tests of the shared cache with Redis, for there is no redis-server on this machine.',
      'NOT RUN: the imports of Northwind, for there is no folder with the Northwind files, which are not ours to ship (RAPPORT_SAMPLE_DATA names the one that has them).',
      'To run them too: sudo apt-get install -y redis-server',
    ])
  })

  test('fails where every test must run, before any has started', () => {
    const { status, stdout } = run({ CI: 'true' })
    assert.equal(status, 1)
    assert.match(stdout, /^NOT RUN: the tests of the shared cache with Redis/)
    assert.match(stdout, /To run them too: sudo apt-get install -y redis-server/)
    assert.equal(lines(stdout).at(-1), 'With CI=true every test must run, so none was started.')
  })
})
