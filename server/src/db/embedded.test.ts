import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { killPostgres } from '../../test/fixtures/kill-postgres.ts'
import { ConfigError } from '../config.ts'
import { type EmbeddedServer, ownEmbedded, startEmbedded } from './embedded.ts'

const asRoot = process.getuid?.() === 0

let base: string
let dataDir: string
let server: EmbeddedServer

before(async () => {
  base = mkdtempSync(join(tmpdir(), 'rapport-embedded-'))
  chmodSync(base, 0o755)
  dataDir = join(base, 'data')
  server = await startEmbedded(dataDir)
})

after(async () => {
  await server.stop()
  rmSync(base, { recursive: true, force: true })
})

async function query<T extends object>(text: string): Promise<T[]> {
  const client = new pg.Client({
    host: server.host,
    port: server.port,
    user: server.user,
    database: 'postgres',
  })
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** What an operator reads: a setting that cannot be used, in one paragraph that says what to do or what happened. */
async function refused(directory: string): Promise<string> {
  let message = ''
  await assert.rejects(startEmbedded(directory), (error: Error) => {
    assert.ok(error instanceof ConfigError, String(error))
    message = error.message
    return true
  })
  assert.ok(message.includes(directory), message)
  assert.doesNotMatch(message, /\n/)
  return message
}

test('the first start creates the database, and whoever comes second joins it', async () => {
  assert.equal(server.own, true)
  await query('CREATE TABLE kept AS SELECT 42 AS n')
  const second = await startEmbedded(dataDir)
  assert.deepEqual([second.own, second.host], [false, server.host])
  await second.stop()
  assert.deepEqual(await query('SELECT n FROM kept'), [{ n: 42 }], 'the guest does not stop it')
})

test('it listens on no network, and its socket is its owner’s alone', async () => {
  const [row] = await query<{ listen: string; permissions: string }>(
    `SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_permissions') AS permissions`,
  )
  assert.deepEqual(row, { listen: '', permissions: '0700' })
})

test('after a stop it starts with everything it had', async () => {
  await server.stop()
  server = await startEmbedded(dataDir)
  assert.equal(server.own, true)
  assert.deepEqual(await query('SELECT n FROM kept'), [{ n: 42 }])
})

test('after kill -9 it starts with everything it had confirmed', async () => {
  await query('CREATE TABLE confirmed AS SELECT 1 AS n')
  killPostgres(join(dataDir, 'postgres'))
  server = await startEmbedded(dataDir)
  assert.equal(server.own, true)
  assert.deepEqual(await query('SELECT n FROM confirmed'), [{ n: 1 }])
})

test('a lock file whose process id now belongs to another program is no obstacle', async () => {
  killPostgres(join(dataDir, 'postgres'))
  const file = join(dataDir, 'postgres', 'postmaster.pid')
  const [, ...rest] = readFileSync(file, 'utf8').split('\n')
  // This test's own process: it is alive, and it is no PostgreSQL.
  writeFileSync(file, [process.pid, ...rest].join('\n'))
  server = await startEmbedded(dataDir)
  assert.deepEqual(await query('SELECT n FROM confirmed'), [{ n: 1 }])
})

test('a path too long for a socket gets its socket elsewhere', async () => {
  const long = join(base, 'a-rather-long-name-'.repeat(6))
  const other = await startEmbedded(long)
  assert.ok(!other.host.startsWith(long))
  await other.stop()
  rmSync(other.host, { recursive: true, force: true })
})

test('a directory that cannot be made is refused', async () => {
  writeFileSync(join(base, 'file'), '')
  assert.match(await refused(join(base, 'file', 'data')), /cannot be written \(ENOTDIR\).*RAPPORT_DATA_DIR/)
})

test('a directory that must not be entered is refused', async () => {
  const closed = join(base, 'closed')
  mkdirSync(closed)
  chmodSync(closed, asRoot ? 0o700 : 0o500)
  const message = await refused(join(closed, 'data'))
  assert.match(
    message,
    asRoot ? /runs as the user with id \d+, who cannot reach/ : /cannot be written \(EACCES\)/,
  )
  assert.match(message, /RAPPORT_DATA_DIR/)
})

test('data of another owner is refused', {
  skip: asRoot ? false : 'only root can make files of another owner',
}, async () => {
  const foreign = join(base, 'foreign')
  mkdirSync(join(foreign, 'postgres'), { recursive: true })
  for (const file of ['PG_VERSION', 'postgresql.conf'])
    writeFileSync(join(foreign, 'postgres', file), '18\n', { mode: 0o600 })
  assert.match(await refused(foreign), /belongs to another user|ermission denied/)
})

test('a directory that holds something else is refused', async () => {
  const other = join(base, 'other')
  mkdirSync(join(other, 'postgres'), { recursive: true })
  writeFileSync(join(other, 'postgres', 'letter.txt'), 'keep me')
  assert.match(await refused(other), /not empty/)
  assert.equal(readFileSync(join(other, 'postgres', 'letter.txt'), 'utf8'), 'keep me')
})

test('damaged files are told in one sentence at once, and nothing is left running', async () => {
  const damages: ((cluster: string) => void)[] = [
    (cluster) => truncateSync(join(cluster, 'global', 'pg_control'), 100),
    (cluster) => rmSync(join(cluster, 'base'), { recursive: true }),
  ]
  for (const [index, damage] of damages.entries()) {
    const damaged = join(base, `damaged-${index}`)
    await (await ownEmbedded(damaged, assert.fail)).stop()
    damage(join(damaged, 'postgres'))
    await assert.rejects(ownEmbedded(damaged, assert.fail), (error: Error) => {
      assert.ok(error instanceof ConfigError, String(error))
      assert.match(error.message, /^PostgreSQL .*(pg_control|damaged or foreign)/)
      return true
    })
  }
})
